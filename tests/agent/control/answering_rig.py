"""The worker with its real thread, its real store and audit log, mail in memory and a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from agent.control.answering import Answering
from agent.control.reasons import catalogue
from agent.control.request_policy import RequestPolicy
from agent.errors import AccessDenied, SourceUnavailable
from agent.model.event import Response
from agent.store.answers import SqliteAnswers
from agent.store.audit import AuditLog
from agent.store.audit_chain import AuditEntry
from agent.store.opening import open_store
from tests.contracts.request_box import Told
from tests.fakes.clock import FakeClock
from tests.fakes.request_box import FakePost

DENIAL = AccessDenied("calendar.access_denied", "no")
DOWN = SourceUnavailable("calendar.unreachable", "down")
BAD = SourceUnavailable("calendar.server_error", "this one cannot be done")
SENTENCES = catalogue("en")


def accepted(subject: str) -> Told:
    return Told(subject, Response.ACCEPTED, SENTENCES["requests.accepted"])


def declined(subject: str, code: str = "requests.conflict") -> Told:
    return Told(subject, Response.DECLINED, SENTENCES[code])


class Rig:
    """`restart` makes another process of it over the same files and the same mail."""

    def __init__(self, folder: Path, **policy: Any) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.post = FakePost(self.clock)
        self.policy = RequestPolicy(**policy)
        self.blocked: str | None = None
        self.turned = 0
        self.audit = AuditLog(folder / "audit.jsonl", self.clock)
        self.restart()

    def restart(self) -> None:
        self._resting = asyncio.Event()
        self.store = SqliteAnswers(open_store(self.folder, "sjroom@contoso.example")._database)
        self.box = self.post.box()
        self.worker = Answering(
            box=self.box,
            taken=self.post.taken,
            policy=self.policy,
            zone=ZoneInfo("America/Los_Angeles"),
            store=self.store,
            audit=self.audit,
            clock=self.clock,
            may_try=lambda: self.blocked,
            turned=self._turn,
            chance=Random(1),
            sleep=self._sleep,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Its first look is over; ended as a process ends, at the end."""
        task = asyncio.create_task(self.worker.run())
        try:
            await self._at_rest(task)
            self._task = task
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def nudge(self) -> None:
        self._resting.clear()
        self.worker.nudge()
        await self._at_rest(self._task)

    async def look(self, seconds: float = 30.0) -> None:
        """The clock goes on, to where a look is due."""
        self._resting.clear()
        self.clock.advance(seconds)
        await self._at_rest(self._task)

    async def wait(self, seconds: float) -> None:
        """The clock goes on, and nothing happens."""
        before = len(self.post.calls)
        self.clock.advance(seconds)
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert self.post.calls[before:] == []

    def noted(self) -> list[AuditEntry]:
        return self.audit.entries(1000)

    def _turn(self) -> None:
        self.turned += 1

    async def _sleep(self, seconds: float) -> None:
        self._resting.set()
        await self.clock.sleep(seconds)

    async def _at_rest(self, task: asyncio.Task[None]) -> None:
        waits = asyncio.ensure_future(self._resting.wait())
        done, _ = await asyncio.wait([waits, task], return_when=asyncio.FIRST_COMPLETED, timeout=20)
        waits.cancel()
        if task in done:
            task.result()
        assert done, "the worker does not come to rest"


def with_rig(folder: Path, test: Callable[[Rig], Awaitable[None]], **policy: Any) -> None:
    async def run() -> None:
        await test(Rig(folder, **policy))

    asyncio.run(run())
