"""The pusher with its real thread, an outbox in memory, a server in memory and a clock that the test moves."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from structlog.testing import capture_logs

from agent.control.pusher import DEADLINE_S, HUNG_LIMIT_S, Pusher, PushHungError
from agent.demo.world import Booking, Item
from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceThrottled,
    SourceUnavailable,
    StoreError,
    WriteConflict,
)
from agent.model.control import Act, Kind, Mail, NewBooking, NewOperation, Operation, OpState, Outcome, Target
from agent.model.event import ItemId, OccurrenceKey
from agent.store.audit import AuditLog
from tests.agent.control.pushing import Rest
from tests.builders import at
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.writable import FakeWriter, Server

DOWN = SourceUnavailable("calendar.unreachable", "refused")
FULL = StoreError("store.full", "full")
MINUTE = timedelta(minutes=1)


class Rig:
    """A box with a pusher. `blocked`: an attempt hangs, as the test wants it."""

    blocked = False

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(at(9))
        self.rest = Rest(self.clock)
        self.server = Server(self.clock)
        self.calendar = self.server.calendar
        self.outbox = MemoryOutbox()
        self.audit = AuditLog(folder / "audit.jsonl", self.clock)
        self.refused: str | None = None
        self.items: dict[str, ItemId] = {}
        self.turned: list[Operation] = []
        self.make()

    def make(self) -> None:
        self.writer = FakeWriter(self.server)
        self.pusher = Pusher(
            outbox=self.outbox,
            calendar=self.writer,
            audit=self.audit,
            clock=self.clock,
            may_try=lambda: self.refused,
            item_of=self.items.get,
            turned=self.turned.append,
            chance=Random(1),
            sleep=self.rest.sleep,
        )

    def new(self, act: Act, kind: Kind, meeting: str = "m1", **more: Any) -> NewOperation:
        plain: dict[str, Any] = {
            "key": str(uuid.uuid4()),
            "command_id": str(uuid.uuid4()),
            "act": act,
            "kind": kind,
            "meeting_id": meeting,
            "actor": "screen",
            "reason": f"{act.value}.on_screen",
            "expires": self.clock.now() + 15 * MINUTE,
        }
        return NewOperation(**(plain | more))

    def book(self, start: datetime | None = None, minutes: int = 30, **more: Any) -> NewOperation:
        start = start or at(9)
        booking = NewBooking(start=start, end=start + minutes * MINUTE, subject="Ad-hoc meeting")
        return self.new(Act.BOOK, Kind.CREATE, booking=booking, **more)

    def end(self, item: Item, end: datetime, act: Act = Act.END, **more: Any) -> NewOperation:
        return self.new(act, Kind.SET_END, target=target(item), end=end, **more)

    def cancel(self, item: Item, **more: Any) -> NewOperation:
        return self.new(Act.CANCEL, Kind.DELETE, target=target(item), **more)

    def mail(self, **more: Any) -> NewOperation:
        mail = Mail(to="ann@contoso.example", subject="Ended", body="early")
        return self.new(Act.END, Kind.MAIL, mail=mail, **more)

    def there(self, subject: str = "Planning", start: datetime | None = None, minutes: int = 30) -> Item:
        """Somebody else's meeting."""
        start = start or at(9)
        item_id = self.calendar.book(Booking(subject=subject, start=start, end=start + minutes * MINUTE))
        return self.calendar.item(item_id)

    async def submit(self, *new: NewOperation) -> int:
        """The number of the first one."""
        return (await self.pusher.submit(new))[0].number

    async def outcome(self, *new: NewOperation) -> Outcome:
        number = await self.submit(*new)
        return await asyncio.wait_for(self.pusher.ended(number), 10)

    async def settle(self) -> None:
        """Until nothing is under way but what hangs, and nothing is due."""
        await self.rest.settle(self.pusher, hangs=self.blocked)

    async def passes(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.advance(1)
            await self.settle()

    def subjects(self) -> list[str]:
        return [item.booking.subject for item in self.calendar.items()]

    def entries(self) -> list[tuple[str, str, str]]:
        return [(each.act, each.who, str(each.facts["answer"])) for each in self.audit.entries(100)]


def target(item: Item) -> Target:
    return Target(item_id=item.item_id, key=OccurrenceKey(item.uid), start=item.booking.start, end=item.booking.end)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def live(rig: Rig, test: Callable[[], Awaitable[None]]) -> None:
    """A process from its start to its end, with the test beside it."""

    async def main() -> None:
        task = asyncio.create_task(rig.pusher.run())
        try:
            await test()
            await rig.settle()
        finally:
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(main())


# -- booking


def test_a_booking_is_made_once_and_audited(rig: Rig) -> None:
    async def test() -> None:
        outcome = await rig.outcome(rig.book())
        assert (outcome.state, outcome.code) == (OpState.DONE, None)
        assert outcome.present is not None
        assert outcome.present.item_id == rig.calendar.items()[0].item_id
        assert outcome.request_id

    live(rig, test)
    assert rig.subjects() == ["Ad-hoc meeting"]
    assert rig.writer.writes == ["create"]
    assert rig.entries() == [("room.book", "screen", "done")]
    assert list(rig.outbox.unaudited()) == []
    assert rig.audit.verify().intact


def test_an_entry_says_what_was_asked_for_and_nothing_of_a_person(rig: Rig) -> None:
    async def test() -> None:
        await rig.outcome(rig.book(key="k", command_id="c"))

    live(rig, test)
    (entry,) = rig.audit.entries(10)
    assert entry.facts == {
        "command": "c",
        "reason": "book.on_screen",
        "meeting": "m1",
        "before": "",
        "after": "2026-11-23T17:00:00Z/2026-11-23T17:30:00Z",
        "answer": "done",
        "request_id": entry.facts["request_id"],
        "kind": "create",
        "op": "k",
        "minutes": 30,
    }


def test_what_waits_and_what_ended_is_told(rig: Rig) -> None:
    async def test() -> None:
        number = await rig.submit(rig.book())
        assert [each.number for each in rig.pusher.waiting] == [number]
        await rig.pusher.ended(number)
        assert list(rig.pusher.waiting) == []
        assert [each.state for each in rig.pusher.recent] == [OpState.DONE]
        assert [each.state for each in rig.turned] == [OpState.WAITING, OpState.DONE]
        assert [each.number for each in await rig.pusher.of_command(rig.turned[-1].new.command_id)] == [number]
        await rig.pusher.ended(number)

    live(rig, test)


def test_a_room_that_is_taken_by_now_is_not_booked(rig: Rig) -> None:
    rig.there()

    async def test() -> None:
        outcome = await rig.outcome(rig.book())
        assert (outcome.state, outcome.code) == (OpState.FAILED, "book.conflict")

    live(rig, test)
    assert rig.writer.writes == []
    assert rig.entries() == [("room.book", "screen", "book.conflict")]


def test_a_booking_beside_another_is_made(rig: Rig) -> None:
    rig.there(start=at(8, 30))
    rig.there(start=at(9, 30))

    async def test() -> None:
        assert (await rig.outcome(rig.book())).state is OpState.DONE

    live(rig, test)


def test_a_booking_is_taken_back_when_somebody_was_there_a_moment_before(rig: Rig) -> None:
    def somebody(name: str) -> None:
        if name == "create":
            rig.there()
            rig.clock.advance(1)

    rig.writer.before = somebody

    async def test() -> None:
        outcome = await rig.outcome(rig.book())
        assert (outcome.state, outcome.code) == (OpState.FAILED, "book.conflict")

    live(rig, test)
    assert rig.subjects() == ["Planning"]


def test_a_booking_stays_when_somebody_comes_a_moment_after(rig: Rig) -> None:
    def somebody(name: str) -> None:
        if name == "create":
            rig.clock.advance(1)
            rig.there()

    rig.writer.after = somebody

    async def test() -> None:
        assert (await rig.outcome(rig.book())).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == ["Ad-hoc meeting", "Planning"]


def test_a_booking_whose_answer_was_lost_is_found_and_not_repeated(rig: Rig) -> None:
    rig.writer.lose.add("create")

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.passes(3)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == ["create"]
    assert rig.subjects() == ["Ad-hoc meeting"]


def test_a_booking_that_took_effect_late_is_the_one_that_stays(rig: Rig) -> None:
    """The first attempt takes effect on the server while the second is under way already."""
    new = rig.book()
    assert new.booking is not None
    late = replace(new.booking, subject="late")
    rig.writer.refuse["create"] = DOWN

    def first_lands(name: str) -> None:
        if name == "create" and not rig.writer.refuse:
            rig.writer.before = lambda _: None
            FakeWriter(rig.server).create(new.key, late)
            rig.clock.advance(1)

    rig.writer.before = first_lands

    async def test() -> None:
        number = await rig.submit(new)
        await rig.settle()
        rig.writer.refuse.clear()
        await rig.passes(3)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == ["late"]


# -- another end


def test_a_meeting_ends_early_and_what_the_sync_calls_it_counts(rig: Rig) -> None:
    item = rig.there()
    stale = replace(target(item), item_id=ItemId("old"))
    rig.items["m1"] = item.item_id

    async def test() -> None:
        outcome = await rig.outcome(replace(rig.end(item, at(9, 10)), target=stale))
        assert outcome.state is OpState.DONE

    live(rig, test)
    assert rig.calendar.items()[0].booking.end == at(9, 10)
    (entry,) = rig.audit.entries(10)
    assert (entry.facts["before"], entry.facts["after"]) == (
        "2026-11-23T17:00:00Z/2026-11-23T17:30:00Z",
        "2026-11-23T17:00:00Z/2026-11-23T17:10:00Z",
    )


def test_a_booking_can_be_changed_before_the_sync_has_met_it(rig: Rig) -> None:
    async def test() -> None:
        booked = rig.book()
        unknown = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=at(9), end=at(9, 30))
        longer = rig.new(Act.EXTEND, Kind.SET_END, target=unknown, end=at(9, 45))
        numbers = [each.number for each in await rig.pusher.submit([booked, longer])]
        assert [(await rig.pusher.ended(number)).state for number in numbers] == [OpState.DONE, OpState.DONE]

    live(rig, test)
    assert rig.calendar.items()[0].booking.end == at(9, 45)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda rig, item: rig.calendar.move(item.item_id, at(9, 5), at(9, 30)), "meeting.changed"),
        (lambda rig, item: rig.calendar.move(item.item_id, at(9), at(9, 40)), "meeting.changed"),
        (lambda rig, item: rig.calendar.delete(item.item_id), "meeting.gone"),
        (lambda rig, item: rig.calendar.cancel(item.item_id), "meeting.gone"),
    ],
)
def test_a_meeting_that_is_another_one_by_now_is_left_alone(
    rig: Rig, change: Callable[[Rig, Item], object], code: str
) -> None:
    item = rig.there()
    change(rig, item)

    async def test() -> None:
        assert (await rig.outcome(rig.end(item, at(9, 10)))).code == code

    live(rig, test)
    assert rig.writer.writes == []


def test_a_meeting_is_not_extended_into_another(rig: Rig) -> None:
    item = rig.there()
    rig.there("next", at(9, 45))

    async def test() -> None:
        assert (await rig.outcome(rig.end(item, at(9, 45), Act.EXTEND))).state is OpState.DONE
        later = rig.calendar.item(item.item_id)
        assert (await rig.outcome(rig.end(later, at(10), Act.EXTEND))).code == "extend.conflict"

    live(rig, test)
    assert rig.calendar.item(item.item_id).booking.end == at(9, 45)


def test_an_extension_is_taken_back_when_somebody_was_quicker(rig: Rig) -> None:
    item = rig.there()

    def somebody(name: str) -> None:
        if name == "set_end" and len(rig.subjects()) == 1:
            rig.there("next", at(9, 30))

    rig.writer.before = somebody

    async def test() -> None:
        assert (await rig.outcome(rig.end(item, at(10), Act.EXTEND))).code == "extend.conflict"

    live(rig, test)
    assert rig.calendar.item(item.item_id).booking.end == at(9, 30)


def test_an_item_that_changes_while_it_is_written_is_read_again_and_not_for_ever(rig: Rig) -> None:
    item = rig.there()
    rig.writer.before = lambda name: rig.calendar.touch(item.item_id) if name == "set_end" else None

    async def test() -> None:
        assert (await rig.outcome(rig.end(item, at(9, 10)))).code == "meeting.changed"

    live(rig, test)
    assert rig.writer.calls.count("read") == 3
    assert rig.calendar.item(item.item_id).booking.end == at(9, 30)


def test_an_end_whose_answer_was_lost_is_done(rig: Rig) -> None:
    item = rig.there()
    rig.writer.lose.add("set_end")

    async def test() -> None:
        number = await rig.submit(rig.end(item, at(9, 10)))
        await rig.passes(3)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == ["set_end"]


# -- removing, messages


def test_a_booking_is_cancelled_and_a_second_time_is_harmless(rig: Rig) -> None:
    item = rig.there()

    async def test() -> None:
        assert (await rig.outcome(rig.cancel(item))).state is OpState.DONE
        assert (await rig.outcome(rig.cancel(item))).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == []


def test_a_booking_that_somebody_moved_is_not_cancelled(rig: Rig) -> None:
    item = rig.there()
    rig.calendar.move(item.item_id, at(15), at(16))

    async def test() -> None:
        assert (await rig.outcome(rig.cancel(item))).code == "meeting.changed"

    live(rig, test)
    assert rig.subjects() == ["Planning"]


def test_a_message_goes_out_after_what_it_tells_of(rig: Rig) -> None:
    item = rig.there()

    async def test() -> None:
        ended = rig.end(item, at(9, 10))
        mail = rig.mail(command_id=ended.command_id)
        numbers = [each.number for each in await rig.pusher.submit([ended, mail])]
        assert (await rig.pusher.ended(numbers[1])).state is OpState.DONE
        assert rig.writer.writes == ["set_end", "send"]

    live(rig, test)
    assert [each.to for each in rig.server.sent.values()] == ["ann@contoso.example"]


def test_nobody_is_told_of_what_did_not_happen(rig: Rig) -> None:
    item = rig.there()
    rig.calendar.delete(item.item_id)

    async def test() -> None:
        ended = rig.end(item, at(9, 10))
        mail = rig.mail(command_id=ended.command_id)
        numbers = [each.number for each in await rig.pusher.submit([ended, mail])]
        assert (await rig.pusher.ended(numbers[1])).state is OpState.WITHDRAWN

    live(rig, test)
    assert not rig.server.sent
    assert [answer for _, _, answer in rig.entries()] == ["meeting.gone", "write.withdrawn"]


def test_a_message_that_may_not_be_sent_says_nothing_of_the_calendar(rig: Rig) -> None:
    rig.writer.refuse["send"] = AccessDenied("calendar.access_denied", "no")

    async def test() -> None:
        assert (await rig.outcome(rig.mail())).code == "write.denied"
        assert rig.pusher.denied_since is None

    live(rig, test)


# -- troubles


def test_an_operation_waits_while_the_server_is_away_and_later_ones_of_the_meeting_behind_it(rig: Rig) -> None:
    rig.writer.refuse["*"] = DOWN
    unknown = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=at(9), end=at(9, 30))

    async def test() -> None:
        first = await rig.submit(rig.book())
        second = await rig.submit(rig.new(Act.END, Kind.SET_END, target=unknown, end=at(9, 10)))
        await rig.passes(90)
        assert [each.code for each in rig.pusher.waiting] == ["calendar.unreachable", None]
        begun = rig.pusher.waiting[0].attempts
        assert 4 <= begun <= 30
        assert rig.pusher.counters.oldest_s == 90
        rig.writer.refuse.clear()
        rig.pusher.hasten()
        await rig.settle()
        assert (await rig.pusher.ended(first)).state is OpState.DONE
        assert (await rig.pusher.ended(second)).state is OpState.DONE

    live(rig, test)


def test_another_meeting_does_not_wait_for_the_first(rig: Rig) -> None:
    first, second = rig.there(), rig.there("other", at(12))
    rig.writer.refuse["set_end"] = DOWN

    async def test() -> None:
        await rig.submit(rig.end(first, at(9, 10)))
        assert (await rig.outcome(rig.cancel(second, meeting="m2"))).state is OpState.DONE

    live(rig, test)


def test_what_nobody_answered_in_time_is_given_up(rig: Rig) -> None:
    rig.writer.refuse["*"] = DOWN

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.passes(15 * 60 + 2)
        outcome = await rig.pusher.ended(number)
        assert (outcome.state, outcome.code) == (OpState.GIVEN_UP, "write.given_up")
        assert rig.pusher.counters.given_up == {"book": 1}

    live(rig, test)
    assert rig.entries() == [("room.book", "screen", "write.given_up")]


def test_what_is_too_late_and_was_done_after_all_is_done(rig: Rig) -> None:
    rig.writer.lose.add("create")

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.settle()
        rig.writer.refuse["*"] = DOWN
        rig.clock.advance(14 * 60)
        await rig.settle()
        rig.writer.refuse.clear()
        rig.clock.advance(61)
        await rig.passes(2)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == ["create"]


def test_what_is_too_late_is_not_done_any_more(rig: Rig) -> None:
    rig.refused = "calendar.sign_in_failed"

    async def test() -> None:
        number = await rig.submit(rig.book())
        rig.clock.advance(15 * 60)
        await rig.settle()
        assert (await rig.pusher.ended(number)).state is OpState.GIVEN_UP
        rig.refused = None
        await rig.passes(3)

    live(rig, test)
    assert rig.writer.calls == []


def test_no_writing_right_fails_at_once_and_is_remembered_until_something_succeeds(rig: Rig) -> None:
    rig.writer.refuse["create"] = AccessDenied("calendar.access_denied", "no")

    async def test() -> None:
        outcome = await rig.outcome(rig.book())
        assert (outcome.state, outcome.code) == (OpState.FAILED, "write.denied")
        assert rig.pusher.denied_since == at(9)
        rig.writer.refuse.clear()
        assert (await rig.outcome(rig.book())).state is OpState.DONE
        assert rig.pusher.denied_since is None

    live(rig, test)


def test_a_missing_right_is_tried_again_after_an_hour(rig: Rig) -> None:
    rig.writer.refuse["create"] = AccessDenied("calendar.access_denied", "no")

    async def test() -> None:
        await rig.outcome(rig.book())
        rig.clock.advance(3601)
        assert rig.pusher.denied_since is None

    live(rig, test)


def test_a_right_that_goes_while_a_booking_may_be_there_leaves_nothing_unsaid(rig: Rig) -> None:
    rig.writer.lose.add("create")

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.settle()
        rig.writer.refuse["*"] = AccessDenied("calendar.access_denied", "no")
        await rig.passes(60)
        assert [each.number for each in rig.pusher.waiting] == [number]
        rig.writer.refuse.clear()
        rig.pusher.hasten()
        assert (await asyncio.wait_for(rig.pusher.ended(number), 10)).state is OpState.DONE

    live(rig, test)
    assert len(rig.subjects()) == 1


def test_an_unknown_mailbox_fails_with_its_own_code(rig: Rig) -> None:
    rig.writer.refuse["*"] = MailboxNotFound("calendar.mailbox_not_found", "nobody")

    async def test() -> None:
        assert (await rig.outcome(rig.book())).code == "calendar.mailbox_not_found"

    live(rig, test)


def test_a_refused_sign_in_is_not_repeated_until_the_calendar_is_read(rig: Rig) -> None:
    rig.writer.refuse["*"] = SignInFailed("calendar.sign_in_failed", "refused")

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.submit(rig.book(at(12), meeting="m2"))
        await rig.passes(50)
        assert len(rig.writer.calls) == 1
        rig.refused = "calendar.sign_in_failed"
        await rig.passes(100)
        assert len(rig.writer.calls) == 1
        rig.refused = None
        rig.writer.refuse.clear()
        rig.pusher.hasten()
        assert (await asyncio.wait_for(rig.pusher.ended(number), 10)).state is OpState.DONE

    live(rig, test)


def test_the_server_says_how_long_to_wait_and_nobody_is_quicker(rig: Rig) -> None:
    rig.writer.refuse["*"] = SourceThrottled("calendar.throttled", "later", 30)

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.settle()
        rig.writer.refuse.clear()
        rig.pusher.hasten()
        await rig.passes(29)
        assert len(rig.writer.calls) == 1
        await rig.passes(6)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)


def test_a_defect_in_an_adapter_is_one_more_way_to_fail_and_its_message_stays_unsaid(rig: Rig) -> None:
    rig.writer.refuse["taken"] = KeyError("a person's subject")

    async def test() -> None:
        with capture_logs() as logs:
            number = await rig.submit(rig.book())
            await rig.settle()
        assert [each.code for each in rig.pusher.waiting] == ["calendar.internal"]
        assert "outbox.internal_error" in [each["event"] for each in logs]
        assert "person's" not in str(logs)
        rig.writer.refuse.clear()
        await rig.passes(3)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)


def test_a_conflict_in_a_call_that_knows_none_ends_it(rig: Rig) -> None:
    item = rig.there()
    rig.writer.refuse["delete"] = WriteConflict("write.conflict", "changed")

    async def test() -> None:
        assert (await rig.outcome(rig.cancel(item))).code == "meeting.changed"

    live(rig, test)


# -- taking back


def test_what_was_never_begun_is_withdrawn(rig: Rig) -> None:
    rig.refused = "calendar.sign_in_failed"

    async def test() -> None:
        number = await rig.submit(rig.book())
        assert await rig.pusher.withdraw(number)
        assert (await rig.pusher.ended(number)).state is OpState.WITHDRAWN
        assert not await rig.pusher.withdraw(number)
        rig.refused = None
        await rig.passes(3)

    live(rig, test)
    assert rig.writer.calls == []
    assert rig.entries() == [("room.book", "screen", "write.withdrawn")]


def test_what_was_begun_is_not_withdrawn(rig: Rig) -> None:
    rig.writer.refuse["*"] = DOWN

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.settle()
        assert not await rig.pusher.withdraw(number)
        assert [each.number for each in rig.pusher.waiting] == [number]

    live(rig, test)


def test_an_operation_whose_asker_has_gone_is_sent_nevertheless(rig: Rig) -> None:
    async def test() -> None:
        asker = asyncio.create_task(rig.pusher.submit([rig.book()]))
        await asyncio.sleep(0)
        asker.cancel()
        await rig.passes(2)
        assert [each.state for each in rig.pusher.recent] == [OpState.DONE]

    live(rig, test)


# -- the disk


def test_what_cannot_be_kept_is_refused(rig: Rig) -> None:
    rig.outbox.fail["add"] = FULL

    async def test() -> None:
        with pytest.raises(StoreError):
            await rig.pusher.submit([rig.book()])
        assert list(rig.pusher.waiting) == []

    live(rig, test)
    assert rig.turned == []


@pytest.mark.parametrize("method", ["waiting", "finished", "unaudited", "of_command", "begin"])
def test_nothing_is_sent_before_it_is_on_disk(rig: Rig, method: str) -> None:
    rig.outbox.fail[method] = FULL

    async def test() -> None:
        with capture_logs() as logs:
            number = await rig.submit(rig.book())
            await rig.passes(20)
        assert rig.writer.calls == []
        assert [each["event"] for each in logs].count("outbox.store_failing") == 1
        rig.outbox.fail.clear()
        await rig.passes(6)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)


@pytest.mark.parametrize("method", ["finish", "audited", "postpone"])
def test_what_cannot_be_written_down_is_told_and_written_later(rig: Rig, method: str) -> None:
    rig.outbox.fail[method] = FULL
    rig.writer.lose.add("create")

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.passes(20)
        assert (await rig.pusher.ended(number)).state is OpState.DONE
        rig.outbox.fail.clear()
        await rig.passes(6)

    live(rig, test)
    assert [each.state for each in rig.outbox.finished(at(0))] == [OpState.DONE]
    assert rig.entries() == [("room.book", "screen", "done")]
    assert list(rig.outbox.unaudited()) == []


# -- a crash


def test_what_a_crash_left_is_looked_up_first(rig: Rig) -> None:
    new = rig.book()
    assert new.booking is not None
    (added,) = rig.outbox.add([new], rig.clock.now())
    rig.outbox.begin(added.number)
    FakeWriter(rig.server).create(new.key, new.booking)

    async def test() -> None:
        assert (await asyncio.wait_for(rig.pusher.ended(added.number), 10)).state is OpState.DONE

    live(rig, test)
    assert rig.writer.calls[0] == "created"
    assert rig.writer.writes == []


def test_what_ended_before_a_crash_is_audited_after_it_and_once(rig: Rig) -> None:
    first, second = rig.outbox.add([rig.book(), rig.book()], rig.clock.now())
    for each in (first, second):
        rig.outbox.finish(each.number, Outcome(state=OpState.FAILED, at=rig.clock.now(), code="book.conflict"))
    rig.audit.add("room.book", "screen", answer="book.conflict", op=first.new.key)

    async def test() -> None:
        await rig.passes(2)

    live(rig, test)
    assert rig.entries() == [("room.book", "screen", "book.conflict")] * 2
    assert [entry.facts["op"] for entry in rig.audit.entries(10)] == [first.new.key, second.new.key]
    assert list(rig.outbox.unaudited()) == []


def test_a_message_after_a_crash_is_not_sent_for_what_failed_before_it(rig: Rig) -> None:
    ended = rig.end(rig.there(), at(9, 10))
    first, second = rig.outbox.add([ended, rig.mail(command_id=ended.command_id)], rig.clock.now())
    rig.outbox.finish(first.number, Outcome(state=OpState.FAILED, at=rig.clock.now(), code="meeting.changed"))

    async def test() -> None:
        assert (await asyncio.wait_for(rig.pusher.ended(second.number), 10)).state is OpState.WITHDRAWN

    live(rig, test)


# -- a call that hangs


def test_a_call_that_hangs_is_told_and_ends_the_process_in_the_end(rig: Rig) -> None:
    gate = threading.Event()
    entered = threading.Event()

    def hang(name: str) -> None:
        if name == "taken":
            entered.set()
            gate.wait(30)

    rig.writer.before = hang
    rig.blocked = True

    async def main() -> None:
        task = asyncio.create_task(rig.pusher.run())
        await rig.submit(rig.book())
        await asyncio.to_thread(entered.wait, 10)
        with capture_logs() as logs:
            rig.clock.advance(DEADLINE_S + 1)
            await rig.settle()
            assert rig.pusher.alive(rig.clock.monotonic())
            rig.clock.advance(HUNG_LIMIT_S)
            assert not rig.pusher.alive(rig.clock.monotonic())
            with pytest.raises(PushHungError):
                await asyncio.wait_for(task, 10)
        gate.set()
        assert [each["event"] for each in logs].count("outbox.hung") == 1

    asyncio.run(main())


def test_a_pusher_that_looks_is_alive(rig: Rig) -> None:
    async def test() -> None:
        await rig.passes(2)
        assert rig.pusher.alive(rig.clock.monotonic())
        assert rig.pusher.idle_s(rig.clock.monotonic()) <= 1

    live(rig, test)
    assert not rig.pusher.alive(rig.clock.monotonic() + 61)
