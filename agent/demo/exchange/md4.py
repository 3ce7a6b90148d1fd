"""MD4 (RFC 1320), which NTLM needs and today's OpenSSL no longer offers. Good for nothing else."""

from __future__ import annotations

import struct

_MASK = 0xFFFFFFFF
_ROUND_2 = (0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)
_ROUND_3 = (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15)


def md4(message: bytes) -> bytes:
    """The 16-byte digest."""
    padding = b"\x80" + bytes((55 - len(message)) % 64)
    padded = message + padding + struct.pack("<Q", len(message) * 8)
    state = (0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476)
    for start in range(0, len(padded), 64):
        state = _block(state, struct.unpack("<16I", padded[start : start + 64]))
    return struct.pack("<4I", *state)


def _block(state: tuple[int, int, int, int], words: tuple[int, ...]) -> tuple[int, int, int, int]:
    a, b, c, d = state
    for i in range(16):
        a, b, c, d = d, _turn(a + ((b & c) | (~b & d)) + words[i], (3, 7, 11, 19)[i % 4]), b, c
    for i, word in enumerate(_ROUND_2):
        mixed = (b & c) | (b & d) | (c & d)
        a, b, c, d = d, _turn(a + mixed + words[word] + 0x5A827999, (3, 5, 9, 13)[i % 4]), b, c
    for i, word in enumerate(_ROUND_3):
        a, b, c, d = d, _turn(a + (b ^ c ^ d) + words[word] + 0x6ED9EBA1, (3, 9, 11, 15)[i % 4]), b, c
    return (state[0] + a) & _MASK, (state[1] + b) & _MASK, (state[2] + c) & _MASK, (state[3] + d) & _MASK


def _turn(value: int, bits: int) -> int:
    value &= _MASK
    return (value << bits | value >> (32 - bits)) & _MASK
