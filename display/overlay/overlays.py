"""What the shell itself draws, on the screen: shown, moved, touched."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from Xlib import X
from Xlib.display import Display
from Xlib.protocol.rq import Event

from display.model import Geometry
from display.overlay.layout import Kind, Layout, Part, contains
from display.overlay.slide import FRAME_S, Slide
from display.overlay.state import Action, OverlayState
from display.texts import choose, right_to_left

if TYPE_CHECKING:
    from display.overlay.typeset import Typesetter
    from display.overlay.window import Window

log = logging.getLogger(__name__)

GUARD_S = 0.3  # a touch this soon after a window came was meant for what it covers
PRESSED_S = 0.15
TURN_S = 0.1  # a spinner's picture
_DEPTHS = (24, 32)


@dataclass(slots=True)
class _Shown:
    window: Window
    since: float
    slide: Slide | None = None
    leaving: bool = False
    pressed: tuple[Part, float] | None = None  # until when
    turned: float = 0.0
    phase: int = 0


class Overlays:
    """The windows of an OverlayState on one screen. `show` and `tick` are told the monotonic time in seconds; `tick` is
    due when it says, and does nothing before. Pillow is imported when there is something to draw, and its fonts are let
    go of afterwards."""

    def __init__(
        self, display: Display, screen: Geometry, language: str = "en", *, reduced_motion: bool = False
    ) -> None:
        self._display = display
        self._screen = screen
        self._language = language
        self._still = reduced_motion
        self._shaped = bool(display.has_extension("SHAPE"))
        self._shown: dict[str, _Shown] = {}
        self._state = OverlayState()
        self._drawable = display.screen().root_depth in _DEPTHS
        if not self._drawable:
            log.warning("the screen's depth is %s: our own words are not drawn", display.screen().root_depth)

    @property
    def windows(self) -> frozenset[int]:
        """The ids of the windows there are."""
        return frozenset(shown.window.id for shown in self._shown.values())

    def place(self, screen: Geometry, language: str, now: float) -> None:
        """Another screen or language: what is shown is drawn anew."""
        if (screen, language) != (self._screen, self._language):
            self._screen, self._language = screen, language
            state, self._state = self._state, OverlayState()
            self.close()
            self.show(state, now)

    def warm(self) -> None:
        """Load what drawing needs (50 ms, 6 MB), so that the first touch does not wait for it."""
        self._layouts(OverlayState(), self._setter())

    def show(self, state: OverlayState, now: float) -> None:
        """Show exactly this. The same again costs nothing."""
        if state == self._state or not self._drawable:
            return
        self._state = state
        setter = self._setter()
        wanted = {layout.name: layout for layout in self._layouts(state, setter)}
        for name in [name for name in self._shown if name not in wanted]:
            self._leave(name, now)
        for layout in wanted.values():
            self._enter(layout, setter, now)
        self._display.flush()
        del setter
        _give_back()

    def _layouts(self, state: OverlayState, setter: Typesetter) -> tuple[Layout, ...]:
        from display.overlay.views import layouts  # noqa: PLC0415  with Pillow, when there is something to draw

        return layouts(state, self._screen, self._language, setter.width)

    def _enter(self, layout: Layout, setter: Typesetter, now: float) -> None:
        from display.overlay.window import Window  # noqa: PLC0415

        shown = self._shown.get(layout.name)
        if shown is not None and shown.window.layout.edge == layout.edge:
            if shown.window.layout != layout:
                shown.window.redraw(layout, setter)
            if shown.leaving:
                shown.slide, shown.leaving = None, False
                shown.window.appear()
            return
        if shown is not None:
            self._remove(layout.name)
        moves = bool(layout.edge) and not self._still
        window = Window(self._display, layout, setter, shaped=self._shaped)
        self._shown[layout.name] = _Shown(window, now, slide=Slide(0.0, 1.0, now) if moves else None, turned=now)
        window.appear(0.0 if moves else 1.0)

    def _leave(self, name: str, now: float) -> None:
        shown = self._shown[name]
        if self._still or not shown.window.layout.edge:
            self._remove(name)
        elif not shown.leaving:
            shown.leaving = True
            shown.slide = Slide(shown.slide.at(now) if shown.slide else 1.0, 0.0, now)

    def _remove(self, name: str) -> None:
        self._shown.pop(name).window.close()

    def tick(self, now: float) -> float | None:
        """Carry on what moves; when it is due again, None while nothing does."""
        for name in list(self._shown):
            self._move(name, now)
        for shown in self._shown.values():
            if shown.pressed and now >= shown.pressed[1]:
                shown.window.release(shown.pressed[0])
                shown.pressed = None
            self._turn(shown, now)
        self._display.flush()
        return min((due for shown in self._shown.values() for due in self._dues(shown, now)), default=None)

    def _move(self, name: str, now: float) -> None:
        shown = self._shown[name]
        if shown.slide is None:
            return
        if shown.slide.over(now) and shown.leaving:
            self._remove(name)
            return
        shown.window.slide(shown.slide.at(now))
        if shown.slide.over(now):
            shown.slide = None

    def _turn(self, shown: _Shown, now: float) -> None:
        part = _spinner(shown.window.layout)
        if part is None or self._still or now < shown.turned + TURN_S:
            return
        shown.phase, shown.turned = shown.phase + 1, now
        shown.window.turn(part, self._setter(), shown.phase)

    def _dues(self, shown: _Shown, now: float) -> Iterator[float]:
        if shown.slide is not None:
            yield now + FRAME_S
        if shown.pressed is not None:
            yield shown.pressed[1]
        if _spinner(shown.window.layout) is not None and not self._still:
            yield shown.turned + TURN_S

    def pressed(self, event: Event, now: float) -> Action | None:
        """What a ButtonPress asks for; None for one that is not on a button of ours, or came too soon to be meant."""
        if event.type != X.ButtonPress or event.detail != 1:
            return None
        shown = next((each for each in self._shown.values() if each.window.id == event.window.id), None)
        if shown is None or shown.leaving or now < shown.since + GUARD_S:
            return None
        x, y = event.event_x + shown.window.layout.box.x, event.event_y + shown.window.layout.box.y
        part = next((part for part in shown.window.layout.parts if part.action and contains(part.box, x, y)), None)
        if part is None:
            return None
        shown.window.press(part, self._setter())
        shown.pressed = (part, now + PRESSED_S)
        self._display.flush()
        return part.action

    def over(self, x: int, y: int) -> bool:
        """Whether a point of the screen is on one of our windows."""
        return any(contains(shown.window.layout.box, x, y) for shown in self._shown.values() if not shown.leaving)

    def above(self) -> None:
        """Come above every other window again, after somebody else was raised."""
        for shown in self._shown.values():
            shown.window.raised()
        self._display.flush()

    def close(self) -> None:
        """Take everything away."""
        for name in list(self._shown):
            self._remove(name)
        self._state = OverlayState()
        self._display.flush()

    def _setter(self) -> Typesetter:
        from display.overlay.typeset import Typesetter  # noqa: PLC0415

        spoken = choose(self._language)
        return Typesetter(spoken, rtl=right_to_left(spoken))


def _spinner(layout: Layout) -> Part | None:
    return next((part for part in layout.parts if part.kind is Kind.SPINNER), None)


def _give_back() -> None:
    """Return freed memory to the system: glibc keeps some megabytes of it after a page was drawn."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
