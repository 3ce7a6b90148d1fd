"""What the RandR extension is told for a layout. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from display.model import Geometry, Mode

_INTERLACED, _DOUBLE_SCAN = 1 << 4, 1 << 5


@dataclass(frozen=True, slots=True)
class Step:
    """One output that is to be enabled, by the server's numbers."""

    output: int
    crtc: int
    mode: Mode
    place: Geometry


def usable(info: Any) -> Mode | None:
    """A mode of the server's; None for those with half pictures, which pages and players do not look good in."""
    dots = info.h_total * info.v_total
    if info.flags & (_INTERLACED | _DOUBLE_SCAN) or not info.width or not info.height:
        return None
    return Mode(info.width, info.height, info.dot_clock / dots if dots else 0.0, info.id)


def extent(steps: Sequence[Step]) -> tuple[int, int]:
    """Width and height of the screen that holds them all."""
    right = max((each.place.x + each.place.width for each in steps), default=0)
    bottom = max((each.place.y + each.place.height for each in steps), default=0)
    return right, bottom


def crtcs(outputs: Mapping[int, Any]) -> dict[int, int]:
    """A CRTC for each output: the one it has, else the first free one that fits; fewer where they do not suffice."""
    chosen: dict[int, int] = {}
    for output, info in sorted(outputs.items(), key=lambda each: not each[1].crtc):
        fitting = [info.crtc, *info.crtcs] if info.crtc else info.crtcs
        free = next((each for each in fitting if each not in chosen.values()), None)
        if free is not None:
            chosen[output] = free
    return chosen
