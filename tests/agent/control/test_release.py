"""Which meetings are released, and when: a table, then whatever Hypothesis thinks of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.release import PROMPT, Case, Verdict, moved, prompt_from, releasable, release_at, verdict
from agent.model.control import EVIDENCE, TOUCH, Attendance
from agent.model.event import Occurrence, Response, ShowAs
from agent.state.agenda import Slot, slots
from tests.builders import all_day, at, occurrence, stored

TEN = timedelta(minutes=10)
YESTERDAY = at(9, day=22)
ZONE = ZoneInfo("America/Los_Angeles")


def slot_of(value: Occurrence) -> Slot:
    (slot,) = slots([stored(value)], at(9), ZONE)
    return slot


def meeting(start: datetime = at(9), end: datetime = at(10), **changes: Any) -> Slot:  # noqa: B008  frozen
    return slot_of(occurrence("m", start, end, **({"created": YESTERDAY} | changes)))


def known(**changes: Any) -> Attendance:
    return Attendance(meeting_id="m", uid="uid-m", start=at(9), **changes)


def case(now: datetime, **changes: Any) -> Case:
    plain: dict[str, Any] = {"now": now, "prompted": PROMPT}
    return Case(**(plain | changes))


def at_minute(minute: int, second: int = 0) -> datetime:
    return at(9, minute) + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        (meeting(), True),
        (meeting(response=Response.TENTATIVE), True),
        (meeting(show_as=ShowAs.TENTATIVE), True),
        (meeting(show_as=ShowAs.FREE), False),
        (meeting(end=at(9)), False),
        (meeting(created=None), False),
        (meeting(created=at(7)), True),
        (meeting(created=at(7, 0) + timedelta(seconds=1)), False),
        (meeting(created=at(9, 5)), False),
        (meeting(end=at(16, 59)), True),
        (meeting(end=at(17)), False),
        (meeting(end=at(9, 10)), False),
        (meeting(end=at(9, 11)), True),
        (slot_of(all_day("m", date(2026, 11, 23), created=YESTERDAY)), False),
    ],
)
def test_only_ordinary_meetings_made_well_before_they_start_may_be_released(slot: Slot, expected: bool) -> None:
    assert releasable(slot, TEN) is expected


def test_without_a_time_nothing_is_ever_released() -> None:
    assert not releasable(meeting(), timedelta())


@pytest.mark.parametrize(
    ("after", "expected"), [(1, at(9)), (2, at(9)), (3, at(9, 1)), (4, at(9, 2)), (10, at(9, 5)), (30, at(9, 25))]
)
def test_the_screen_asks_for_the_last_half_but_two_minutes_at_least_and_five_at_most(
    after: int, expected: datetime
) -> None:
    assert prompt_from(meeting(), timedelta(minutes=after)) == expected


def test_it_is_released_when_its_time_is_over_but_two_minutes_after_the_prompt_at_the_earliest() -> None:
    assert release_at(meeting(), TEN, at(9, 5)) == at(9, 10)
    assert release_at(meeting(), TEN, at(9, 20)) == at(9, 22)
    assert release_at(meeting(), TEN, at(9, 20) + timedelta(microseconds=1)) == at(9, 22) + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "facts", "expected"),
    [
        (at(8, 59), {}, Verdict.NEVER),
        (at(9), {}, Verdict.LATER),
        (at_minute(4, 59), {}, Verdict.LATER),
        (at_minute(5), {"prompted": None}, Verdict.PROMPT),
        (at_minute(9, 59), {}, Verdict.PROMPT),
        (at_minute(10), {}, Verdict.RELEASE),
        (at_minute(10), {"prompted": None}, Verdict.PROMPT),
        (at_minute(10), {"prompted": PROMPT - timedelta(seconds=1)}, Verdict.PROMPT),
        (at_minute(40), {"prompted": None}, Verdict.PROMPT),
        (at(10), {}, Verdict.NEVER),
        (at_minute(10), {"stale": True}, Verdict.HELD),
        (at_minute(10), {"watched": False}, Verdict.HELD),
        (at_minute(10), {"pending": True}, Verdict.HELD),
        (at_minute(10), {"known": False}, Verdict.HELD),
        (at_minute(2), {"stale": True}, Verdict.LATER),
        (at_minute(10), {"attendance": known()}, Verdict.RELEASE),
        *((at_minute(10), {"attendance": known(evidence=each, since=at(9))}, Verdict.NEVER) for each in EVIDENCE),
        (at_minute(10), {"attendance": known(released=at(9, 10))}, Verdict.NEVER),
        (at_minute(10), {"attendance": known(kept=at(9, 10))}, Verdict.NEVER),
        (at_minute(10), {"attendance": known(released=at(9, 10), kept=at(9, 11))}, Verdict.NEVER),
    ],
)
def test_what_is_done_at_an_instant(now: datetime, facts: dict[str, Any], expected: Verdict) -> None:
    assert verdict(meeting(), TEN, case(now, **facts)) is expected


minutes = st.integers(-30, 24 * 60)
instants = minutes.map(lambda minute: at(9) + timedelta(minutes=minute))
maybe = st.none() | instants
meetings = st.builds(
    lambda length, created, show_as, response: meeting(
        end=at(9) + timedelta(minutes=length), created=created, show_as=show_as, response=response
    ),
    st.integers(0, 12 * 60),
    st.none() | st.integers(-5000, 500).map(lambda minute: at(9) + timedelta(minutes=minute)),
    st.sampled_from(ShowAs),
    st.sampled_from([Response.ACCEPTED, Response.TENTATIVE, Response.NONE]),
)
attendances = st.none() | st.builds(
    lambda evidence, released, kept: known(evidence=evidence, since=at(9), released=released, kept=kept),
    st.none() | st.sampled_from(EVIDENCE),
    maybe,
    maybe,
)
cases = st.builds(
    Case,
    now=instants,
    attendance=attendances,
    known=st.booleans(),
    stale=st.booleans(),
    watched=st.booleans(),
    pending=st.booleans(),
    prompted=st.none() | st.timedeltas(timedelta(0), timedelta(hours=1)),
)


@given(meetings, st.integers(0, 120).map(lambda each: timedelta(minutes=each)), cases)
def test_nothing_is_released_while_anything_speaks_for_people(slot: Slot, after: timedelta, found: Case) -> None:
    decided = verdict(slot, after, found)
    created = slot.stored.entry.occurrence.created
    if decided in (Verdict.PROMPT, Verdict.RELEASE):
        assert found.attendance is None or (
            (found.attendance.evidence, found.attendance.released, found.attendance.kept) == (None, None, None)
        )
        assert found.known
        assert found.watched
        assert not found.stale
        assert not found.pending
        assert slot.begin <= found.now < slot.end
        assert slot.end - slot.begin < timedelta(hours=8)
        assert created is not None
        assert slot.begin - created >= timedelta(hours=2)
        assert after > timedelta(0)
        assert not slot.free
    if decided is Verdict.RELEASE:
        assert found.prompted is not None
        assert found.prompted >= PROMPT
        assert found.now >= slot.begin + after


@given(meetings, st.integers(1, 120).map(lambda each: timedelta(minutes=each)), cases)
def test_one_that_was_released_is_not_released_twice(slot: Slot, after: timedelta, found: Case) -> None:
    released = known(released=at(9, 10))
    again = Case(now=found.now, attendance=released, prompted=found.prompted)
    assert verdict(slot, after, again) is Verdict.NEVER


@given(instants, instants, st.sampled_from(EVIDENCE))
def test_who_came_long_before_a_meeting_came_to_something_else(since: datetime, begin: datetime, kind: str) -> None:
    row = moved(known(evidence=kind, since=since, released=at(9, 10), kept=at(9, 11)), begin)
    assert (row.evidence is None) is (begin - since > timedelta(hours=2))
    assert (row.since is None) is (row.evidence is None)
    assert (row.start, row.released, row.kept) == (begin, at(9, 10), at(9, 11))


def test_a_meeting_of_which_nothing_was_seen_only_moves() -> None:
    assert moved(known(), at(15)) == Attendance(meeting_id="m", uid="uid-m", start=at(15))
    assert moved(known(evidence=TOUCH, since=at(9)), at(9, 30)).evidence == TOUCH
