"""Streams of orders, one for each process of the display: every order goes to all of them, each obeys its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent import wire
from agent.errors import CommandError

KEEP_ALIVE_S = 15.0
MOST_STREAMS = 16
MOST_WAITING = 32
"""Orders that wait for one reader; one that does not take them in is let go, and asks again."""

Data = wire.DisplayConfig | wire.Open | wire.ShowInput | wire.Home


@dataclass(frozen=True, slots=True)
class Order:
    """One event of a stream: `name` as in `agent.wire.display`."""

    name: str
    data: Data


class OrderStreams:
    """The open streams. `changed` is called when one is opened or ends. Only in the event loop."""

    def __init__(
        self, config: wire.DisplayConfig, changed: Callable[[], None], keep_alive_s: float = KEEP_ALIVE_S
    ) -> None:
        self._keep_alive_s = keep_alive_s
        self.config = config
        self._changed = changed
        self._queues: dict[asyncio.Queue[Order | None], str] = {}
        self._standing: dict[str, Order] = {}
        self._ended = False

    @property
    def names(self) -> frozenset[str]:
        """Who listens: the names of the open streams, "" for those without one."""
        return frozenset(self._queues.values())

    def configure(self, config: wire.DisplayConfig) -> None:
        """What holds from now on; told where it is something else."""
        if config != self.config:
            self.config = config
            self.send("config", config)

    def send(self, name: str, data: Data) -> None:
        """Give an order to everybody."""
        for queue in list(self._queues):
            if queue.full():
                self._drop(queue)
            else:
                queue.put_nowait(Order(name, data))

    @contextmanager
    def standing(self, name: str, data: wire.Open | wire.ShowInput) -> Iterator[None]:
        """An order for everybody who is there, or comes meanwhile: a process of the display may just be starting anew.
        Who hears the same order again goes on with it."""
        self._standing[data.order_id] = Order(name, data)
        try:
            self.send(name, data)
            yield
        finally:
            del self._standing[data.order_id]

    def events(self, name: str = "") -> AsyncIterator[Order | None]:
        """The configuration at once, orders that stand, then each new one; None every 15 s of quiet. Ends with `end`,
        or for a reader that is too slow. `name`: which process of the display listens. Raises CommandError (503) where
        too many are open."""
        if len(self._queues) >= MOST_STREAMS:
            raise CommandError("display.too_many", "Too many streams of orders are open; close one.", 503)
        return self._events(name)

    def end(self) -> None:
        """End all streams, for good."""
        self._ended = True
        for queue in list(self._queues):
            self._drop(queue)

    async def _events(self, name: str) -> AsyncIterator[Order | None]:
        if self._ended:
            return
        queue: asyncio.Queue[Order | None] = asyncio.Queue(MOST_WAITING)
        self._queues[queue] = name
        first = [Order("config", self.config), *self._standing.values()]
        self._changed()
        try:
            for order in first:
                yield order
            while True:
                try:
                    async with asyncio.timeout(self._keep_alive_s):
                        next_one = await queue.get()
                except TimeoutError:
                    yield None
                    continue
                if next_one is None:
                    return
                yield next_one
        finally:
            self._queues.pop(queue, None)
            self._changed()

    def _drop(self, queue: asyncio.Queue[Order | None]) -> None:
        """Its reader finds the end instead of what waits for it."""
        self._queues.pop(queue, None)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
