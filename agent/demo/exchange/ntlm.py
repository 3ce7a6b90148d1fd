"""The server's side of NTLMv2 over HTTP ([MS-NLMP], [MS-NTHT]): one handshake for each connection, no signing.

Small on purpose: a challenge, the check of the answer's proof, nothing else. NTLMv1 and anonymous answers are refused.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections.abc import Iterable

from agent.demo import world as w
from agent.demo.exchange.md4 import md4

_SIGNATURE = b"NTLMSSP\x00"
_UNICODE, _TARGET_INFO, _VERSION = 0x1, 0x800000, 0x2000000
_WE_SPEAK = 0x1 | 0x4 | 0x200 | 0x8000 | 0x80000 | _TARGET_INFO | _VERSION | 0x20000000 | 0x80000000
_TARGET_IS_A_DOMAIN = 0x10000
_AV_END, _AV_COMPUTER, _AV_DOMAIN = 0, 1, 2
_V2_PROOF = 16


class NtlmRefused(Exception):
    """The message is not one we expect, or its proof is wrong."""


class NtlmHandshake:
    """The state of one connection: `step` is called with each message the client sends."""

    def __init__(self, accounts: Iterable[w.ServiceAccount]) -> None:
        self._accounts = list(accounts)
        self._challenge: bytes | None = None

    def step(self, message: bytes) -> bytes | w.ServiceAccount:
        """The challenge to send back, or who it is. Raises `NtlmRefused`."""
        try:
            kind = _kind(message)
            if kind == 1:
                self._challenge = secrets.token_bytes(8)
                return _challenge_message(self._challenge, struct.unpack_from("<I", message, 12)[0])
            if kind == 3 and self._challenge is not None:
                challenge, self._challenge = self._challenge, None
                return self._verify(message, challenge)
        except (struct.error, UnicodeDecodeError) as error:
            raise NtlmRefused("the message is cut short") from error
        raise NtlmRefused("not the message that is due")

    def _verify(self, message: bytes, challenge: bytes) -> w.ServiceAccount:
        response, domain, user = (_field(message, offset) for offset in (20, 28, 36))
        name, realm = user.decode("utf-16-le"), domain.decode("utf-16-le")
        full = f"{realm}\\{name}" if realm else name
        for account in self._accounts:
            if account.answers_to(full) and _proven(account.password, name, realm, challenge, response):
                return account
        raise NtlmRefused("unknown user or wrong password")


def _proven(password: str, user: str, domain: str, challenge: bytes, response: bytes) -> bool:
    """[MS-NLMP] 3.3.2: proof = HMAC(NTOWFv2, challenge + blob)."""
    key = _hmac(md4(password.encode("utf-16-le")), (user.upper() + domain).encode("utf-16-le"))
    proof, blob = response[:_V2_PROOF], response[_V2_PROOF:]
    return len(blob) >= 28 and hmac.compare_digest(proof, _hmac(key, challenge + blob))


def _challenge_message(challenge: bytes, client_flags: int) -> bytes:
    target = "CONTOSO".encode("utf-16-le")
    info = b"".join(
        struct.pack("<HH", kind, len(value)) + value
        for kind, value in (
            (_AV_DOMAIN, target),
            (_AV_COMPUTER, "DEMO".encode("utf-16-le")),
            (_AV_END, b""),
        )
    )
    flags = (client_flags | _UNICODE | _TARGET_INFO) & _WE_SPEAK | _TARGET_IS_A_DOMAIN
    header = 56
    return (
        _SIGNATURE
        + struct.pack("<I", 2)
        + struct.pack("<HHI", len(target), len(target), header)
        + struct.pack("<I", flags)
        + challenge
        + bytes(8)
        + struct.pack("<HHI", len(info), len(info), header + len(target))
        + b"\x0a\x00\x7c\x4f\x00\x00\x00\x0f"  # version 10.0.20348, NTLM revision 15
        + target
        + info
    )


def _kind(message: bytes) -> int:
    if not message.startswith(_SIGNATURE):
        raise NtlmRefused("not an NTLM message")
    kind: int = struct.unpack_from("<I", message, 8)[0]
    return kind


def _field(message: bytes, offset: int) -> bytes:
    length, _, start = struct.unpack_from("<HHI", message, offset)
    if start + length > len(message):
        raise NtlmRefused("the message is cut short")
    return message[start : start + length]


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, "md5").digest()
