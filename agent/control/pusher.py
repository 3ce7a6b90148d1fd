"""Sends operations to the calendar, one after the other, in a thread that may hang.

Everything but the attempts runs in the event loop; what touches the disk, in a thread beside it. `attempts` is on disk
before anything is sent, so whatever a crash leaves is looked up before it is done again.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

import structlog

from agent.control.attempt import Attempt, Result
from agent.control.ledger import Ledger, PushCounters
from agent.control.trail import Trail
from agent.errors import ConfigError, RoomAgentError, SourceError, StoreError
from agent.model.control import NewOperation, Operation, OpState, Outcome
from agent.model.event import ItemId
from agent.ports import Clock, Outbox, WritableCalendar
from agent.store.audit import AuditLog
from agent.sync.push import GIVEN_UP, Failure, dropped, due, expired, meaning
from agent.sync.thread import CallThread

log = structlog.get_logger()

T = TypeVar("T")

DEADLINE_S = 120.0
HUNG_LIMIT_S = 600.0
"""A call that hangs this long past its deadline will not come back: only a new process helps."""
LEAVE_S = 2.0
"""How long the end of the process, or of its configuration, waits for an answer."""
LOOK_EVERY_S = 1.0
ASLEEP_S = 60.0
STORE_AGAIN_S = 5.0
KEEP = timedelta(days=3)
"""How long ended operations, which hold titles, stay on disk; what was booked here is known for two days."""
FORGET_EVERY_S = 86_400.0
WITHDRAWN = "write.withdrawn"


class PushHungError(RoomAgentError):
    """The writing thread does not come back."""

    def __init__(self) -> None:
        super().__init__("calendar.hung", "a write to the calendar has been hanging for too long; restart")


@dataclass(slots=True)
class _Try:
    """An attempt under way."""

    operation: Operation
    attempt: Attempt
    late: bool
    result: asyncio.Future[Result]
    begun: float
    hung: bool = False


class Pusher:
    """`agent.control.parts.Sends`. All methods belong to the event loop.

    `calendar` is used and closed in the pusher's own thread. `may_try`: a code while nothing is to be tried. `item_of`:
    the present item of a meeting, out of the store. `turned`: called when an operation was added or has ended.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        calendar: WritableCalendar,
        audit: AuditLog,
        clock: Clock,
        may_try: Callable[[], str | None],
        item_of: Callable[[str], ItemId | None],
        turned: Callable[[Operation], None],
        chance: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._outbox = outbox
        self._calendar = calendar
        self._trail = Trail(outbox, audit)
        self._clock = clock
        self._may_try = may_try
        self._item_of = item_of
        self._chance = chance
        self._sleep = sleep
        self._deadline_s = deadline_s
        self._ledger = Ledger(clock, turned, lambda: calendar.name)
        self._thread = CallThread("calendar-write")
        self._try: _Try | None = None
        self._woken = asyncio.Event()
        self._loaded = False
        self._looked = clock.monotonic()
        self._held_until = self._signed_out_until = self._store_at = self._forget_at = clock.monotonic()
        self._store_code: str | None = None
        self._tasks: set[asyncio.Future[object]] = set()

    # -- agent.control.parts.Sends

    async def submit(self, new: Sequence[NewOperation]) -> Sequence[Operation]:
        return await self._whole(self._add(new))

    async def ended(self, number: int) -> Outcome:
        return await self._ledger.ended(number)

    async def withdraw(self, number: int) -> bool:
        return await self._whole(self._withdraw(number))

    @property
    def waiting(self) -> Sequence[Operation]:
        return self._ledger.waiting

    @property
    def recent(self) -> Sequence[Operation]:
        return self._ledger.recent

    async def of_command(self, command_id: str) -> Sequence[Operation]:
        return await asyncio.to_thread(self._outbox.of_command, command_id)

    # -- for whoever watches over it

    @property
    def denied_since(self) -> datetime | None:
        """Since when the server refuses to write, None while it does not. Forgotten after an hour without a write, so
        that a right that was granted is found out."""
        return self._ledger.denied_since

    @property
    def counters(self) -> PushCounters:
        """Figures for metrics."""
        return self._ledger.counters

    def hasten(self) -> None:
        """The calendar can be read: what waits is tried at once, unless the server has asked for patience."""
        self._signed_out_until = self._clock.monotonic()
        self._ledger.hasten()
        self._woken.set()

    def idle_s(self, monotonic_now: float) -> float:
        """Seconds since it made progress last."""
        return monotonic_now - self._looked

    def alive(self, monotonic_now: float) -> bool:
        """Whether it makes progress, for the watchdog."""
        if self._try is not None and monotonic_now - self._try.begun > self._deadline_s + HUNG_LIMIT_S:
            return False
        return self.idle_s(monotonic_now) < ASLEEP_S

    async def run(self) -> None:
        """For ever. Raises `PushHungError` when the process has to be started anew."""
        try:
            while True:
                self._woken.clear()
                with self._patient():
                    await self._look()
                await self._rest()
        finally:
            try:
                await self._leave()
            finally:
                self._thread.submit(self._calendar.close)
                self._thread.close()

    # -- a look

    async def _look(self) -> None:
        """See what the time and the thread have brought, and begin what is due. Raises `StoreError`."""
        self._looked = self._clock.monotonic()
        if self._try is not None:
            await self._watch(self._try)
        if self._looked < self._store_at:
            return
        if not self._loaded:
            await self._load()
        await self._trail.follow()
        if self._try is None:
            self._pass_over()
            await self._begin_due()
            await self._trail.follow()
        if self._looked >= self._forget_at:
            self._forget_at = self._looked + FORGET_EVERY_S
            await asyncio.to_thread(self._outbox.forget, self._clock.now() - KEEP)

    async def _leave(self) -> None:
        """Let an attempt that is under way end, if it soon does: its answer should not be lost with this process, and
        the next configuration's pusher should find it done."""
        one, self._try = self._try, None
        if one is None:
            return
        if not one.hung:
            await asyncio.wait([one.result], timeout=LEAVE_S)
        if not one.result.done():
            one.result.cancel()
            return
        with suppress(StoreError):
            await self._conclude(one)
            await self._trail.follow()

    async def _rest(self) -> None:
        """Until somebody wakes us or it is time to look again."""
        tasks = [asyncio.ensure_future(self._sleep(LOOK_EVERY_S)), asyncio.ensure_future(self._woken.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _load(self) -> None:
        """Take up what an earlier process has left."""
        waiting = await asyncio.to_thread(self._outbox.waiting)
        ended = await asyncio.to_thread(self._outbox.finished, self._ledger.horizon())
        await self._trail.take_up()
        self._ledger.take_up(waiting, ended)
        self._loaded = True

    def _pass_over(self) -> None:
        """Give up what is too late and was never begun, or cannot be looked up now."""
        now = self._clock.now()
        self._ledger.age()
        for each in self._ledger.waiting:
            if expired(each, now) and (each.attempts == 0 or self._held()):
                self._end(each, OpState.GIVEN_UP, GIVEN_UP)

    async def _begin_due(self) -> None:
        now = self._clock.now()
        operation = due(self._ledger.waiting, now)
        if operation is None or self._held():
            return
        begun = await asyncio.to_thread(self._taken_up, operation)
        if begun.outcome is not None:
            self._ledger.end(begun, begun.outcome)
            self._trail.ended(begun)
            self._woken.set()
            return
        self._ledger.put(begun)
        booked = self._ledger.booked(begun.new.meeting_id)
        item_id = await asyncio.to_thread(self._item, begun, booked)
        late = expired(operation, now)
        attempt = Attempt(self._calendar, begun, item_id, booked, late=late)
        result = self._thread.submit(attempt.make)
        result.add_done_callback(lambda _: self._woken.set())
        self._try = _Try(begun, attempt, late, result, self._clock.monotonic())

    def _taken_up(self, operation: Operation) -> Operation:
        """The operation with its attempt counted, on disk. One that has lost its sense is taken back instead."""
        command = self._outbox.of_command(operation.new.command_id) if operation.attempts == 0 else ()
        if dropped(operation, command):
            self._outbox.withdraw(operation.number, self._clock.now())
        return self._outbox.begin(operation.number)

    def _item(self, operation: Operation, booked: Operation | None) -> ItemId:
        """What the meeting's item is called now."""
        found: ItemId | None = None
        with suppress(StoreError):  # what the operation itself says is then as good as it gets
            found = self._item_of(operation.new.meeting_id)
        target = operation.new.target
        present = booked.outcome.present if booked is not None and booked.outcome is not None else None
        made = present.item_id if present is not None else None
        return found or made or (target.item_id if target else ItemId(""))

    # -- how an attempt ended

    async def _watch(self, one: _Try) -> None:
        if one.result.done():
            self._try = None
            await self._conclude(one)
            return
        elapsed = self._clock.monotonic() - one.begun
        if elapsed > self._deadline_s + HUNG_LIMIT_S:
            raise PushHungError
        if elapsed > self._deadline_s and not one.hung:
            one.hung = True
            log.error("outbox.hung", act=one.operation.new.act.value)

    async def _conclude(self, one: _Try) -> None:
        error = one.result.exception()
        if isinstance(error, Exception):
            await self._failed(one, error)
            return
        result = one.result.result()
        if result.code is None:
            self._end(one.operation, OpState.DONE, None, result)
        else:
            state = OpState.GIVEN_UP if result.code == GIVEN_UP else OpState.FAILED
            self._end(one.operation, state, result.code, result)

    async def _failed(self, one: _Try, error: Exception) -> None:
        operation = one.operation
        if not isinstance(error, SourceError | ConfigError):
            _tell_defect(error)
        failure = meaning(error, operation.attempts, self._chance, unsure=one.attempt.unsure)
        self._hold(failure)
        if failure.wait_s is None:
            self._end(operation, OpState.FAILED, failure.code)
        elif one.late:
            self._end(operation, OpState.GIVEN_UP, GIVEN_UP)
        else:
            if operation.attempts == 1:
                log.warning("outbox.postponed", act=operation.new.act.value, code=failure.code)
            next_at = self._clock.now() + timedelta(seconds=failure.wait_s)
            self._ledger.put(replace(operation, next_at=next_at, code=failure.code))
            await asyncio.to_thread(self._outbox.postpone, operation.number, next_at, failure.code)

    def _end(self, operation: Operation, state: OpState, code: str | None, result: Result | None = None) -> None:
        """Tell at once; what cannot be written down now is written later."""
        present, request_id = (result.present, result.request_id) if result is not None else (None, "")
        outcome = Outcome(state=state, at=self._clock.now(), code=code, present=present, request_id=request_id)
        ended = self._ledger.end(operation, outcome)
        if ended is not None:
            log.info("outbox.ended", act=ended.new.act.value, state=state.value, code=code, attempts=ended.attempts)
            self._trail.finish(operation, outcome)
            self._woken.set()

    def _held(self) -> bool:
        """Whether nothing is to be tried now."""
        patience = max(self._held_until, self._signed_out_until)
        return self._clock.monotonic() < patience or self._may_try() is not None

    def _hold(self, failure: Failure) -> None:
        until = self._clock.monotonic() + failure.hold_s
        if failure.signs_in:
            self._signed_out_until = until
        elif failure.hold_s:
            self._held_until = until

    # -- adding and taking back

    async def _add(self, new: Sequence[NewOperation]) -> Sequence[Operation]:
        added = await asyncio.to_thread(self._outbox.add, new, self._clock.now())
        self._ledger.take_up(added, ())
        self._woken.set()
        return added

    async def _withdraw(self, number: int) -> bool:
        now = self._clock.now()
        taken_back = await asyncio.to_thread(self._outbox.withdraw, number, now)
        found = [each for each in self._ledger.waiting if each.number == number] if taken_back else []
        for each in found:
            outcome = Outcome(state=OpState.WITHDRAWN, at=now, code=WITHDRAWN)
            self._ledger.end(each, outcome)
            self._trail.ended(replace(each, outcome=outcome))
        self._woken.set()
        return taken_back

    async def _whole(self, work: Coroutine[Any, Any, T]) -> T:
        """To its end, even when whoever asked has gone: what is on disk must be known here."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)  # type: ignore[arg-type]  # only held
        task.add_done_callback(self._let_go)
        return await asyncio.shield(task)

    def _let_go(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()

    @contextmanager
    def _patient(self) -> Iterator[None]:
        """The disk may fail: told once, tried again later."""
        try:
            yield
        except StoreError as error:
            self._store_at = self._clock.monotonic() + STORE_AGAIN_S
            if self._store_code is None:
                log.error("outbox.store_failing", code=error.code)  # noqa: TRY400
            self._store_code = error.code
        else:
            if self._store_code is not None and self._clock.monotonic() >= self._store_at:
                log.info("outbox.store_recovered", code=self._store_code)
                self._store_code = None


def _tell_defect(error: Exception) -> None:
    """A defect in an adapter is one more way to fail. Its message may hold anything, so only its place is logged."""
    frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("outbox.internal_error", error=type(error).__name__, where=frames[-3:])
