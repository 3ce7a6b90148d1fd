"""EDIDs for tests, built as screens build them."""

from __future__ import annotations


def edid(
    maker: str = "GSM",
    product: int = 0x5B09,
    name: str | None = "ULTRAGEAR",
    size: tuple[int, int] = (1920, 1080),
    serial: str = "SECRET123",
) -> bytes:
    """A base block: 1.4, digital, its preferred timing first, then its name and serial number."""
    first, second, third = (ord(letter) - 64 for letter in maker)
    block = bytearray(128)
    block[0:8] = bytes.fromhex("00ffffffffffff00")
    block[8:10] = (first << 10 | second << 5 | third).to_bytes(2, "big")
    block[10:12] = product.to_bytes(2, "little")
    block[16:20] = bytes([1, 30, 1, 4])
    block[20:25] = bytes([0xA5, 60, 34, 120, 0x06])
    block[25:35] = bytes.fromhex("ee91a3544c99260f5054")
    block[38:54] = b"\x01" * 16
    block[54:72] = timing(*size)
    block[72:90] = descriptor(0xFC, name) if name is not None else descriptor(0x10, "")
    block[90:108] = descriptor(0xFF, serial)
    block[108:126] = bytes.fromhex("000000fd00383d1e5311000a202020202020")
    block[127] = -sum(block) % 256
    return bytes(block)


def descriptor(kind: int, text: str) -> bytes:
    return bytes([0, 0, 0, kind, 0]) + (text.encode() + b"\n").ljust(13)[:13]


def timing(width: int, height: int) -> bytes:
    """A detailed timing with CEA's blanking of 1080p60, whatever the size."""
    low = bytes([width & 255, 280 & 255, (width >> 8) << 4 | 280 >> 8, height & 255, 45, (height >> 8) << 4])
    return (14850).to_bytes(2, "little") + low + bytes.fromhex("5858450058542100001e")[:10]
