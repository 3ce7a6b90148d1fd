"""Which input has which device, and why every other device is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from agent.wire.display import InputConfig
from display.inputs.device import Ability, Device, Family
from display.inputs.grabbers import known

AUTOMATIC = InputConfig(name="hdmi", label="HDMI")
"""The input of a room that names none, once there is a device for it."""
_NUMBERED = re.compile(r"/dev/video\d+")
_USABLE = (Family.TIMINGS, Family.PICTURE)

REASONS = {
    "camera": "It is one of the room's cameras.",
    "metadata": "This node carries data about the picture, not the picture.",
    "no_capture": "This node does not capture pictures.",
    "analogue_only": "It captures composite or S-video only; no computer sends that.",
    "second_node": "It belongs to a device that is an input already.",
    "maybe_camera": "It may be a camera. If a guest's computer is plugged in here, name it in the input's `match`.",
    "not_matched": "No input's `match` names it.",
    "busy": "Another program uses it.",
    "refused": "This program may not open it: its user has to be in the group of the device node.",
    "unreadable": "It could not be opened.",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """`inputs`: those that there are; `devices`: by input's name; `ignored`: reasons (of REASONS) by device;
    `abilities`: of the devices that were looked at."""

    inputs: tuple[InputConfig, ...]
    devices: Mapping[str, Device]
    ignored: Mapping[Device, str]
    abilities: Mapping[Device, Ability]


def by_number(config: InputConfig) -> bool:
    """Whether an input is told by a number, which may be another device's after the next plug: it gets no device."""
    return _NUMBERED.fullmatch(config.match.strip()) is not None


def assign(
    inputs: Sequence[InputConfig],
    cameras: Sequence[str],
    devices: Sequence[Device],
    ability: Callable[[Device], Ability],
) -> Assignment:
    """Give each input its device. `ability` is asked about every device but the room's cameras, which nobody opens."""
    room = {device.parent for device in devices if any(device.matches(camera) for camera in cameras)}
    others = sorted((d for d in devices if d.parent not in room), key=lambda d: (d.id_path, d.parent, _natural(d.node)))
    abilities = {device: ability(device) for device in others}
    usable = [device for device in others if abilities[device].family in _USABLE]
    wanted = tuple(inputs) or (AUTOMATIC,)
    taken = dict[str, Device]()
    used = set[str | None]()
    for config in sorted(wanted, key=lambda each: not each.match):  # those that name theirs choose first
        free = [device for device in usable if used.isdisjoint(_hardware(device, abilities[device]))]
        if found := _first(free, config, abilities):
            taken[config.name] = found
            used |= _hardware(found, abilities[found])
    ignored = {device: "camera" for device in devices if device.parent in room}
    for device in others:
        if device not in taken.values():
            ignored[device] = _reason(device, abilities[device], used, configured=bool(inputs))
    return Assignment(wanted if inputs or taken else (), taken, ignored, abilities)


def _first(free: Sequence[Device], config: InputConfig, abilities: Mapping[Device, Ability]) -> Device | None:
    """The device of an input. Without a `match` it is one with timings, else a known grabber."""
    if config.match:
        return next((device for device in free if device.matches(config.match)), None)
    timings = (device for device in free if abilities[device].family is Family.TIMINGS)
    return next(timings, None) or next((device for device in free if known(device.model)), None)


def _hardware(device: Device, ability: Ability) -> set[str | None]:
    """What nodes of one device have in common."""
    return {device.parent, ability.bridge} - {None}


def _reason(device: Device, found: Ability, used: AbstractSet[str | None], *, configured: bool) -> str:
    match found.family:
        case Family.METADATA:
            return "metadata"
        case Family.NO_CAPTURE:
            return "no_capture"
        case Family.ANALOGUE:
            return "analogue_only"
        case Family.UNKNOWN:
            return {"device.busy": "busy", "device.refused": "refused"}.get(found.code or "", "unreadable")
    if not used.isdisjoint(_hardware(device, found)):
        return "second_node"
    grabs = found.family is Family.TIMINGS or known(device.model)
    return "not_matched" if configured or grabs else "maybe_camera"


def _natural(node: str) -> tuple[int, str]:
    return len(node), node
