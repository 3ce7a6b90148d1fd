"""Where things are: parts of an overlay in the screen's pixels, mirrored for languages from right to left. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from display.model import Geometry
from display.overlay.state import Action

TOUCH_PX = 48  # WCAG 2.2 asks for 24, Android's guideline for 48


class Kind(StrEnum):
    """What a part looks like."""

    PANEL = "panel"  # the dark card everything else stands on
    PAGE = "page"  # the same over the whole screen
    BUTTON = "button"
    PRIMARY = "primary"  # what most people want
    DANGER = "danger"
    TEXT = "text"
    SOFT = "soft"  # text of less weight
    ICON = "icon"
    LEVEL = "level"  # how loud: a line filled up to `value`
    SPINNER = "spinner"


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle and what is in it. `text` fits already; `size` is its height in pixels; `centred`, else it begins
    where the language begins."""

    kind: Kind
    box: Geometry
    text: str = ""
    icon: str = ""
    action: Action | None = None
    size: float = 0.0
    bold: bool = False
    centred: bool = False
    value: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """One window's worth, parts from back to front. `rem`: the page's unit of measure in pixels; `edge`: which edge it
    slides in from, if any."""

    name: str  # "bar" | "offer" | "message" | "page"
    box: Geometry
    parts: tuple[Part, ...]
    rem: float
    language: str = "en"
    rtl: bool = False
    edge: str = ""  # "" | "bottom" | "top"


def rem(screen: Geometry) -> float:
    """The home page's unit for a screen, in pixels (tokens.css): a fixed share of it, so 720p and 4K look alike."""
    if screen.width <= screen.height:
        return min(max(min(screen.width * 0.02, screen.height * 0.013), 12.0), 72.0)
    return min(max(min(screen.width * 0.0125, screen.height * 0.022222), 12.0), 96.0)


def action_at(layout: Layout, x: int, y: int) -> Action | None:
    """What a touch at a point of the screen asks for; None beside every button."""
    return next((part.action for part in reversed(layout.parts) if part.action and contains(part.box, x, y)), None)


def contains(box: Geometry, x: int, y: int) -> bool:
    """Whether a point is inside a rectangle."""
    return box.x <= x < box.x + box.width and box.y <= y < box.y + box.height


def moved(part: Part, right: int, down: int) -> Part:
    """The part elsewhere."""
    return replace(part, box=replace(part.box, x=part.box.x + right, y=part.box.y + down))


def mirrored(parts: Iterable[Part], within: Geometry) -> tuple[Part, ...]:
    """The parts as a language from right to left has them."""
    return tuple(replace(part, box=mirror(part.box, within)) for part in parts)


def mirror(box: Geometry, within: Geometry) -> Geometry:
    """A rectangle at the same distance from the other side."""
    return replace(box, x=2 * within.x + within.width - box.x - box.width)
