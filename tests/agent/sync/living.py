"""A box whose clock the test moves: worker, guard, puller and SQLite over a real source."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from agent.meetings.extract import Extractor
from agent.model.sync import Window
from agent.ports import CalendarSource
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.schedule import POLL_S, Wait
from agent.sync.sign_in import SignInGuard
from agent.sync.window import next_midnight, room_window
from agent.sync.worker import SyncWorker
from tests.fakes.clock import FakeClock

ZONE = ZoneInfo("America/Los_Angeles")


class LivingRoom(ABC):
    """`secret` is what the room signs in with now; `poll_s`: seconds between two polls."""

    mailbox = "sjroom@contoso.example"
    poll_s = POLL_S

    def __init__(self, state: Path, secret: str, clock: FakeClock) -> None:
        self.state = state
        self.clock = clock
        self.secret = secret

    @abstractmethod
    def make_source(self) -> CalendarSource:
        """The source the room reads."""

    @property
    @abstractmethod
    def times(self) -> Sequence[float]:
        """When it asked the server, by the test's clock, in seconds."""

    def live(self, test: Callable[[], Awaitable[None]]) -> None:
        """A process from its start to its end, with the test beside it."""
        asyncio.run(self._live(test))

    async def _live(self, test: Callable[[], Awaitable[None]]) -> None:
        self.store = open_store(self.state, self.mailbox)
        source = self.make_source()
        puller = Puller(source, self.store, Extractor(), self.clock, scope="s", window=self._window)
        guard = SignInGuard(puller, self.store, self.clock, lambda: self.secret, Random(1))
        self.worker = SyncWorker(
            guard,
            self.clock,
            lambda: None,
            midnight=lambda now: next_midnight(now, ZONE),
            as_of=self.store.as_of(),
            first=Wait(0, 0, 0),
            chance=Random(1),
            poll_s=lambda _: self.poll_s,
            sleep=self.clock.sleep,
        )
        task = asyncio.create_task(self.worker.run())
        try:
            await self.passes(1)
            await test()
        finally:
            task.cancel()
            await asyncio.wait([task])
            source.close()
            self.store.close()

    @staticmethod
    def _window(now: datetime) -> Window:
        return room_window(now, ZONE, days_behind=1, days_ahead=14)

    async def passes(self, seconds: int) -> None:
        """Time goes on, a second at a time; rounds take none of it."""
        for _ in range(seconds):
            self.clock.advance(1)
            await self._settle()

    async def until(self, reached: Callable[[], bool], within: int) -> int:
        """Seconds until something holds; more than `within` is a failure."""
        for passed in range(within + 1):
            if reached():
                return passed
            await self.passes(1)
        raise AssertionError(f"not within {within} s; code {self.worker.health().code}, asked at {self.times}")

    async def _settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        while self.worker._round is not None:
            await asyncio.wait([self.worker._round.result])
            for _ in range(10):
                await asyncio.sleep(0)

    def code(self) -> str | None:
        return self.worker.health().code

    def list(self) -> int:
        return len(self.store.entries(self._window(self.clock.now())))


def most_in_a_minute(times: Sequence[float]) -> int:
    return max((sum(begin <= each < begin + 60 for each in times) for begin in times), default=0)
