"""Brings the player to what is wanted: one thing after the other, the newest wish last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from display.model import Source
from display.ports import Player


@dataclass(frozen=True, slots=True)
class Wanted:
    """An input's picture. `take` counts up whenever the same input is to be opened anew: another mode, another try."""

    name: str
    take: int = 0


class Playing:
    """`open_source` readies an input's device and gives what the player is told, None where it is gone; `let_go` gives
    the device back. `changed` is called when a picture is there or is no more."""

    def __init__(
        self,
        player: Player,
        open_source: Callable[[str], Source | None],
        let_go: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._player = player
        self._open_source = open_source
        self._let_go = let_go
        self._changed = changed
        self._wanted: Wanted | None = None
        self._opened: Wanted | None = None
        self._source: Source | None = None
        self._showing: str | None = None
        self._started = False
        self._wake = asyncio.Event()

    @property
    def showing(self) -> str | None:
        """The input whose picture is on the player's window."""
        return self._showing

    @property
    def between(self) -> bool:
        """Whether that picture is just being opened anew: for a moment there is none."""
        return self._showing is not None and not self._started

    @property
    def opened(self) -> str | None:
        """The input the player was given."""
        return self._opened.name if self._opened else None

    def want(self, wanted: Wanted | None) -> None:
        """From now on this; None: nothing. Returns at once."""
        if wanted != self._wanted:
            self._wanted = wanted
            if wanted is None or wanted.name != self._showing:
                self._showing = None
            self._wake.set()

    def started(self, source: Source) -> None:
        """The player has the first picture of a source."""
        if source == self._source and self._opened is not None and self._opened == self._wanted:
            self._showing, self._started = self._opened.name, True
            self._changed()

    def failed(self, source: Source) -> str | None:
        """The player cannot show a source; returns the input it was of."""
        name = self.input_of(source)
        if name is not None:
            self._showing = None
            self._changed()
        return name

    def input_of(self, source: Source) -> str | None:
        """The input whose source the player has been given; None for one of before."""
        return self._opened.name if self._opened is not None and source == self._source else None

    async def run(self) -> None:
        """Follow the wishes until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._wanted != self._opened:
                await self._follow(self._wanted)
            if self._wanted != self._opened:
                self._wake.set()

    async def _follow(self, wanted: Wanted | None) -> None:
        if self._opened is not None:
            await self._player.stop()
            self._let_go(self._opened.name)
        self._opened, self._source, self._started = wanted, None, False
        if wanted is not None:
            self._source = self._open_source(wanted.name)
            if self._source is not None:
                await self._player.play(self._source)
        self._changed()
