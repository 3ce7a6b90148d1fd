"""What is drawn over the windows, kept moving while something moves."""

from __future__ import annotations

import asyncio

from Xlib.protocol.rq import Event

from display.model import Geometry
from display.overlay.overlays import Overlays
from display.overlay.state import Action, OverlayState

WARM_S = 3.0
"""After the start, when nobody waits for anything: the first touch finds everything loaded."""


class Drawing:
    """Overlays in the running loop."""

    def __init__(self, overlays: Overlays) -> None:
        self._overlays = overlays
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._warming = self._loop.call_later(WARM_S, overlays.warm)

    def show(self, state: OverlayState, screen: Geometry, language: str) -> None:
        """From now on this, on this screen, in this language; above whatever else is there."""
        now = self._loop.time()
        self._overlays.place(screen, language, now)
        self._overlays.show(state, now)
        self._overlays.above()
        self._tick()

    def pressed(self, event: Event) -> Action | None:
        """What a ButtonPress asks for."""
        action = self._overlays.pressed(event, self._loop.time())
        if action is not None:
            self._tick()
        return action

    def close(self) -> None:
        """Take everything away."""
        self._warming.cancel()
        if self._timer is not None:
            self._timer.cancel()
        self._overlays.close()

    def _tick(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self._overlays.tick(self._loop.time())
        self._timer = self._loop.call_at(due, self._tick) if due is not None else None
