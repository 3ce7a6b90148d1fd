from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.overlay import NOT_YET, overlaid
from agent.model.control import Act, Kind, NewBooking, NewOperation, Operation, OpState, Outcome, Present, Target
from agent.model.event import ChangeKey, ItemId, OccurrenceKey, Response
from agent.ports import StoredEntry
from tests.builders import at, joinable, occurrence, stored

NOW = at(9, 30)
READ = at(9, 29)
MEETING = stored(occurrence("m", at(9), at(10)))
BOOKING = NewBooking(start=at(9, 30), end=at(10, 15), subject="Ad-hoc", location="https://zoom.us/j/912")


def operation(
    kind: Kind, number: int = 1, *, meeting: str = "m", ended: OpState | None = None, **more: object
) -> Operation:
    new = NewOperation(
        key=f"key-{number}", command_id=f"c-{number}", act=Act.BOOK, kind=kind, meeting_id=meeting, actor="screen",
        reason="control.asked", expires=at(10), booking=BOOKING if kind is Kind.CREATE else None,
        target=None if kind is Kind.CREATE else more.get("target", target(at(10))),  # type: ignore[arg-type]  # made here
        end=more.get("end"),  # type: ignore[arg-type]
    )  # fmt: skip
    outcome = None
    if ended is not None:
        present = Present(item_id=ItemId("item-new"), change_key=ChangeKey("7"), uid="uid-new", start=at(9), end=at(9))
        outcome = Outcome(state=ended, at=NOW, code=None if ended is OpState.DONE else "x", present=present)
    return Operation(number=number, new=new, created=NOW, next_at=NOW, outcome=outcome)


def target(end: datetime) -> Target:
    return Target(item_id=ItemId("item-m"), key=OccurrenceKey("uid-m"), start=at(9), end=end)


def shown(
    *operations: Operation, entries: Sequence[StoredEntry] = (MEETING,), now: datetime = NOW, as_of: datetime = READ
) -> dict[str, tuple[datetime, datetime]]:
    found = overlaid(entries, operations, now, as_of, lambda _: joinable())
    return {each.meeting_id: (each.entry.occurrence.start, each.entry.occurrence.end) for each in found}


STORED = {"m": (at(9), at(10))}


@pytest.mark.parametrize("ended", [None, OpState.DONE])
def test_what_is_on_its_way_or_done_is_shown_as_it_will_be(ended: OpState | None) -> None:
    longer = operation(Kind.SET_END, end=at(10, 30), ended=ended)
    assert shown(longer) == {"m": (at(9), at(10, 30))}
    assert shown(operation(Kind.DELETE, ended=ended)) == {}
    booked = operation(Kind.CREATE, meeting="new", ended=ended)
    assert shown(booked) == STORED | {"new": (BOOKING.start, BOOKING.end)}


@pytest.mark.parametrize("ended", [OpState.FAILED, OpState.GIVEN_UP, OpState.WITHDRAWN])
def test_what_was_not_done_is_taken_back(ended: OpState) -> None:
    kinds = [operation(Kind.SET_END, end=at(10, 30), ended=ended), operation(Kind.DELETE, ended=ended),
             operation(Kind.CREATE, meeting="new", ended=ended)]  # fmt: skip
    assert all(shown(each) == STORED for each in kinds)


@pytest.mark.parametrize("kind", [Kind.SET_END, Kind.DELETE, Kind.CREATE])
def test_what_is_done_counts_until_the_calendar_was_read_again_or_ten_minutes_have_passed(kind: Kind) -> None:
    done = operation(kind, end=at(10, 30), meeting="new" if kind is Kind.CREATE else "m", ended=OpState.DONE)
    minute = timedelta(minutes=1)
    assert shown(done, as_of=NOW) != STORED  # that reading had begun before
    assert shown(done, now=NOW + minute, as_of=NOW + minute) == STORED
    assert shown(done, now=NOW + 9 * minute) != STORED
    assert shown(done, now=NOW + 10 * minute) == STORED


@pytest.mark.parametrize("kind", [Kind.SET_END, Kind.DELETE, Kind.CREATE])
def test_a_clock_that_was_set_back_neither_ends_nor_prolongs_what_is_shown(kind: Kind) -> None:
    done = operation(kind, end=at(10, 30), meeting="new" if kind is Kind.CREATE else "m", ended=OpState.DONE)
    hour = timedelta(hours=1)
    assert shown(done, as_of=NOW + hour) != STORED  # read before that, by the clock as it was
    assert shown(done, now=NOW - hour, as_of=NOW - 2 * hour) == STORED


@pytest.mark.parametrize("kind", [Kind.SET_END, Kind.DELETE])
def test_a_meeting_that_is_another_one_by_now_is_shown_as_it_is(kind: Kind) -> None:
    moved = stored(occurrence("m", at(9), at(9, 45)))
    assert shown(operation(kind, end=at(10, 30)), entries=[moved]) == {"m": (at(9), at(9, 45))}
    assert shown(operation(kind, end=at(10, 30)), entries=[]) == {}


def test_changes_of_one_meeting_follow_each_other() -> None:
    longer = operation(Kind.SET_END, 1, end=at(10, 15), ended=OpState.DONE)
    still_longer = operation(Kind.SET_END, 2, target=target(at(10, 15)), end=at(10, 30))
    assert shown(still_longer, longer) == {"m": (at(9), at(10, 30))}
    assert shown(still_longer, longer, entries=[stored(occurrence("m", at(9), at(10, 15)))]) == {
        "m": (at(9), at(10, 30))
    }


def test_a_booking_can_be_changed_before_the_server_has_answered() -> None:
    booked = operation(Kind.CREATE, 1, meeting="new")
    seen = Target(item_id=NOT_YET, key=OccurrenceKey(""), start=BOOKING.start, end=BOOKING.end)
    gone = operation(Kind.DELETE, 2, meeting="new", target=seen)
    assert shown(booked, gone) == STORED


@pytest.mark.parametrize(
    "entry",
    [
        StoredEntry("new", MEETING.entry),
        stored(occurrence("new", at(9, 30), at(10, 15))),
        stored(replace(occurrence("x", at(9, 30)), key=OccurrenceKey("uid-new"))),
    ],
    ids=["its meeting id", "its item", "its uid"],
)
def test_a_booking_that_was_read_back_is_there_once(entry: StoredEntry) -> None:
    done = operation(Kind.CREATE, meeting="new", ended=OpState.DONE)
    assert shown(done, entries=[entry]) == {
        "new": (entry.entry.occurrence.start, entry.entry.occurrence.end)
    }  # under the id it was announced with


def test_a_booking_that_was_read_back_before_the_server_has_answered_is_there_once() -> None:
    begun = replace(operation(Kind.CREATE, meeting="new"), attempts=1)
    same = stored(occurrence("s", BOOKING.start, BOOKING.end, subject="Ad-hoc", response=Response.ORGANIZER))
    invited = stored(occurrence("i", BOOKING.start, BOOKING.end, subject="Ad-hoc", response=Response.ACCEPTED))
    assert list(shown(begun, entries=[same])) == ["new"]
    assert list(shown(begun, entries=[invited])) == ["i", "new"]
    assert list(shown(replace(begun, attempts=0), entries=[same])) == ["s", "new"]


def test_a_booking_can_be_joined_at_once() -> None:
    (booked,) = overlaid([], [operation(Kind.CREATE, meeting="new")], NOW, READ, lambda _: joinable())
    assert booked.entry.outcome == joinable()
    assert booked.entry.occurrence.subject == "Ad-hoc"


def test_a_message_changes_nothing() -> None:
    assert shown(operation(Kind.MAIL)) == STORED


@given(
    st.lists(
        st.tuples(
            st.sampled_from(Kind), st.sampled_from(["m", "n", "new"]), st.sampled_from([None, *OpState]),
            st.sampled_from([at(9, 45), at(10), at(10, 30)]), st.sampled_from([at(10), at(10, 30)]),
        ),
        max_size=6,
    ),
    st.sampled_from([READ, NOW + timedelta(minutes=1)]),
)  # fmt: skip
def test_whatever_is_under_way_each_meeting_is_there_once_and_the_stored_ones_are_left_alone(
    rows: list[tuple[Kind, str, OpState | None, datetime, datetime]], as_of: datetime
) -> None:
    entries = [MEETING, stored(occurrence("n", at(9), at(10)))]
    operations = [
        operation(kind, number, meeting=meeting, ended=ended, end=end, target=target(seen))
        for number, (kind, meeting, ended, end, seen) in enumerate(rows, start=1)
    ]
    before = [*entries]
    found = overlaid(entries, operations, max(NOW, as_of), as_of, lambda _: joinable())
    assert entries == before
    ids = [each.meeting_id for each in found]
    assert len(ids) == len(set(ids))
    alive = {each.new.meeting_id for each in operations if each.state in (OpState.WAITING, OpState.DONE)}
    assert {each.meeting_id: each for each in found if each.meeting_id not in alive} == {
        each.meeting_id: each for each in entries if each.meeting_id not in alive
    }
