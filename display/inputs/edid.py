"""What a source is told about the screen (EDID): the one that ships, or a file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

UNREADABLE = "display.edid_unreadable"
BLOCK = 128
_HEADER = bytes.fromhex("00ffffffffffff00")
_MOST_BLOCKS = 4
_LARGEST_FILE = 8_192


def checksummed(block: bytes) -> bytes:
    """127 bytes with the checksum that makes their sum 0 modulo 256 (VESA E-EDID 1.4, 3.11)."""
    return block + bytes([-sum(block) % 256])


BUILT_IN = checksummed(
    _HEADER
    + bytes.fromhex("31d8 0100 01000000 0121")  # maker LNX, product 1, made 2023
    + bytes.fromhex("0103 80 5934 78 0e")  # 1.3, digital, 89x52 cm, gamma 2.2, sRGB, preferred timing first
    + bytes.fromhex("ee91a3544c99260f5054")  # sRGB
    + bytes.fromhex("210800")  # 640x480, 800x600, 1024x768 at 60 Hz
    + bytes.fromhex("d1c0 81c0 8180 0101 0101 0101 0101 0101")  # 1920x1080, 1280x720, 1280x1024 at 60 Hz
    + bytes.fromhex("023a801871382d40582c4500783c31 00001e")  # 1920x1080 at 60 Hz, CTA-861
    + bytes.fromhex("011d007251d01e206e285500783c31 00001e")  # 1280x720 at 60 Hz, CTA-861
    + bytes.fromhex("000000fc00")
    + b"Meeting room\n"
    + bytes.fromhex("000000fd00 184c0f5011 000a202020202020")  # 24-76 Hz, 15-80 kHz, at most 170 MHz
    + b"\x01"
) + checksummed(
    (
        bytes.fromhex("0203 1b c1")  # CTA-861-F: underscan, basic audio, one native timing
        + bytes.fromhex("45 10 1f 04 13 22")  # 1080p60, 1080p50, 720p60, 720p50, 1080p30
        + bytes.fromhex("23 090707")  # stereo PCM: 32, 44.1, 48 kHz; 16, 20, 24 bits
        + bytes.fromhex("83 010000")  # front left and right
        + bytes.fromhex("e2 004a")  # nothing is cut off at the edges; full or limited range, as the source says
        + bytes.fromhex("65 030c001000")  # HDMI, no deep colour
    ).ljust(127, b"\0")
)
"""1080p at 60 Hz and below, stereo: what every bridge and box manages."""


def parse(data: bytes) -> bytes | None:
    """The EDID in a file's bytes, binary or in hexadecimal; None where it is none, or one a source would not accept."""
    edid = data if data.startswith(_HEADER) else _from_hex(data)
    blocks = [edid[at : at + BLOCK] for at in range(0, len(edid), BLOCK)]
    well_formed = (
        edid.startswith(_HEADER)
        and len(blocks) <= _MOST_BLOCKS
        and all(len(block) == BLOCK and sum(block) % 256 == 0 for block in blocks)
        and edid[126] == len(blocks) - 1
    )
    return edid if well_formed else None


def _from_hex(data: bytes) -> bytes:
    try:
        text = data.decode("ascii").lower().replace("0x", " ").replace(",", " ")
        return bytes.fromhex(text)
    except ValueError:
        return b""


def load(path: str) -> tuple[bytes, str | None]:
    """The EDID of a file, or the one that ships and why."""
    if not path:
        return BUILT_IN, None
    edid = parse(_read(Path(path)))
    return (edid, None) if edid is not None else (BUILT_IN, UNREADABLE)


def _read(path: Path) -> bytes:
    """The beginning of a regular file; empty for everything else. A pipe would wait for ever."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return b""
    try:
        return os.read(fd, _LARGEST_FILE) if stat.S_ISREG(os.fstat(fd).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(fd)
