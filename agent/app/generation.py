"""One configuration in effect: a core with its resources, from its start to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack

from agent.app.box import Box
from agent.app.core import Core
from agent.supervise import Supervisor

Make = Callable[[Box, ExitStack], Core]


class GenerationFailed(Exception):
    """A part of the core ended by itself. The log names it."""


class Generation:
    """Made of a box by `make`; raises what that raises, and nothing is left open then. `failed` is called when a part
    ends that was not told to."""

    def __init__(self, box: Box, make: Make, failed: Callable[[], None]) -> None:
        self.box = box
        with ExitStack() as resources:
            self.core = make(box, resources)
            self._resources = resources.pop_all()
        self._failed = failed
        self._supervisor = Supervisor()
        self._status: asyncio.Task[int] | None = None

    async def begin(self) -> None:
        """State and timers: when this returns the stored list can be served."""
        self._status = asyncio.create_task(self._supervisor.wait())
        self._status.add_done_callback(lambda status: status.cancelled() or not status.result() or self._failed())
        for part in self.core.parts():
            await self._supervisor.start(part)

    async def go_on(self) -> None:
        """Everything else: reading the calendar, the display, the event streams."""
        for part in self.core.last_parts():
            await self._supervisor.start(part)

    async def stop(self) -> int:
        """End all parts, the last one first. 1 when one of them had failed. Harmless when called twice."""
        self._supervisor.stop()
        return await self._status if self._status is not None else 0

    async def end(self) -> None:
        """The same, and close what they used. Raises GenerationFailed when one had failed."""
        try:
            if await self.stop():
                raise GenerationFailed
        finally:
            self._resources.close()
