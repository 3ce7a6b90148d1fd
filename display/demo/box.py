"""The box as the page sees it, put together from its parts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from Xlib import error

from display.demo.accidents import Accident, Accidents
from display.demo.cables import Cables, Shows
from display.demo.hands import Hands
from display.demo.news import News
from display.demo.picture import Frame, Picture

LOOK_S = 1.0
"""Windows come and go without a word to us; they are looked for this often while a page is open."""


class Changes:
    """Tells everybody who waits that something is different."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.over = False

    def end(self) -> None:
        """There will be no more."""
        self.over = True
        self._event.set()

    def changed(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def next(self, within_s: float) -> None:
        """Return at the next change, at the latest after `within_s`."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._event.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBox:
    """A `display.demo.page.ports.Box`. `shell_starts`: how often the shell was started."""

    news: News
    cables: Cables
    picture: Picture
    hands: Hands
    accidents: Accidents
    shell_starts: Callable[[], int]
    changes: Changes = field(default_factory=Changes)

    def state(self) -> Mapping[str, Any]:
        """`room`: what the core says, null while it does not answer; `laptops` by input; `victims`: what can be killed
        now; `restarts`: of the shell."""
        return {
            "room": self.news.room,
            "laptops": {
                name: {"plugged": each.plugged, "shows": each.shows.value} for name, each in self.cables.laptops.items()
            },
            "victims": sorted(self._victims()),
            "restarts": max(0, self.shell_starts() - 1),
        }

    @property
    def over(self) -> bool:
        return self.changes.over

    def end(self) -> None:
        """Let everybody go who waits for something new."""
        self.changes.end()
        self.picture.end()

    async def next_change(self) -> None:
        await self.changes.next(LOOK_S)

    async def newer(self, than: int, within_s: float) -> Frame | None:
        return await self.picture.newer(than, within_s)

    def act(self, acts: Sequence[Mapping[str, Any]]) -> bool:
        return self.hands.act(acts)

    def plug(self, name: str, *, plugged: bool) -> None:
        self.cables.plug(name, plugged=plugged)
        self.changes.changed()

    def show(self, name: str, shows: Shows) -> None:
        self.cables.show(name, shows)
        self.changes.changed()

    def cause(self, accident: Accident) -> bool:
        caused = self.accidents.cause(accident)
        self.changes.changed()
        return caused

    def _victims(self) -> Sequence[Accident]:
        try:
            return list(self.accidents.victims())
        except (error.ConnectionClosedError, OSError):  # the screen has gone, and we go soon
            return []
