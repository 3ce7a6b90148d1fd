"""Notes what happens to the room's last days, and writes it down rarely: when something turned, at most once a minute,
and once for each quarter of an hour. A disk that refuses is tried again later; nothing else ever notices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import structlog

from agent import wire
from agent.errors import StoreError
from agent.model.history import PENDING, QUARTER, InputSpan, JoinPress, Outage, Past, Quarter, quarter_of
from agent.model.sync import SourceHealth
from agent.ports import CalendarStore, Clock, HistoryStore
from agent.state.starts import Run, Starts
from agent.state.timeline import overlaid
from agent.state.unwritten import Unwritten
from agent.sync.report import PullReport

log = structlog.get_logger()

WRITE_EVERY_S = 60.0
AGAIN_S = 900.0
"""After a write that failed."""
NAME_MAX = 60


class History:
    """In the event loop only. `notes` keeps the count of starts."""

    def __init__(
        self,
        store: HistoryStore,
        notes: CalendarStore,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._store = store
        self._clock = clock
        self._starts = Starts(notes)
        self._unwritten = Unwritten(store, clock)
        self._outage: Outage | None = None
        self._inputs: dict[str, InputSpan] = {}
        self._pressed: dict[str, JoinPress] = {}
        self._quarter = Quarter(quarter_of(clock.now()))

    @property
    def boots(self) -> Mapping[str, int]:
        """Starts of the agent ever since it was set up, by how the run before had ended."""
        return self._starts.counts

    # --- what happens ------------------------------------------------------------------------------------------------

    def began(self, run: Run) -> None:
        """The agent runs. Counts it, once for each process. Blocking; call it before `run`."""
        start = self._starts.began(run)
        if start is not None:
            self._unwritten.note(start)

    def calendar(self, health: SourceHealth) -> None:
        """How the calendar source is doing, after each round."""
        now, open_ = self._clock.now(), self._outage
        if open_ is not None and open_.code == health.code:
            return
        if open_ is not None:
            self._unwritten.note(replace(open_, until=max(now, open_.since)))
            self._outage = None
        if health.code is not None:
            self._outage = Outage(health.since or now, None, health.code)
            self._unwritten.note(self._outage)

    def round(self, report: PullReport) -> None:
        """A read of the calendar."""
        self._roll()
        if not report.attempted:
            return
        quarter = self._quarter
        self._quarter = replace(
            quarter,
            ok=quarter.ok + report.ok,
            failed=quarter.failed + (not report.ok),
            changes=quarter.changes + report.added + report.changed + report.removed,
            slowest_s=max(quarter.slowest_s, report.duration_s),
        )

    def joined(self, command_id: str, provider: str, outcome: str) -> None:
        """Somebody pressed Join, or it became of it what it became."""
        press = self._pressed.pop(command_id, None) or JoinPress(command_id, self._clock.now(), provider[:NAME_MAX], "")
        press = replace(press, outcome=outcome)
        if outcome == PENDING:
            self._pressed[command_id] = press
        self._unwritten.note(press)

    def inputs(self, inputs: Iterable[wire.Input]) -> None:
        """What the display says of its inputs; none while there is no display."""
        now, states = self._clock.now(), {each.name[:NAME_MAX]: each.state for each in inputs}
        for name, span in [*self._inputs.items()]:
            if states.get(name) != span.state:
                del self._inputs[name]
                self._unwritten.note(replace(span, until=max(now, span.since)))
        for name, state in states.items():
            if name not in self._inputs:
                self._inputs[name] = InputSpan(name, now, None, state)
                self._unwritten.note(self._inputs[name])

    # --- on disk -----------------------------------------------------------------------------------------------------

    async def past(self, since: datetime, until: datetime) -> Past:
        """What touches [since, until), on disk or not. While the disk cannot be read: what this process knows and could
        not write."""
        try:
            stored = await asyncio.to_thread(self._store.read, since, until)
        except StoreError as error:
            log.warning("history.not_read", code=error.code)
            stored = Past()
        begun = (self._quarter,) if self._quarter.ok or self._quarter.failed else ()
        return overlaid(self._unwritten.over(stored), Past(quarters=begun))

    async def run(self) -> None:
        """Until cancelled; then what goes on is ended, and all is written."""
        await asyncio.to_thread(self._take_up)
        try:
            while True:
                await self._until_noted()
                self._unwritten.noted.clear()
                await self.write()
                await self._sleep(AGAIN_S if self._unwritten.refused else WRITE_EVERY_S)
        finally:
            self._end()
            await self.write()

    async def write(self) -> None:
        """Write down what is not on disk. What the disk refuses waits again."""
        self._roll()
        await self._unwritten.write()

    def _take_up(self) -> None:
        """End what an earlier process left going on, and go on with the quarter of an hour that it began."""
        now = self._clock.now()
        try:
            self._store.end_spans(now)
            begun = self._store.read(quarter_of(now), now).quarters
        except StoreError as error:
            log.warning("history.not_read", code=error.code)
            return
        except Exception:  # a defect of ours must not end the process that serves the room
            log.exception("history.defect")
            return
        for each in begun:
            if each.since == self._quarter.since:
                mine = self._quarter
                self._quarter = Quarter(
                    mine.since,
                    mine.ok + each.ok,
                    mine.failed + each.failed,
                    mine.changes + each.changes,
                    max(mine.slowest_s, each.slowest_s),
                )

    def _roll(self) -> None:
        """Another quarter of an hour has begun: the one before is complete."""
        since = quarter_of(self._clock.now())
        if since != self._quarter.since:
            self._keep_quarter()
            self._quarter = Quarter(since)

    def _keep_quarter(self) -> None:
        if self._quarter.ok or self._quarter.failed:
            self._unwritten.note(self._quarter)

    def _end(self) -> None:
        now = self._clock.now()
        if self._outage is not None:
            self._unwritten.note(replace(self._outage, until=now))
        for span in self._inputs.values():
            self._unwritten.note(replace(span, until=now))
        self._keep_quarter()

    async def _until_noted(self) -> None:
        """Until there is something to write, or this quarter of an hour is over."""
        left = QUARTER - (self._clock.now() - self._quarter.since)
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(left.total_seconds(), 1.0), QUARTER.total_seconds())):
                await self._unwritten.noted.wait()
