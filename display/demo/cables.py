"""Drawn laptops and their cables: what the box's inputs see of them, moment by moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import cycle
from typing import Any

Told = Mapping[str, Any]


class Shows(StrEnum):
    """What a laptop does with its second screen."""

    SLIDES = "slides"
    BARS = "bars"
    BLACK = "black"
    UNSUPPORTED = "unsupported"  # a picture the input cannot take
    RESTLESS = "restless"  # it never settles on a resolution


@dataclass(frozen=True, slots=True)
class Laptop:
    plugged: bool = False
    shows: Shows = Shows.SLIDES


_NO_CABLE: Told = {"signal": "no_cable"}
_NO_SIGNAL: Told = {"signal": "no_signal"}
_UNSTABLE: Told = {"signal": "unstable"}
_LIVE: Mapping[Shows, Told] = {
    shows: {"signal": "live", "width": width, "height": height, "picture": shows.value}
    for shows, width, height in (
        (Shows.SLIDES, 1280, 720),
        (Shows.BARS, 1920, 1080),  # another size each: a player opens the input anew when that changes
        (Shows.BLACK, 1024, 768),
    )
}
_RESTLESS = ((_LIVE[Shows.SLIDES], 0.12), (_UNSTABLE, 0.2), (_LIVE[Shows.BARS], 0.12), (_NO_SIGNAL, 0.15))


def moments(before: Laptop, laptop: Laptop) -> Iterable[tuple[Told, float]]:
    """What its input sees from now on, and for how many seconds each; the last one, or the circle, stays.

    Times are those of a laptop that finds a new screen, roughly: it needs a moment to see it, and another to settle.
    """
    if not laptop.plugged:
        return ((_NO_CABLE, 0.0),)
    found = ((_NO_SIGNAL, 0.15),) if not before.plugged else ()
    if laptop.shows is Shows.RESTLESS:
        return cycle(_RESTLESS)
    settled: Told = _LIVE.get(laptop.shows, {"signal": "unsupported"})
    return (*found, (_UNSTABLE, 0.25), (settled, 0.0))


class Cables:
    """The laptops by the name of the input they stand at. `tell` gets what all inputs see at each change."""

    def __init__(self, inputs: Iterable[str], tell: Callable[[Told], None]) -> None:
        self._tell = tell
        self._laptops = {name: Laptop() for name in inputs}
        self._seen: dict[str, Told] = dict.fromkeys(self._laptops, _NO_CABLE)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._announce()

    @property
    def laptops(self) -> Mapping[str, Laptop]:
        return self._laptops

    def plug(self, name: str, *, plugged: bool) -> None:
        """Put its cable in, or draw it. Raises KeyError for an input there is not."""
        self._become(name, replace(self._laptops[name], plugged=plugged))

    def show(self, name: str, shows: Shows) -> None:
        """Have it show something else. Raises KeyError for an input there is not."""
        self._become(name, replace(self._laptops[name], shows=shows))

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()

    def _become(self, name: str, laptop: Laptop) -> None:
        before = self._laptops[name]
        if laptop == before:
            return
        self._laptops[name] = laptop
        if laptop.plugged or before.plugged:
            self._live(name, iter(moments(before, laptop)))

    def _live(self, name: str, rest: Iterator[tuple[Told, float]]) -> None:
        if timer := self._timers.pop(name, None):
            timer.cancel()
        moment = next(rest, None)
        if moment is None:
            return
        self._seen[name], seconds = moment
        self._announce()
        if seconds:
            self._timers[name] = asyncio.get_running_loop().call_later(seconds, self._live, name, rest)

    def _announce(self) -> None:
        self._tell({"inputs": dict(self._seen)})
