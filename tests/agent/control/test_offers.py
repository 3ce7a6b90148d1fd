from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from agent.control import offers
from agent.control.offers import Scene
from agent.control.policy import ControlPolicy
from agent.errors import CommandError
from agent.model.event import ShowAs
from agent.model.sync import Window
from agent.ports import StoredEntry
from agent.state.agenda import slots
from tests.builders import all_day, at, occurrence, policy, stored

NOW = at(9, 10).replace(second=40)
MEETING = stored(occurrence("m", at(9), at(10)))
NEXT = stored(occurrence("next", at(11), at(12)))


def scene(*entries: StoredEntry, now: datetime = NOW, **more: Any) -> Scene:
    plain: dict[str, Any] = {"policy": ControlPolicy(), "slots": slots(entries, now, policy().zone), "asks": True}
    return Scene(now=now, **(plain | more))


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        act()
    return caught.value.status, caught.value.code


FREE = scene(NEXT)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, ("book", "extend", "end", "cancel", "check-in")),
        ({"undoable": True, "asks": False}, ("book", "extend", "end", "cancel", "undo")),
        ({"policy": ControlPolicy(booking=False), "undoable": True}, ("check-in", "undo")),
        ({"denied": True, "asks": False}, ()),
        ({"hot_desking": True, "undoable": True}, ()),
    ],
)
def test_only_what_is_taken_is_offered(changes: dict[str, Any], names: tuple[str, ...]) -> None:
    assert offers.offered(scene(**changes)) == names


ACTS: dict[str, Callable[[Scene], object]] = {
    "book": lambda seen: offers.booking_of(seen, 30),
    "extend": lambda seen: offers.extension_of(seen, "m", 30),
    "end": lambda seen: offers.ending_of(seen, "m"),
    "cancel": lambda seen: offers.cancellation_of(seen, "m"),
}
WHOLE = scene(MEETING, ours={"m"})
TROUBLES: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({"policy": ControlPolicy(booking=False)}, (403, "booking.off")),
    ({"hot_desking": True}, (409, "hot_desk.active_no_control")),
    ({"denied": True}, (409, "write.denied")),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("changes", "expected"), TROUBLES)
def test_what_holds_for_all_is_refused_for_all(act: str, changes: dict[str, Any], expected: tuple[int, str]) -> None:
    trouble = replace(WHOLE, **changes)
    assert refusal(lambda: ACTS[act](trouble)) == expected


@pytest.mark.parametrize("act", ["extend", "end", "cancel"])
def test_a_meeting_that_is_not_listed_is_unknown(act: str) -> None:
    assert refusal(lambda: ACTS[act](FREE)) == (404, "meeting.unknown")


@pytest.mark.parametrize("act", ["extend", "end"])
@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (stored(all_day("m", date(2026, 11, 23))), "meeting.all_day"),
        (stored(occurrence("m", at(8), at(9))), "meeting.not_running"),
        (stored(occurrence("m", at(10), at(11))), "meeting.not_running"),
        (stored(occurrence("m", at(9), at(10), show_as=ShowAs.FREE)), "meeting.not_running"),
    ],
    ids=["all day", "over", "later", "free"],
)
def test_only_a_timed_meeting_that_runs_is_extended_or_ended(act: str, entry: StoredEntry, code: str) -> None:
    assert refusal(lambda: ACTS[act](scene(entry))) == (409, code)


@pytest.mark.parametrize("act", ["book", "extend"])
def test_nothing_is_promised_of_a_calendar_that_nobody_knows(act: str) -> None:
    unknown = scene(*([MEETING] if act == "extend" else []), known=False)
    assert refusal(lambda: ACTS[act](unknown)) == (503, "calendar.not_known")


def test_a_booking_begins_with_the_minute_that_runs() -> None:
    assert offers.booking_of(FREE, 30) == Window(at(9, 10), at(9, 40))
    assert offers.booking_of(FREE, 110) == Window(at(9, 10), at(11))
    assert refusal(lambda: offers.booking_of(FREE, 111)) == (409, "book.conflict")


def test_a_booking_begins_where_a_meeting_has_ended_within_the_minute() -> None:
    before = stored(occurrence("b", at(9), at(9, 10).replace(second=20)))
    assert offers.booking_of(scene(before), 30).start == at(9, 10).replace(second=20)


@pytest.mark.parametrize(
    ("entry", "free"),
    [
        (MEETING, False),
        (stored(occurrence("t", at(9, 30))), False),
        (stored(all_day("d", date(2026, 11, 23))), False),
        (stored(occurrence("f", at(9), at(10), show_as=ShowAs.FREE)), True),
        (stored(occurrence("l", at(9, 40))), True),
        (stored(occurrence("o", at(8), at(9, 10))), True),
    ],
    ids=["runs", "begins too soon", "all day", "free time", "begins in time", "is over"],
)
def test_the_room_is_booked_only_while_it_is_free(entry: StoredEntry, *, free: bool) -> None:
    seen = scene(entry)
    if free:
        assert offers.booking_of(seen, 30).end == at(9, 40)
    else:
        assert refusal(lambda: offers.booking_of(seen, 30)) == (409, "book.conflict")


def test_a_meeting_is_extended_only_where_the_room_is_free() -> None:
    seen = scene(MEETING, NEXT)
    assert offers.extension_of(seen, "m", 60)[1] == at(11)
    assert refusal(lambda: offers.extension_of(seen, "m", 61)) == (409, "extend.conflict")
    overlap = scene(MEETING, stored(occurrence("o", at(9, 30), at(10, 30))))
    assert refusal(lambda: offers.extension_of(overlap, "m", 5)) == (409, "extend.conflict")


def test_a_meeting_ends_with_the_minute_that_runs_and_leaves_the_room_at_once() -> None:
    assert offers.ending_of(WHOLE, "m")[1] == at(9, 10)
    begun = scene(stored(occurrence("m", at(9, 10))))
    assert offers.ending_of(begun, "m")[1] == at(9, 10)
    short = scene(stored(occurrence("m", at(9, 10), at(9, 11))))
    assert offers.ending_of(short, "m")[1] == at(9, 10)


def test_only_what_was_booked_here_is_cancelled_and_only_before_it_is_over() -> None:
    assert offers.cancellation_of(WHOLE, "m").id == "m"
    assert refusal(lambda: offers.cancellation_of(scene(MEETING), "m")) == (409, "cancel.not_ours")
    assert refusal(lambda: offers.cancellation_of(replace(WHOLE, now=at(10)), "m")) == (409, "meeting.not_running")


def test_people_check_in_while_they_are_asked_and_the_time_has_come() -> None:
    assert offers.arrival_of(WHOLE, "m").id == "m"
    assert offers.arrival_of(replace(WHOLE, policy=ControlPolicy(booking=False), denied=True), "m").id == "m"
    refusals: list[tuple[dict[str, Any], str]] = [
        ({"asks": False}, "check_in.off"),
        ({"now": at(8, 49)}, "check_in.not_now"),
        ({"now": at(10)}, "check_in.not_now"),
        ({"hot_desking": True}, "hot_desk.active_no_control"),
    ]
    for changes, code in refusals:
        other = replace(WHOLE, **changes)
        assert refusal(lambda seen=other: offers.arrival_of(seen, "m")) == (409, code)  # type: ignore[misc]
    assert refusal(lambda: offers.arrival_of(FREE, "m")) == (404, "meeting.unknown")
