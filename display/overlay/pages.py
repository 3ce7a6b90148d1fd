"""Pages in place of a home screen: while everything starts, and while it is not there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from display.model import Geometry
from display.overlay.frame import GAP, LARGE, LINE, PAD, TITLE, Frame, bottom
from display.overlay.layout import Kind, Layout, Part
from display.overlay.state import SafePage, Starting
from display.texts import apart

Page = Starting | SafePage
_ROOM, _CLOCK, _EDGE, _SPINNER = 2.0, 7.5, 3.0, 2.0  # rem, as on the home page
_WIDEST = 40.0


def page(frame: Frame, wanted: Page) -> Layout:
    """The room's name above, the time in the middle if there is one, and what is going on below it."""
    screen, edge = frame.screen, frame.px(_EDGE)
    left, width = screen.x + edge, screen.width - 2 * edge
    name = Geometry(width, frame.px(_ROOM * LINE), left, screen.y + edge)
    parts = [Part(Kind.PAGE, screen), frame.text(Kind.TEXT, apart(wanted.room_name), name, _ROOM, bold=True)]
    y = screen.y + round(screen.height * 0.36)
    if isinstance(wanted, SafePage):
        clock = Geometry(width, frame.px(_CLOCK * 1.2), left, y)
        parts.append(frame.text(Kind.TEXT, apart(wanted.time), clock, _CLOCK, bold=True))
        y = bottom(parts[-1:], y) + frame.px(PAD)
    if isinstance(wanted, SafePage) and wanted.code is not None:
        parts += _trouble(frame, wanted.code, left, y, min(width, frame.px(_WIDEST)))
    else:
        key = "safe.starting" if isinstance(wanted, SafePage) else "starting.title"
        parts += _waiting(frame, frame.say(key), left, y, width)
    return frame.layout("page", screen, parts)


def _waiting(frame: Frame, text: str, left: int, y: int, width: int) -> Sequence[Part]:
    line, spinner = frame.px(TITLE * LINE), frame.px(_SPINNER)
    beside = spinner + frame.px(PAD)
    return [
        Part(Kind.SPINNER, Geometry(spinner, spinner, left, y + (line - spinner) // 2), size=spinner),
        frame.text(Kind.TEXT, text, Geometry(width - beside, line, left + beside, y), TITLE),
    ]


def _trouble(frame: Frame, code: str, left: int, y: int, width: int) -> Sequence[Part]:
    title = frame.paragraph(Kind.TEXT, frame.say("safe.trouble"), Geometry(width, 0, left, y), TITLE, bold=True, most=2)
    below = Geometry(width, 0, left, bottom(title, y) + frame.px(GAP))
    cure = frame.paragraph(Kind.TEXT, frame.say("safe.cure"), below, LARGE)
    pad = frame.px(PAD)
    size = round(frame.measure(code, frame.px(LARGE), bold=True)) + 1
    box = Geometry(min(size, width - 2 * pad) + 2 * pad, frame.target, left, bottom(cure, y) + pad)
    inside = Geometry(box.width - 2 * pad, box.height, box.x + pad, box.y)
    return [*title, *cure, Part(Kind.PANEL, box), frame.text(Kind.TEXT, apart(code), inside, LARGE, bold=True)]
