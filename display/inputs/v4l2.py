"""The few V4L2 calls that are needed, by ioctl. Numbers and layouts: linux/videodev2.h on 64-bit machines.

No call raises for what a device answers: an errno comes back as Failed. Nodes of sub-devices (/dev/v4l-subdevN) take
the same calls for timings, EDID, controls and events.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from dataclasses import dataclass

QUERYCAP = 0x80685600
ENUM_FMT = 0xC0405602
G_CTRL = 0xC008561B
G_INPUT = 0x80045626
ENUMINPUT = 0xC050561A
G_EDID = 0xC0285628
S_EDID = 0xC0285629
QUERYSTD = 0x8008563F
ENUM_FRAMESIZES = 0xC02C564A
S_DV_TIMINGS = 0xC0845657
DQEVENT = 0x80885659
SUBSCRIBE_EVENT = 0x4020565A
QUERY_DV_TIMINGS = 0x80845663

CAP_CAPTURE = 0x1 | 0x1000  # single- and multi-planar
CAP_META_CAPTURE = 0x800000
_CAP_DEVICE_CAPS = 0x80000000
IN_NO_POWER = 0x1
EVENT_CTRL = 3
EVENT_SOURCE_CHANGE = 5
CID_DV_RX_POWER_PRESENT = 0x00A00964

EDID_BLOCK = 128
_LARGEST_SIDE = 16_384
_MOST_LISTED = 64
_EDID = struct.Struct("=IIII16xQ")  # pad, start_block, blocks, one of five reserved words; the pointer at 32


@dataclass(frozen=True, slots=True)
class Failed:
    """What a call answered instead."""

    errno: int

    def __str__(self) -> str:
        return errno.errorcode.get(self.errno, str(self.errno))


@dataclass(frozen=True, slots=True)
class Capability:
    """VIDIOC_QUERYCAP: `caps` are those of this node."""

    driver: str
    card: str
    bus: str
    caps: int


@dataclass(frozen=True, slots=True)
class Timings:
    """VIDIOC_QUERY_DV_TIMINGS: `raw` is the whole structure, as VIDIOC_S_DV_TIMINGS takes it."""

    raw: bytes
    width: int
    height: int

    @property
    def plausible(self) -> bool:
        """Whether a picture can have this size."""
        return 0 < self.width <= _LARGEST_SIDE and 0 < self.height <= _LARGEST_SIDE


def open_node(path: str) -> int | Failed:
    """A file descriptor of a device node."""
    try:
        return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return Failed(error.errno or errno.EIO)


def call(fd: int, request: int, argument: bytearray) -> Failed | None:
    """One ioctl; `argument` is written in place."""
    try:
        fcntl.ioctl(fd, request, argument, True)
    except OSError as error:
        return Failed(error.errno or errno.EIO)
    return None


def capability(fd: int) -> Capability | Failed:
    """What this node is and can do."""
    answer = bytearray(104)
    if failed := call(fd, QUERYCAP, answer):
        return failed
    driver, card, bus, _version, caps, device_caps = struct.unpack_from("=16s32s32sIII", answer)
    return Capability(_text(driver), _text(card), _text(bus), device_caps if caps & _CAP_DEVICE_CAPS else caps)


def input_status(fd: int) -> int | Failed:
    """The status bits of the selected input."""
    index = bytearray(4)
    if failed := call(fd, G_INPUT, index):
        return failed
    answer = bytearray(80)
    answer[:4] = index
    if failed := call(fd, ENUMINPUT, answer):
        return failed
    return int(struct.unpack_from("=I", answer, 56)[0])


def query_timings(fd: int) -> Timings | Failed:
    """The picture that arrives now, whatever was set. ENOLINK: no signal, ENOLCK: no lock, ERANGE: out of range,
    ENOTTY: a device without DV timings, ENODATA: none on this input."""
    answer = bytearray(132)
    if failed := call(fd, QUERY_DV_TIMINGS, answer):
        return failed
    _kind, width, height = struct.unpack_from("=III", answer)
    return Timings(bytes(answer), width, height)


def set_timings(fd: int, timings: Timings) -> Failed | None:
    """Receive this picture. EBUSY while somebody streams."""
    return call(fd, S_DV_TIMINGS, bytearray(timings.raw))


def standard(fd: int) -> int | Failed:
    """The analogue standards that are seen. ENOTTY: a device without."""
    answer = bytearray(8)
    if failed := call(fd, QUERYSTD, answer):
        return failed
    return int(struct.unpack("=Q", answer)[0])


def control(fd: int, identity: int) -> int | Failed:
    """The value of a control."""
    answer = bytearray(struct.pack("=Ii", identity, 0))
    if failed := call(fd, G_CTRL, answer):
        return failed
    return int(struct.unpack_from("=i", answer, 4)[0])


def get_edid(fd: int, blocks: int) -> bytes | Failed:
    """Up to `blocks` blocks of the EDID that sources are shown."""
    room = ctypes.create_string_buffer(blocks * EDID_BLOCK)
    argument = bytearray(_EDID.pack(0, 0, blocks, 0, ctypes.addressof(room)))
    if failed := call(fd, G_EDID, argument):
        return failed
    count = min(blocks, _EDID.unpack(argument)[2])
    return room.raw[: count * EDID_BLOCK]


def set_edid(fd: int, edid: bytes) -> Failed | None:
    """Show sources this EDID; raises the hot-plug line where it was low."""
    room = ctypes.create_string_buffer(edid, len(edid))
    return call(fd, S_EDID, bytearray(_EDID.pack(0, 0, len(edid) // EDID_BLOCK, 0, ctypes.addressof(room))))


def subscribe(fd: int, kind: int, identity: int = 0) -> Failed | None:
    """Be told of events of a kind."""
    return call(fd, SUBSCRIBE_EVENT, bytearray(struct.pack("=8I", kind, identity, *[0] * 6)))


def dequeue(fd: int) -> int | Failed:
    """The kind of the oldest event. ENOENT: there is none."""
    answer = bytearray(136)
    if failed := call(fd, DQEVENT, answer):
        return failed
    return int(struct.unpack_from("=I", answer)[0])


def formats(fd: int) -> tuple[str, ...]:
    """The pixel formats (four characters, "MJPG") a capture node offers; empty where it does not say."""
    found: list[str] = []
    for index in range(_MOST_LISTED):
        answer = bytearray(struct.pack("=II", index, 1) + bytes(56))
        if call(fd, ENUM_FMT, answer):
            break
        found.append(_text(bytes(answer[44:48])))
    return tuple(found)


def sizes(fd: int, pixel_format: str) -> tuple[tuple[int, int], ...]:
    """The discrete picture sizes of a format; empty where it does not say."""
    found: list[tuple[int, int]] = []
    for index in range(_MOST_LISTED):
        answer = bytearray(struct.pack("=I4s", index, pixel_format.encode()) + bytes(36))
        if call(fd, ENUM_FRAMESIZES, answer):
            break
        kind, width, height = struct.unpack_from("=III", answer, 8)
        if kind == 1:
            found.append((width, height))
    return tuple(found)


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", "replace")
