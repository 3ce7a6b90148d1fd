"""`room-display inputs`: for whoever sets a room up. Nothing is streamed and nothing set: a display that runs goes on
undisturbed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agent.wire.display import DisplayConfig, InputConfig
from display.inputs import kept
from display.inputs.assign import REASONS, Assignment, assign, by_number
from display.inputs.device import Device, Family
from display.inputs.dv import glance
from display.inputs.probe import probe
from display.inputs.udev import Udev
from display.model import Reading

BY_PICTURE = "Its picture tells whether there is a signal; only the running display looks at it."
NO_DEVICE = "No device is there for this input."
BY_NUMBER = (
    "`match` is a number that may be another device's after the next plug. Name it by /dev/v4l/by-id or by-path."
)


def list_inputs(config: DisplayConfig, state_dir: Path) -> dict[str, Any]:
    """Every input and every video device: `{"inputs": [...]}`. An entry has `name`, `label` and `kind` when it is an
    input, else `ignored` with the reason; `device`, `node` and `match` (what would name it) when there is a device;
    `signal`, `width`, `height` and `code` as it answers now, null where it cannot be asked; `learned`: whether a
    grabber's picture without a signal was learned, null for others; `note` for people."""
    found = assignment(config)
    inputs = [_input(each, found, state_dir) for each in found.inputs]
    ignored = [_entry(device) | {"ignored": why, "note": REASONS[why]} for device, why in found.ignored.items()]
    return {"inputs": inputs + sorted(ignored, key=lambda each: str(each["node"]))}


def assignment(config: DisplayConfig) -> Assignment:
    """Which input has which device now."""
    return assign(config.inputs, config.cameras, Udev().devices(), probe)


def _input(config: InputConfig, found: Assignment, state_dir: Path) -> dict[str, Any]:
    device = found.devices.get(config.name)
    entry = _entry(device) | {"name": config.name, "label": config.label or config.name, "kind": config.kind}
    if device is None:
        return entry | {"signal": "absent", "note": BY_NUMBER if by_number(config) else NO_DEVICE}
    ability = found.abilities[device]
    if ability.family is Family.PICTURE:
        learned = kept.no_signal_picture(state_dir, device.model) is not None
        return entry | {"note": BY_PICTURE, "learned": learned}
    return entry | _answer(glance(ability.bridge or device.node))


def _entry(device: Device | None) -> dict[str, Any]:
    facts = dict.fromkeys(("name", "label", "kind", "signal", "code", "ignored", "learned", "note"))
    match = device and (device.id_path or device.model or device.name)
    return {
        **facts,
        "device": device and device.identity,
        "node": device and device.node,
        "match": match,
        "width": 0,
        "height": 0,
    }


def _answer(reading: Reading) -> dict[str, Any]:
    busy = {"note": "Another program holds it."} if reading.code == "device.busy" else {}
    return {
        "signal": str(reading.signal),
        "width": reading.width,
        "height": reading.height,
        "code": reading.code,
        **busy,
    }


def table(listed: Mapping[str, Any]) -> str:
    """The answer of `list_inputs` for people: a paragraph for each."""
    if not listed["inputs"]:
        return "There is no input and no video device."
    return "\n\n".join("\n".join(_lines(each)) for each in listed["inputs"])


def _lines(entry: Mapping[str, Any]) -> list[str]:
    if entry["ignored"]:
        lines = [f"ignored: {entry['device']}"]
    else:
        size = f" {entry['width']}x{entry['height']}" if entry["width"] else ""
        code = f" ({entry['code']})" if entry["code"] else ""
        lines = [f"{entry['name']} ({entry['kind']}, “{entry['label']}”): {entry['signal'] or 'not asked'}{size}{code}"]
        lines += [f"  device  {entry['device']}"] if entry["device"] else []
    lines += [f"  node    {entry['node']}", f'  match   "{entry["match"]}"'] if entry["node"] else []
    return lines + ([f"  {entry['note']}"] if entry["note"] else [])
