"""The bridge of a capture node: on pipelines of several devices (such as a Raspberry Pi 5's) timings, EDID and events
are on a sub-device, /dev/v4l-subdevN. The media device says which belong together; elsewhere both have one parent.
Layouts: linux/media.h."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from display.inputs import v4l2
from display.inputs.v4l2 import Failed

G_TOPOLOGY = 0xC0487C04
_TOPOLOGY = 72
_INTERFACE = 112
_MOST_INTERFACES = 512
_V4L = "video4linux"


def bridge_of(node: str, sys_root: Path = Path("/sys"), dev_root: Path = Path("/dev")) -> str | None:
    """The sub-device that knows DV timings for `node`; None where there is none."""
    name = Path(node).name
    for candidate in _siblings(name, sys_root, dev_root):
        fd = v4l2.open_node(candidate)
        if isinstance(fd, Failed):
            continue
        try:
            answer = v4l2.query_timings(fd)
        finally:
            os.close(fd)
        if not isinstance(answer, Failed) or answer.errno not in (errno.ENOTTY, errno.EINVAL):
            return candidate
    return None


def _siblings(name: str, sys_root: Path, dev_root: Path) -> Iterator[str]:
    nodes = sys_root / "class" / _V4L
    numbers = {each.name: _number(each) for each in sorted(nodes.glob("v4l-subdev*"))}
    if not numbers:
        return
    own = _number(nodes / name)
    together = next((found for media in sorted(dev_root.glob("media*")) if own in (found := _interfaces(media))), set())
    parent = (nodes / name / "device").resolve()
    for subdev, number in numbers.items():
        if number in together or (nodes / subdev / "device").resolve() == parent:
            yield str(dev_root / subdev)


def _number(node: Path) -> tuple[int, int] | None:
    """Major and minor of a device."""
    try:
        major, _, minor = (node / "dev").read_text().strip().partition(":")
        return int(major), int(minor)
    except (OSError, ValueError):
        return None


def _interfaces(media: Path) -> set[tuple[int, int] | None]:
    """The device nodes of a media device, by number."""
    fd = v4l2.open_node(str(media))
    if isinstance(fd, Failed):
        return set()
    with closing(os.fdopen(fd, "rb", buffering=0)):
        counted = bytearray(_TOPOLOGY)
        if v4l2.call(fd, G_TOPOLOGY, counted):
            return set()
        count = min(struct.unpack_from("=I", counted, 24)[0], _MOST_INTERFACES)
        room = ctypes.create_string_buffer(max(count, 1) * _INTERFACE)
        wanted = bytearray(_TOPOLOGY)
        struct.pack_into("=IIQ", wanted, 24, count, 0, ctypes.addressof(room))
        if v4l2.call(fd, G_TOPOLOGY, wanted):
            return set()
    return {struct.unpack_from("=II", room.raw, at * _INTERFACE + 48) for at in range(count)}
