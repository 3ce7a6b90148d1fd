"""Whatever people do, whatever the server does and wherever the process dies: every write takes effect once or is said
not to have.

A state machine lets a real outbox in SQLite and a real audit log meet a server in memory. A process that dies has no
effect any more, on either of them, from any of its steps on.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent.control.pusher import Pusher
from agent.demo.world import Booking, Item, ItemNotFound
from agent.errors import AccessDenied, SourceThrottled, SourceUnavailable
from agent.model.control import Act, Kind, Mail, NewBooking, NewOperation, Operation, OpState, Target
from agent.model.event import ItemId, OccurrenceKey
from agent.store.audit import AuditLog
from agent.store.opening import FILE, open_store
from tests.agent.control.mortal import Died, Life, Mortal
from tests.agent.control.pushing import Rest
from tests.builders import at
from tests.fakes.clock import FakeClock
from tests.fakes.writable import ROOM, FakeWriter, Server

NINE = at(9)
MINUTE = timedelta(minutes=1)
SLOTS = st.integers(0, 7)
Fate = str | tuple[int, bool]
FATES = st.sampled_from(["well", "lost", "company", "halfway"]) | st.tuples(st.integers(0, 9), st.booleans())
"""What becomes of a thing that is asked: its answer is lost, somebody wants the same at the same moment, it is refused
when it has taken effect, or the process dies of it, after so many steps, before or after the last one."""
PICKS = st.integers(0, 7)
METHODS = ("taken", "created", "create", "read", "set_end", "delete", "send")
TROUBLES = {
    "down": SourceUnavailable("calendar.unreachable", "refused"),
    "throttled": SourceThrottled("calendar.throttled", "later", 5),
    "denied": AccessDenied("calendar.access_denied", "no"),
}


class OutboxMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        structlog.configure(processors=[_silent])
        self.directory = Path(tempfile.mkdtemp())
        self.clock = FakeClock(NINE)
        self.rest = Rest(self.clock)
        self.server = Server(self.clock)
        self.calendar = self.server.calendar
        self.writer = FakeWriter(self.server)
        self.audit = AuditLog(self.directory / "audit.jsonl", self.clock)
        shutil.copy(_empty() / FILE, self.directory)
        self.store = open_store(self.directory, ROOM)
        self.loop = asyncio.new_event_loop()
        self.task: asyncio.Task[None] | None = None
        self.operations: list[Operation] = []
        self.ends = 0
        self.asked = NINE  # a time that the box was asked for last
        self.touched: set[ItemId] = set()  # by other people
        self.start()

    def teardown(self) -> None:
        try:
            if hasattr(self, "loop"):
                self.everything_ends()
        finally:
            if hasattr(self, "loop"):
                self.stop()
                self.loop.run_until_complete(self.loop.shutdown_default_executor())
                self.loop.close()
                self.store.close()
                shutil.rmtree(self.directory)
                structlog.reset_defaults()

    # -- what is asked of the box

    @rule(slot=SLOTS, length=st.integers(1, 2), fate=FATES)
    def book(self, slot: int, length: int, fate: Fate) -> None:
        self.fated("create", fate)
        start = NINE + slot * 30 * MINUTE
        self.asked = start
        booking = NewBooking(start=start, end=start + length * 30 * MINUTE, subject="ours")
        self.submit(self.new(Act.BOOK, Kind.CREATE, uuid.uuid4().hex, booking=booking))

    @precondition(lambda self: self.calendar.items())
    @rule(pick=PICKS, minutes=st.sampled_from([-20, -10, 15, 30]), tells=st.booleans(), fate=FATES)
    def set_end(self, pick: int, minutes: int, *, tells: bool, fate: Fate) -> None:
        self.fated("set_end", fate)
        item = self.pick(pick)
        self.ends += 1  # so many seconds past the minute: an end is one operation's own
        end = item.booking.end.replace(second=0) + minutes * MINUTE + timedelta(seconds=self.ends)
        if end <= item.booking.start:
            return
        self.asked = item.booking.end
        act = Act.EXTEND if minutes > 0 else Act.END
        set_end = self.new(act, Kind.SET_END, item.uid, target=target(item), end=end)
        mail = Mail(to="ann@contoso.example", subject="Ended", body="early")
        told = self.new(act, Kind.MAIL, item.uid, mail=mail, command_id=set_end.command_id)
        self.submit(*([set_end, told] if tells else [set_end]))

    @precondition(lambda self: self.calendar.items())
    @rule(pick=PICKS, fate=FATES)
    def cancel(self, pick: int, fate: Fate) -> None:
        self.fated("delete", fate)
        item = self.pick(pick)
        self.submit(self.new(Act.CANCEL, Kind.DELETE, item.uid, target=target(item)))

    @precondition(lambda self: self.pusher.waiting)
    @rule(pick=PICKS)
    def withdraw(self, pick: int) -> None:
        number = self.pusher.waiting[pick % len(self.pusher.waiting)].number
        self.does(self.pusher.withdraw(number))

    # -- what other people do

    @rule(what=st.sampled_from(["books", "moves", "deletes"]), pick=PICKS, slot=SLOTS)
    def somebody_acts(self, what: str, pick: int, slot: int) -> None:
        if what == "books" or not self.calendar.items():
            self.somebody(NINE + slot * 30 * MINUTE)
            return
        item = self.pick(pick)
        self.touched.add(item.item_id)
        if what == "moves":
            self.calendar.move(item.item_id, NINE + slot * 30 * MINUTE, NINE + (slot + 1) * 30 * MINUTE)
        else:
            self.calendar.delete(item.item_id)

    @rule(method=st.sampled_from(METHODS), renames=st.booleans())
    def somebody_acts_soon(self, method: str, *, renames: bool) -> None:
        self.somebody_is_there_at_the_same_moment(method, renames=renames)

    # -- what goes wrong

    @rule(method=st.sampled_from(["*", *METHODS]), trouble=st.sampled_from([*TROUBLES, "none", "none"]))
    def trouble(self, method: str, trouble: str) -> None:
        self.writer.refuse = {method: TROUBLES[trouble]} if trouble != "none" else {}
        if trouble == "none":
            self.pusher.hasten()
        self.settle()

    @rule(methods=st.sets(st.sampled_from(METHODS), min_size=1, max_size=3))
    def answers_are_lost(self, methods: set[str]) -> None:
        self.writer.lose |= methods

    @rule(steps=st.integers(0, 14), after=st.booleans())
    def dies_soon(self, steps: int, *, after: bool) -> None:
        self.life.left, self.life.after = steps, after

    @rule(power=st.booleans())
    def restarts(self, *, power: bool) -> None:
        self.stop()
        if power:
            self.store.close()
            self.store = open_store(self.directory, ROOM)
        self.start()

    @rule(seconds=st.sampled_from([1, 5, 70, 16 * 60]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(min(seconds, 4)):
            self.clock.advance(seconds / min(seconds, 4))
            self.settle()

    # -- what holds

    @invariant()
    def all_of_it_holds(self) -> None:
        everything = [*self.store.outbox.waiting(), *self.store.outbox.finished(NINE - MINUTE)]
        self.operations = sorted(everything, key=lambda each: each.number)
        self.a_booking_is_there_once_or_not_at_all()
        self.an_end_is_set_once_or_not_at_all()
        self.what_is_deleted_is_gone()
        self.a_message_is_sent_for_what_happened_alone()
        self.of_a_meeting_one_after_the_other()
        self.what_ended_stands_in_the_audit_log_once()

    def a_booking_is_there_once_or_not_at_all(self) -> None:
        for each in self.operations:
            if each.new.kind is not Kind.CREATE:
                continue
            there = len(self.server.of_key(each.new.key))
            ever = [item for item, key in self.server.keys.items() if key == each.new.key]
            assert there <= 1, each
            if each.state is OpState.DONE:
                assert there == 1 or any(self.was_removed(item) for item in ever), each
            elif each.state in (OpState.FAILED, OpState.WITHDRAWN):
                assert there == 0, each
            elif not each.attempts:
                assert not ever, each

    def an_end_is_set_once_or_not_at_all(self) -> None:
        """Once more where somebody has changed it, and where an extension that followed was taken back to it."""
        ends = [each for each in self.operations if each.new.kind is Kind.SET_END and each.new.target is not None]
        targets = [each.new.target for each in ends if each.new.target is not None]
        again = {each.end for each in targets}
        for each, target_ in zip(ends, targets, strict=True):
            times = self.server.ends.count(each.new.end or NINE)
            if each.state is OpState.DONE:
                assert times == 1 or (times and (target_.item_id in self.touched or each.new.end in again)), each
            elif each.state is OpState.WITHDRAWN or not each.attempts:
                assert not times, each
            elif each.state is OpState.FAILED:
                assert all(item.booking.end != each.new.end for item in self.calendar.items()), each

    def what_is_deleted_is_gone(self) -> None:
        there = {item.item_id for item in self.calendar.items()}
        for each in self.operations:
            if each.new.kind is Kind.DELETE and each.state is OpState.DONE and each.new.target is not None:
                assert each.new.target.item_id not in there, each

    def a_message_is_sent_for_what_happened_alone(self) -> None:
        mails = [each for each in self.operations if each.new.kind is Kind.MAIL]
        others = [each for each in self.operations if each.new.kind is not Kind.MAIL]
        done = {each.new.command_id for each in others if each.state is OpState.DONE}
        for each in mails:
            sent = each.new.key in self.server.sent
            assert sent or each.state is not OpState.DONE, each
            assert not sent or (each.state is not OpState.WITHDRAWN and each.new.command_id in done), each

    def of_a_meeting_one_after_the_other(self) -> None:
        last: dict[str, Any] = {}
        for each in self.operations:
            if each.outcome is not None and each.state is OpState.DONE and each.new.kind is not Kind.MAIL:
                assert each.outcome.at >= last.get(each.new.meeting_id, NINE), each
                last[each.new.meeting_id] = each.outcome.at

    def what_ended_stands_in_the_audit_log_once(self) -> None:
        entries = self.audit.entries(1000)
        noted = Counter(str(entry.facts["op"]) for entry in entries)
        answers = {str(entry.facts["op"]): entry.facts["answer"] for entry in entries}
        assert set(noted.values()) <= {1}
        ended = {each.new.key: each for each in self.operations if each.outcome is not None}
        assert set(noted) == set(ended)
        for key, each in ended.items():
            assert answers[key] == ("done" if each.outcome and each.outcome.code is None else each.outcome.code)  # type: ignore[union-attr]

    def everything_ends(self) -> None:
        """In the end, with all troubles gone, nothing waits; the log is as it was written."""
        self.writer.refuse, self.writer.before, self.writer.after = {}, lambda _: None, lambda _: None
        self.writer.lose.clear()
        self.life.left = None
        for _ in range(3):
            self.clock.advance(3600)
            self.settle()
            self.settle()
        self.all_of_it_holds()
        assert [each for each in self.operations if each.outcome is None] == []
        assert self.audit.verify().intact

    # -- inside

    def new(self, act: Act, kind: Kind, meeting: str, **more: Any) -> NewOperation:
        plain: dict[str, Any] = {
            "key": str(uuid.uuid4()),
            "command_id": str(uuid.uuid4()),
            "act": act,
            "kind": kind,
            "meeting_id": meeting,
            "actor": "screen",
            "reason": "test",
            "expires": self.clock.now() + 15 * MINUTE,
        }
        return NewOperation(**(plain | more))

    def fated(self, method: str, fate: Fate) -> None:
        if fate == "lost":
            self.writer.lose.add(method)
        elif fate == "company":
            self.somebody_is_there_at_the_same_moment(method, renames=False)
        elif fate == "halfway":
            self.refused_halfway(method)
        elif not isinstance(fate, str):
            self.life.left, self.life.after = fate

    def refused_halfway(self, method: str) -> None:
        def act(name: str) -> None:
            if name == method:
                self.writer.after = lambda _: None
                raise TROUBLES["denied"]

        self.writer.after = act

    def somebody_is_there_at_the_same_moment(self, method: str, *, renames: bool) -> None:
        def act(name: str) -> None:
            if name == method:
                self.writer.before = lambda _: None
                for item in self.calendar.items() if renames else ():
                    self.calendar.rename(item.item_id, "renamed")
                if not renames:
                    self.somebody(self.asked)
                    self.clock.set(self.clock.now() + timedelta(seconds=1))

        self.writer.before = act

    def submit(self, *new: NewOperation) -> None:
        self.does(self.pusher.submit(new))

    def does(self, work: Any) -> None:
        """Something that a person asks of a box which may die of it."""

        async def asked() -> None:
            try:
                await work
            except Died:
                assert self.life.dead

        self.loop.run_until_complete(asked())
        self.settle()

    def settle(self) -> None:
        """The process goes on until it rests; one that has died is started again, until it rests."""
        while True:
            assert self.task is not None
            self.loop.run_until_complete(self.rest.settle(self.pusher, self.task))
            if not self.life.dead:
                assert not self.task.done(), self.task
                return
            self.stop()
            self.start(settle=False)

    def start(self, *, settle: bool = True) -> None:
        self.life = Life()
        self.pusher = Pusher(
            outbox=Mortal(self.store.outbox, self.life),
            calendar=Mortal(self.writer, self.life),
            audit=Mortal(self.audit, self.life),  # type: ignore[arg-type]
            clock=self.clock,
            may_try=lambda: None,
            item_of=lambda _: None,
            turned=lambda _: None,
            chance=Random(1),
            sleep=self.rest.sleep,
        )
        self.task = self.loop.create_task(self.pusher.run())
        if settle:
            self.settle()

    def stop(self) -> None:
        """The process is gone: what its thread still does, it does to nobody."""
        self.life.dead = True
        if self.task is not None:
            self.task.cancel()
            self.loop.run_until_complete(asyncio.wait([self.task]))
            if not self.task.cancelled():
                assert isinstance(self.task.exception(), Died), self.task
            self.task = None

    def pick(self, number: int) -> Item:
        items = self.calendar.items()
        return items[number % len(items)]

    def somebody(self, start: datetime) -> None:
        self.calendar.book(Booking(start=start, end=start + 30 * MINUTE, subject="theirs"))

    def was_removed(self, item_id: ItemId) -> bool:
        """Whether a person removed it, or an operation whose work that was."""
        try:
            self.calendar.item(item_id)
        except ItemNotFound:
            targets = [each.new.target for each in self.operations if each.new.kind is Kind.DELETE]
            return item_id in self.touched or any(each is not None and each.item_id == item_id for each in targets)
        return False


@cache
def _empty() -> Path:
    """A directory with a new store."""
    directory = Path(tempfile.mkdtemp())
    open_store(directory, ROOM).close()
    return directory


def target(item: Item) -> Target:
    return Target(item_id=item.item_id, key=OccurrenceKey(item.uid), start=item.booking.start, end=item.booking.end)


def _silent(*_: object) -> Any:
    raise structlog.DropEvent


class LongOutboxMachine(OutboxMachine):
    """The same for hours of a box's life."""


OutboxMachine.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
LongOutboxMachine.TestCase.settings = settings(
    max_examples=300, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOutboxMachine: Callable[[], object] = OutboxMachine.TestCase
TestLongOutboxMachine: Callable[[], object] = pytest.mark.long(LongOutboxMachine.TestCase)
