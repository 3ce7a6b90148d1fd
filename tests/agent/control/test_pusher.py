"""The pusher with its real thread, an outbox in memory, a server in memory and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.world import Item
from agent.errors import (
    AccessDenied,
    SourceUnavailable,
)
from agent.model.control import Act, Kind, OpState, Target
from agent.model.event import ItemId, OccurrenceKey
from tests.agent.control.pushing import Rig, live, target
from tests.builders import at
from tests.fakes.writable import FakeWriter

DOWN = SourceUnavailable("calendar.unreachable", "refused")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


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


def test_a_booking_that_took_effect_between_two_looks_is_no_conflict(rig: Rig) -> None:
    new = rig.book()
    assert new.booking is not None
    rig.writer.refuse["create"] = DOWN

    def first_lands(name: str) -> None:
        if name == "created":
            rig.writer.after = lambda _: None
            FakeWriter(rig.server).create(new.key, new.booking)  # type: ignore[arg-type]  # asserted

    rig.writer.after = first_lands

    async def test() -> None:
        number = await rig.submit(new)
        await rig.settle()
        rig.writer.refuse.clear()
        await rig.passes(3)
        assert (await rig.pusher.ended(number)).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == ["Ad-hoc meeting"]


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


def test_a_meeting_whose_item_has_another_handle_by_now_is_found_where_it_was(rig: Rig) -> None:
    before, item = rig.there(), rig.there()
    rig.calendar.delete(before.item_id)
    stale = replace(target(item), item_id=before.item_id)

    async def test() -> None:
        assert (await rig.outcome(replace(rig.end(item, at(9, 10)), target=stale))).state is OpState.DONE
        shorter = replace(stale, end=at(9, 10))
        assert (await rig.outcome(replace(rig.cancel(item), target=shorter))).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == ["set_end", "delete"]
    assert rig.subjects() == []


def test_a_meeting_that_was_made_again_in_its_place_is_another_one(rig: Rig) -> None:
    item = rig.there()
    rig.calendar.delete(item.item_id)
    rig.there()

    async def test() -> None:
        assert (await rig.outcome(rig.end(item, at(9, 10)))).code == "meeting.gone"
        assert (await rig.outcome(rig.cancel(item))).state is OpState.DONE

    live(rig, test)
    assert rig.writer.writes == []


def test_a_booking_that_was_given_up_and_is_there_all_the_same_can_be_taken_back(rig: Rig) -> None:
    unknown = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=at(9), end=at(9, 30))
    rig.writer.lose = {"create"}
    rig.writer.refuse["created"] = DOWN

    async def test() -> None:
        booked = rig.book()
        first = await rig.submit(booked)
        await rig.passes(1)
        rig.clock.advance(60)
        second = await rig.submit(rig.new(Act.UNDO, Kind.DELETE, target=unknown, undoes=booked.command_id))
        rig.clock.advance(15 * 60 - 61)
        await rig.settle()
        assert (await rig.pusher.ended(first)).state is OpState.GIVEN_UP
        rig.writer.refuse.clear()
        await rig.passes(3)
        assert (await rig.pusher.ended(second)).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == []


def test_a_booking_that_another_protocol_made_is_cancelled_by_its_uid(rig: Rig) -> None:
    unknown = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=at(9), end=at(9, 30))

    async def test() -> None:
        outcome = await rig.outcome(rig.book())
        assert outcome.present is not None
        another = rig.there()
        rig.calendar.delete(another.item_id)
        rig.items["m1"] = another.item_id  # nothing has this id
        assert (await rig.outcome(rig.new(Act.CANCEL, Kind.DELETE, target=unknown))).state is OpState.DONE

    live(rig, test)
    assert rig.subjects() == []


def test_what_follows_a_booking_that_was_refused_asks_the_server_for_nothing(rig: Rig) -> None:
    rig.there()
    unknown = Target(item_id=ItemId(""), key=OccurrenceKey(""), start=at(9), end=at(9, 30))

    async def test() -> None:
        booked, longer = rig.book(), rig.new(Act.EXTEND, Kind.SET_END, target=unknown, end=at(9, 45))
        gone = rig.new(Act.UNDO, Kind.DELETE, target=unknown, undoes=booked.command_id)
        numbers = [each.number for each in await rig.pusher.submit([booked, longer, gone])]
        outcomes = [await rig.pusher.ended(number) for number in numbers]
        assert [each.code for each in outcomes] == ["book.conflict", "meeting.gone", None]

    live(rig, test)
    assert rig.writer.calls == ["taken"]


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
