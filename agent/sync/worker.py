"""Lets rounds happen at the right time, one after the other, in a thread that may hang.

Everything here but the round itself runs in the event loop. Waits are monotonic; the loop looks at least once a second,
so it sees midnight, a clock that was set and a machine that slept.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import structlog

from agent.errors import RoomAgentError, SourceUnavailable
from agent.model.sync import SourceHealth
from agent.ports import Clock
from agent.sync.health import SyncCounters, after, failing
from agent.sync.raw import Explain, RawCalendar
from agent.sync.report import PullReport
from agent.sync.schedule import BULK_AGAIN_S, MERGE_S, POLL_S, SAFETY_S, SETTLE_S, USUAL, Wait, wait_after
from agent.sync.sign_in import Pulls
from agent.sync.thread import CallThread

log = structlog.get_logger()

DEADLINE_S = 180.0
HUNG_LIMIT_S = 600.0
"""A call that hangs this long past its deadline will not come back: only a new process helps."""
LOOK_EVERY_S = 1.0
ASLEEP_S = 15.0
STEP_S = 5.0
PATIENCE_S = 10.0
"""How long a person's refresh waits for its turn before it is told what is wrong."""


class SyncHungError(RoomAgentError):
    """The sync thread does not come back."""

    def __init__(self) -> None:
        super().__init__("calendar.hung", "a call to the calendar source has been hanging for too long; restart")


@dataclass(slots=True)
class _Round:
    """A round under way, and who wants to know how it ends."""

    result: asyncio.Future[PullReport]
    begun: float
    waiters: list[asyncio.Future[PullReport]]
    hung: bool = False


class SyncWorker:
    """Owns the timing of one room's sync. All methods belong to the event loop.

    `on_change` is called after every round and when one hangs: entries or health may be other ones; `on_round` before
    it, with the report. `poll_s` gives the seconds until the next poll, asked for after each round with the health of
    before. `midnight` gives the next instant after which the window is another. `as_of` and `first` come from the store
    and `first_wait`.
    """

    def __init__(
        self,
        puller: Pulls,
        clock: Clock,
        on_change: Callable[[], None],
        *,
        midnight: Callable[[datetime], datetime],
        as_of: datetime | None,
        first: Wait,
        chance: Random,
        poll_s: Callable[[SourceHealth], float] = lambda _: POLL_S,
        safety_s: float = SAFETY_S,
        deadline_s: float = DEADLINE_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_round: Callable[[PullReport], None] = lambda _: None,
    ) -> None:
        self._on_round = on_round
        self._live = False
        self._puller = puller
        self._clock = clock
        self._on_change = on_change
        self._midnight = midnight
        self._chance = chance
        self._poll_s = poll_s
        self._safety_s = safety_s
        self._deadline_s = deadline_s
        self._sleep = sleep
        self._thread = CallThread("calendar-sync")
        self._round: _Round | None = None
        self._woken = asyncio.Event()
        self._nudged_at: float | None = None
        self._waiters: list[asyncio.Future[PullReport]] = []
        self._failures = 0
        self._bulk_at: float | None = None
        self._counters = SyncCounters()
        self._last: PullReport | None = None
        self._wait, self._waits_from = first, clock.monotonic()
        self._looked = clock.monotonic()
        self._offset = self._wall_offset()
        self._rolls_at = midnight(clock.now())
        self._health = SourceHealth(as_of=as_of, retry_at=self._in(first.poll_s))
        self._health = replace(self._health, poll_interval_s=poll_s(self._health))
        self._told: set[str] = set()

    def health(self) -> SourceHealth:
        """How the source is doing now."""
        return self._health

    def counters(self) -> SyncCounters:
        """Figures for metrics."""
        return self._counters

    def idle_s(self, monotonic_now: float) -> float:
        """Seconds since it made progress last."""
        return monotonic_now - self._looked

    def alive(self, monotonic_now: float) -> bool:
        """Whether the worker makes progress, for the watchdog."""
        round_ = self._round
        if round_ is not None and monotonic_now - round_.begun > self._deadline_s + HUNG_LIMIT_S:
            return False
        return self.idle_s(monotonic_now) < ASLEEP_S

    def nudge(self) -> None:
        """There may be something new: a round soon, unless a fault or the server wants patience."""
        if self._nudged_at is None:
            self._nudged_at = self._clock.monotonic()
        self._woken.set()

    def streaming(self, *, live: bool) -> None:
        """Whether a stream tells of changes: polling is then a safety net. Without one it begins anew at once."""
        self._live = live
        if not live:
            passed = self._clock.monotonic() - self._waits_from
            soon = passed + self._poll_s(self._health) * self._chance.uniform(0.5, 1.0)
            if soon < self._wait.poll_s and self._health.code is None:
                self._wait = replace(self._wait, poll_s=soon)
                self._health = replace(self._health, retry_at=self._in(soon - passed))
        self._woken.set()

    def hasten(self) -> None:
        """A poll soon, if all is well: what somebody just did may have changed the calendar."""
        passed = self._clock.monotonic() - self._waits_from
        soon = max(passed, MERGE_S) + self._poll_s(self._health)
        if not self._live and self._health.code is None and soon < self._wait.poll_s:
            self._wait = replace(self._wait, poll_s=soon)
            self._woken.set()

    def heartbeat(self) -> None:
        """The stream is there and has told of everything: the list is as of now, if nothing is left to do."""
        if self._live and self._round is None and self._nudged_at is None and self._health.code is None:
            self._health = replace(self._health, as_of=self._clock.now())
            self._on_change()

    async def refresh(self) -> PullReport:
        """A round for a person: the report of one that begins from now on.

        At once when all is well, at most every 10 s while something is wrong, and never against the server's wish. A
        report that was not `attempted`, with the standing error, when that takes too long.
        """
        if (self._round is not None and self._round.hung) or self._left(self._wait.person_s) > PATIENCE_S:
            return self._not_now()
        waiter: asyncio.Future[PullReport] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._woken.set()
        return await waiter

    async def look(self, explain: Explain) -> RawCalendar:
        """A full read for a person, between two rounds. Raises our errors, the standing one while it must rest."""
        if self._left(self._wait.person_s) > PATIENCE_S or (self._round is not None and self._round.hung):
            report = self._not_now()
            assert report.error is not None
            raise report.error
        seen = await self._thread.submit(lambda: self._puller.look(explain))
        self._counters = self._counters.looked()
        return seen

    async def run(self) -> None:
        """For ever. Raises `SyncHungError` when the process has to be started anew."""
        try:
            while True:
                self._woken.clear()
                self._look()
                await self._rest()
        finally:
            self._thread.close()
            self._answer([*self._waiters, *(self._round.waiters if self._round else ())], self._not_now())

    def _look(self) -> None:
        """See what the time and the thread have brought, and begin a round that is due."""
        self._looked = self._clock.monotonic()
        if self._round is not None and self._round.result.done():
            self._finish(self._round)
        if self._round is not None:
            self._watch(self._round)
            return
        self._watch_wall_clock()
        if self._due() <= 0:
            self._begin()

    async def _rest(self) -> None:
        """Until somebody wakes us, the next round is due, or it is time to look again."""
        pause = LOOK_EVERY_S if self._round is not None else min(LOOK_EVERY_S, max(self._due(), 0.0))
        tasks = [asyncio.ensure_future(self._sleep(pause)), asyncio.ensure_future(self._woken.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _due(self) -> float:
        """Seconds until the next round, by whichever wish comes first."""
        times = [self._left(self._wait.poll_s)]
        if self._nudged_at is not None:
            settled = self._nudged_at + SETTLE_S - self._clock.monotonic()
            times.append(max(settled, self._left(self._wait.nudge_s)))
        if self._waiters:
            times.append(self._left(self._wait.person_s))
        return min(times)

    def _left(self, wait_s: float) -> float:
        return self._waits_from + wait_s - self._clock.monotonic()

    def _begin(self) -> None:
        waiters, self._waiters, self._nudged_at = self._waiters, [], None
        self._round = _Round(self._thread.submit(self._puller.pull), self._clock.monotonic(), waiters)
        self._round.result.add_done_callback(lambda _: self._woken.set())

    def _finish(self, round_: _Round) -> None:
        self._round = None
        report = self._report_of(round_)
        self._failures = 0 if report.ok else self._failures + report.attempted
        self._on_round(report)
        poll_s = self._poll_s(replace(self._health, fallback=report.fallback))
        period = self._safety_s if self._live else poll_s
        self._waits_from = self._clock.monotonic()
        lately = self._bulk_at is not None and self._waits_from - self._bulk_at < BULK_AGAIN_S
        self._wait = wait_after(report, self._failures, poll_s=period, chance=self._chance, bulk_lately=lately)
        if report.requests > USUAL:
            self._bulk_at = self._waits_from
        retry = report.rest_s if report.rest_s is not None else self._wait.poll_s
        health = after(self._health, report, now=self._clock.now(), retry_at=self._in(retry))
        self._health = replace(health, poll_interval_s=poll_s)
        self._counters = self._counters.plus(report)
        self._last = report
        self._tell(report.error.code if report.error is not None else None)
        self._on_change()
        self._answer(round_.waiters, report)
        if self._left(self._wait.person_s) > PATIENCE_S:
            waiting, self._waiters = self._waiters, []
            self._answer(waiting, self._not_now())

    def _report_of(self, round_: _Round) -> PullReport:
        """The round's report.

        A defect in an adapter is one more way to fail: it must not take the list off the screen. Its message may hold
        anything, so only its place is logged.
        """
        error = round_.result.exception()
        if error is None:
            return round_.result.result()
        frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        log.error("calendar.internal_error", error=type(error).__name__, where=frames[-3:])
        known = SourceUnavailable("calendar.internal", f"unexpected {type(error).__name__} while syncing")
        took = self._clock.monotonic() - round_.begun
        started = self._clock.now() - timedelta(seconds=took)
        return PullReport(ok=False, started=started, error=known, requests=1, duration_s=took)

    def _watch(self, round_: _Round) -> None:
        elapsed = self._clock.monotonic() - round_.begun
        if elapsed > self._deadline_s + HUNG_LIMIT_S:
            raise SyncHungError
        if elapsed <= self._deadline_s or round_.hung:
            return
        round_.hung = True
        self._health = failing(self._health, "calendar.hung", now=self._clock.now(), retry_at=None)
        self._tell("calendar.hung")
        self._on_change()
        waiting, self._waiters = [*round_.waiters, *self._waiters], []
        self._answer(waiting, self._not_now())

    def _watch_wall_clock(self) -> None:
        """Midnight, a clock that was set, a machine that slept: each asks for a round."""
        offset = self._wall_offset()
        stepped = abs(offset - self._offset) > STEP_S
        self._offset = offset
        now = self._clock.now()
        if stepped or now >= self._rolls_at:
            self._rolls_at = self._midnight(now)
            self.nudge()
        if stepped:
            log.info("clock.stepped")
            self._health = replace(self._health, retry_at=self._in(self._left(self._wait.poll_s)))

    def _tell(self, code: str | None) -> None:
        """One line for each way in which it breaks, and one for each of them when it heals."""
        if code is not None and code not in self._told:
            log.warning("calendar.failing", code=code)
            self._told.add(code)
        elif code is None and self._told:
            for told in sorted(self._told):
                log.info("calendar.recovered", code=told)
            self._told.clear()

    @staticmethod
    def _answer(waiters: Sequence[asyncio.Future[PullReport]], report: PullReport) -> None:
        for waiter in waiters:
            if not waiter.done():  # a caller that was cancelled
                waiter.set_result(report)

    def _not_now(self) -> PullReport:
        """What a person is told who cannot have a round now."""
        code = self._health.code or "calendar.unreachable"
        error = SourceUnavailable(code, "not asked: the last attempt failed and the next one is not due")
        if self._last is not None and self._last.error is not None and self._last.error.code == code:
            return replace(self._last, attempted=False, requests=0, started=self._clock.now(), duration_s=0.0)
        return PullReport(ok=False, started=self._clock.now(), error=error, attempted=False)

    def _wall_offset(self) -> float:
        return self._clock.now().timestamp() - self._clock.monotonic()

    def _in(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)
