"""A player without a window, for tests of whatever uses one, and a recorder of what a player tells."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from display.model import Source
from display.ports import PlayerEvents

GIVEN_UP = {"player.busy", "player.format", "player.gone", "player.refused"}


@dataclass
class Told:
    """A `PlayerEvents` that keeps what it is told: ("started", source), ("player.gone", source), ("black", source) …"""

    events: list[tuple[str, Source]] = field(default_factory=list)

    def started(self, source: Source) -> None:
        self.events.append(("started", source))

    def failed(self, source: Source, code: str) -> None:
        self.events.append((code, source))

    def black(self, source: Source, *, is_black: bool) -> None:
        self.events.append(("black" if is_black else "light", source))

    def count(self, wanted: int) -> Callable[[], bool]:
        """Whether so many events were told."""
        return lambda: len(self.events) >= wanted

    def words(self) -> list[str]:
        return [word for word, _ in self.events]


class FakePlayer:
    """A `Player`. `broken` says which addresses fail, and with which code; `shown` is what its window shows."""

    def __init__(self, events: PlayerEvents, *, broken: dict[str, str] | None = None) -> None:
        self._events = events
        self.broken = broken or {}
        self.shown: Source | None = None
        self._pid = 0
        self._version: str | None = None

    @property
    def pids(self) -> frozenset[int]:
        return frozenset({self._pid} if self._pid else ())

    @property
    def version(self) -> str | None:
        return self._version

    async def run(self) -> None:
        self._restart()
        try:
            await asyncio.Event().wait()
        finally:
            self._pid, self.shown = 0, None

    async def play(self, source: Source) -> None:
        self.shown = source
        if self._pid:
            asyncio.get_running_loop().call_soon(self._show, source)

    async def stop(self) -> None:
        self.shown = None

    def fail(self, code: str) -> None:
        """What it shows fails; one that died or hangs is started again."""
        if self.shown is not None:
            self._events.failed(self.shown, code)
        if code in GIVEN_UP:
            self.shown = None
        else:
            asyncio.get_running_loop().call_soon(self._restart)

    def black(self, *, is_black: bool) -> None:
        """The picture turns black, or light again."""
        if self.shown is not None and self.shown.watch_black:
            self._events.black(self.shown, is_black=is_black)

    def _restart(self) -> None:
        self._pid = self._pid + 1 if self._pid else 4_000_001
        self._version = "fake 1"
        if self.shown is not None:
            self._show(self.shown)

    def _show(self, source: Source) -> None:
        if self.shown != source:
            return
        if source.url in self.broken:
            self.fail(self.broken[source.url])
        else:
            self._events.started(source)
