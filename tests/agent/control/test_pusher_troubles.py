"""The pusher where server, disk and process fail, and what is taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceThrottled,
    SourceUnavailable,
    StoreError,
    WriteConflict,
)
from agent.model.control import Act, Kind, OpState, Outcome, Target
from agent.model.event import ItemId, OccurrenceKey
from tests.agent.control.pushing import Rig, live
from tests.builders import at
from tests.fakes.writable import FakeWriter

DOWN = SourceUnavailable("calendar.unreachable", "refused")
FULL = StoreError("store.full", "full")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


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


def test_a_clock_that_was_set_back_does_not_make_anybody_try_for_hours(rig: Rig) -> None:
    rig.writer.refuse["*"] = DOWN

    async def test() -> None:
        number = await rig.submit(rig.book())
        await rig.passes(1)
        rig.clock.set(at(6))
        await rig.passes(2)
        assert [each.number for each in rig.pusher.waiting] == [number]
        rig.clock.advance(15 * 60)
        rig.writer.refuse.clear()
        await rig.passes(2)
        assert (await rig.pusher.ended(number)).state is OpState.GIVEN_UP

    live(rig, test)
    assert rig.subjects() == []


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


def test_what_one_protocol_refused_is_not_said_of_the_other(rig: Rig) -> None:
    rig.writer.refuse["*"] = AccessDenied("calendar.write_denied", "no")

    async def test() -> None:
        await rig.outcome(rig.book())
        assert rig.pusher.denied_since == at(9)
        rig.writer.source = "graph"
        assert rig.pusher.denied_since is None
        rig.writer.source = "ews"
        assert rig.pusher.denied_since == at(9)

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


@pytest.mark.parametrize("method", ["create", "set_end", "delete"])
def test_what_was_refused_halfway_and_took_effect_is_done(rig: Rig, method: str) -> None:
    def halfway(name: str) -> None:
        if name == method:
            raise AccessDenied("calendar.access_denied", "no")

    rig.writer.after = halfway

    async def test() -> None:
        if method == "create":
            new = rig.book()
        else:
            item = rig.there()
            new = rig.end(item, at(9, 10)) if method == "set_end" else rig.cancel(item)
        assert (await rig.outcome(new)).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == [method]


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
