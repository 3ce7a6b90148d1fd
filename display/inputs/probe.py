"""A look at a video node: what it can do, and the driver for it."""

from __future__ import annotations

import errno
import os
import re
import shutil
from pathlib import Path

from agent.wire.display import InputConfig
from display.inputs import edid, kept, v4l2
from display.inputs.device import Ability, Device, Family
from display.inputs.dv import DvDriver
from display.inputs.faults import reading_of
from display.inputs.media import bridge_of
from display.inputs.udev import alsa_card
from display.inputs.uvc import UvcDriver
from display.inputs.v4l2 import Failed
from display.ports import InputDriver

_HAS_NONE = (errno.ENOTTY, errno.EINVAL, errno.ENODATA)
_ALSA = re.compile(r"[A-Za-z0-9_:=,.-]{1,64}")


def probe(device: Device) -> Ability:
    """What its node can do. It is opened for a moment; nothing is set."""
    fd = v4l2.open_node(device.node)
    if isinstance(fd, Failed):
        return Ability(Family.UNKNOWN, code=reading_of(fd.errno).code)
    try:
        return _ability(fd, device.node)
    finally:
        os.close(fd)


def _ability(fd: int, node: str) -> Ability:
    capability = v4l2.capability(fd)
    if isinstance(capability, Failed):
        gone = reading_of(capability.errno).code
        return Ability(Family.NO_CAPTURE) if capability.errno in _HAS_NONE else Ability(Family.UNKNOWN, code=gone)
    if not capability.caps & v4l2.CAP_CAPTURE:
        return Ability(Family.METADATA if capability.caps & v4l2.CAP_META_CAPTURE else Family.NO_CAPTURE)
    timings = v4l2.query_timings(fd)
    if not isinstance(timings, Failed) or timings.errno not in _HAS_NONE:
        return Ability(Family.TIMINGS, node)
    if bridge := bridge_of(node):
        return Ability(Family.TIMINGS, bridge)
    standard = v4l2.standard(fd)
    analogue = not isinstance(standard, Failed) or standard.errno not in _HAS_NONE
    return Ability(Family.ANALOGUE if analogue else Family.PICTURE)


def driver_for(device: Device, ability: Ability, config: InputConfig, state_dir: Path) -> InputDriver:
    """The driver of an input's device."""
    audio = _audio(device, config.audio)
    if ability.family is Family.TIMINGS:
        shown, problem = edid.load(config.edid_file)
        driver = DvDriver(device.node, shown, bridge=ability.bridge, audio=audio)
        driver.problems += (problem,) if problem else ()
        return driver
    return UvcDriver(
        device.node,
        ffmpeg=shutil.which("ffmpeg"),
        no_signal=lambda: kept.no_signal_picture(state_dir, device.model),
        audio=audio,
    )


def _audio(device: Device, wanted: str) -> str | None:
    """Where a player finds the sound of an input."""
    if wanted == "auto":
        card = alsa_card(device.parent)
        return None if card is None else f"av://alsa:hw:{card}"
    usable = wanted != "off" and _ALSA.fullmatch(wanted)
    return f"av://alsa:{wanted}" if usable else None
