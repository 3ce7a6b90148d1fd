"""Operations in memory: those that wait, those that ended lately, and who waits for one of them to end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent.model.control import Kind, NewOperation, Operation, OpState, Outcome
from agent.ports import Clock
from agent.sync.push import DENIED, aged

RECENT = timedelta(hours=1)
"""How long an operation that ended stays in memory."""
DENIED_FOR_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PushCounters:
    """Operations that ended since the process started, by act. `oldest_s`: how long the oldest has been waiting."""

    done: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)
    given_up: Mapping[str, int] = field(default_factory=dict)
    waiting: int = 0
    oldest_s: float = 0.0


class Ledger:
    """All methods belong to the event loop, but `waiting` and `recent`, which may be read in any thread. `turned`:
    called when an operation was added or has ended; `source`: the name of what is written to."""

    def __init__(self, clock: Clock, turned: Callable[[Operation], None], source: Callable[[], str]) -> None:
        self._clock = clock
        self._turned = turned
        self._source = source
        self._waiting: dict[int, Operation] = {}
        self._ended: dict[int, Operation] = {}
        self._since: dict[int, float] = {}
        self._watchers: dict[int, list[asyncio.Future[Outcome]]] = {}
        self._counts: dict[OpState, Counter[str]] = {state: Counter() for state in OpState}
        self._denied: tuple[datetime, float, str] | None = None

    @property
    def waiting(self) -> Sequence[Operation]:
        return [each for _, each in sorted(self._waiting.items())]

    @property
    def recent(self) -> Sequence[Operation]:
        since = self.horizon()
        for number, each in list(self._ended.items()):
            if each.outcome is None or each.outcome.at < since:
                self._ended.pop(number, None)
        return [each for _, each in sorted(self._ended.items())]

    @property
    def denied_since(self) -> datetime | None:
        """Since when the server refuses; another protocol than the one that was refused has refused nothing yet."""
        if self._denied is None:
            return None
        since, last, source = self._denied
        old = self._clock.monotonic() - last > DENIED_FOR_S
        return None if old or source != self._source() else since

    @property
    def counters(self) -> PushCounters:
        now = self._clock.now()
        ages = [(now - each.created).total_seconds() for each in self._waiting.values()]
        return PushCounters(
            done=dict(self._counts[OpState.DONE]),
            failed=dict(self._counts[OpState.FAILED]),
            given_up=dict(self._counts[OpState.GIVEN_UP]),
            waiting=len(ages),
            oldest_s=max([0.0, *ages]),
        )

    def horizon(self) -> datetime:
        """Since when ended operations are kept here."""
        return self._clock.now() - RECENT

    def take_up(self, waiting: Sequence[Operation], ended: Sequence[Operation]) -> None:
        """Operations that are on disk; those that are here already stay as they are."""
        for each in ended:
            self._ended.setdefault(each.number, each)
        fresh = [each for each in waiting if each.number not in self._waiting and each.number not in self._ended]
        for each in fresh:
            self._waiting[each.number] = each
            self._since[each.number] = self._clock.monotonic()
        for each in fresh:
            self._turned(each)

    def put(self, operation: Operation) -> None:
        """A waiting operation is another one now."""
        if operation.number in self._waiting:
            self._waiting[operation.number] = operation

    def age(self) -> None:
        """What has waited its time expires, however the clock was set meanwhile."""
        now, monotonic = self._clock.now(), self._clock.monotonic()
        for number, each in self._waiting.items():
            self._waiting[number] = aged(each, timedelta(seconds=monotonic - self._since[number]), now)

    def hasten(self) -> None:
        """All that waits is due."""
        now = self._clock.now()
        self._waiting = {number: replace(each, next_at=now) for number, each in self._waiting.items()}

    def end(self, operation: Operation, outcome: Outcome) -> Operation | None:
        """It has ended; None when that was known."""
        present = self._waiting.pop(operation.number, None)
        if present is None:
            return None
        self._since.pop(operation.number, None)
        ended = replace(present, outcome=outcome, code=None, new=replace(present.new, mail=None))
        self._ended[ended.number] = ended
        self._counts[outcome.state][ended.new.act.value] += 1
        self._heed(ended.new, outcome)
        for watcher in self._watchers.pop(ended.number, []):
            if not watcher.done():  # whoever waited has gone
                watcher.set_result(outcome)
        self._turned(ended)
        return ended

    async def ended(self, number: int) -> Outcome:
        """The outcome, when there is one."""
        found = self._ended.get(number)
        if found is not None and found.outcome is not None:
            return found.outcome
        watcher: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._watchers.setdefault(number, []).append(watcher)
        return await watcher

    def booked(self, meeting_id: str) -> Operation | None:
        """The booking of a meeting that the sync may not have met yet."""
        found = (each for each in reversed(self.recent) if each.new.meeting_id == meeting_id)
        return next((each for each in found if each.new.kind is Kind.CREATE), None)

    def _heed(self, new: NewOperation, outcome: Outcome) -> None:
        """Whether the calendar may be written to; the right to send messages is another one."""
        if new.kind is Kind.MAIL:
            return
        if outcome.state is OpState.DONE:
            self._denied = None
        elif outcome.code == DENIED:
            since = self.denied_since or self._clock.now()
            self._denied = (since, self._clock.monotonic(), self._source())
