"""Waiting for a pusher in tests, without sleeping through anything."""

from __future__ import annotations

import asyncio
import time

from agent.control.pusher import Pusher
from tests.fakes.clock import FakeClock


class Rest:
    """The pusher's `sleep`, which knows when it has nothing to do."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._resting = False

    async def sleep(self, seconds: float) -> None:
        """In place of `asyncio.sleep`."""
        self._resting = True
        try:
            await self._clock.sleep(seconds)
        finally:
            self._resting = False

    async def settle(self, pusher: Pusher, task: asyncio.Task[None] | None = None, *, hangs: bool = False) -> None:
        """Until nothing is under way and nothing is due, or the pusher's task has ended. `hangs`: an attempt does."""
        deadline = time.monotonic() + 10
        calm = 0
        while calm < 5 and not (task is not None and task.done()):
            assert time.monotonic() < deadline
            await asyncio.sleep(0 if calm else 0.0005)
            under_way = pusher._try is not None and not hangs
            calm = calm + 1 if self._resting and not under_way and not pusher._woken.is_set() else 0
