"""What is learned about devices, as JSON in the state directory: whole or not at all, and garbage counts as nothing.

`always-on.json`: the modes of sources that do not pop up, by their device. `no-signal.json`: the pictures of grabbers
without a signal, by vendor:product. Different programs write them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from display import files
from display.inputs import thumbnail

_MOST = 64
"""Devices that are remembered, the newest ones."""


def quiet_modes(state_dir: Path) -> dict[str, tuple[int, int]]:
    """The learned modes by device."""
    found: dict[str, tuple[int, int]] = {}
    for device, mode in files.read(state_dir / "always-on.json").items():
        match mode:
            case [int(width), int(height)] if width >= 0 and height >= 0:
                found[device] = (width, height)
    return found


def keep_quiet_modes(state_dir: Path, modes: Mapping[str, tuple[int, int]]) -> bool:
    """Replace them; False where that failed. A disk that is full costs the memory, not the display."""
    return files.write(state_dir / "always-on.json", _newest({device: list(mode) for device, mode in modes.items()}))


def no_signal_picture(state_dir: Path, model: str) -> bytes | None:
    """What this model shows without a signal, if that was learned."""
    match files.read(state_dir / "no-signal.json").get(model):
        case str(text):
            try:
                picture = bytes.fromhex(text)
            except ValueError:
                return None
            return picture if len(picture) == thumbnail.SIZE else None
    return None


def keep_no_signal_picture(state_dir: Path, model: str, picture: bytes) -> bool:
    """Learn it. False where it could not be written."""
    learned = files.read(state_dir / "no-signal.json") | {model: picture.hex()}
    return files.write(state_dir / "no-signal.json", _newest(learned))


def _newest(kept: Mapping[str, Any]) -> dict[str, Any]:
    return dict(list(kept.items())[-_MOST:])
