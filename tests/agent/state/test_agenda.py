from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.event import Occurrence, Response, ShowAs
from agent.state import agenda
from agent.state.agenda import Slot
from tests.builders import all_day, at, occurrence, stored

LA = ZoneInfo("America/Los_Angeles")
LEAD = timedelta(minutes=10)
NINE = at(9)


def listed(*occurrences: Occurrence, now: datetime = NINE) -> list[Slot]:
    return agenda.slots([stored(value) for value in occurrences], now, LA)


def ids(slots: list[Slot]) -> list[str]:
    return [slot.id for slot in slots]


def test_meetings_are_listed_from_the_rooms_midnight_on_by_start() -> None:
    slots = listed(
        occurrence("later", at(15)),
        occurrence("yesterday", at(22, day=22)),
        occurrence("first", at(0, 10)),
        occurrence("tomorrow", at(8, day=24)),
    )
    assert ids(slots) == ["first", "later", "tomorrow"]


def test_a_meeting_begun_yesterday_is_listed_while_it_runs() -> None:
    overnight = occurrence("overnight", at(23, day=22), at(1))
    assert ids(listed(overnight, now=at(0, 30))) == ["overnight"]
    assert ids(listed(overnight, now=at(1))) == []


@pytest.mark.parametrize("change", [{"cancelled": True}, {"response": Response.DECLINED}])
def test_cancelled_and_declined_meetings_are_absent(change: dict[str, Any]) -> None:
    assert listed(occurrence("gone", at(10), **change)) == []


def test_phases_follow_the_half_open_interval() -> None:
    (slot,) = listed(occurrence("m", at(10), at(11)))
    seen = [slot.phase(now, LEAD) for now in (at(9, 49), at(9, 50), at(10), at(10, 59), at(11))]
    assert seen == ["later", "soon", "now", "now", "ended"]


def test_a_meeting_of_no_length_is_never_now_and_never_occupies() -> None:
    slots = listed(occurrence("reminder", at(9), at(9)))
    assert slots[0].phase(at(9), LEAD) == "ended"
    assert agenda.current(slots, at(9)) is None


def test_back_to_back_meetings_change_hands_at_the_minute_and_do_not_conflict() -> None:
    slots = listed(occurrence("a", at(9), at(10)), occurrence("b", at(10), at(11)))
    now = agenda.current(slots, at(10))
    assert now is not None
    assert now.id == "b"
    assert not any(slot.conflict for slot in slots)


def test_accepted_wins_over_tentative_then_the_earlier_start_then_the_id() -> None:
    slots = listed(
        occurrence("a-tentative", at(8), at(11), response=Response.TENTATIVE),
        occurrence("c", at(8, 30), at(11)),
        occurrence("b", at(8, 30), at(11)),
    )
    winner = agenda.current(slots, at(9))
    assert winner is not None
    assert winner.id == "b"


def test_an_all_day_meeting_is_current_only_when_nothing_timed_is() -> None:
    slots = listed(all_day("fair", date(2026, 11, 23)), occurrence("timed", at(9), at(10)))
    timed, fair = agenda.current(slots, at(9)), agenda.current(slots, at(10))
    assert timed is not None
    assert fair is not None
    assert (timed.id, fair.id) == ("timed", "fair")


def test_free_time_is_listed_but_neither_current_nor_in_conflict() -> None:
    slots = listed(occurrence("hold", at(9), at(10), show_as=ShowAs.FREE), occurrence("real", at(9, 30), at(10)))
    assert ids(slots) == ["hold", "real"]
    assert agenda.current(slots, at(9)) is None
    assert not any(slot.conflict for slot in slots)


def test_overlapping_meetings_are_marked_also_across_one_that_ends_early() -> None:
    slots = listed(
        occurrence("long", at(9), at(12)),
        occurrence("short", at(9, 30), at(10)),
        occurrence("late", at(11), at(13)),
        occurrence("alone", at(14)),
    )
    assert [slot.id for slot in slots if slot.conflict] == ["long", "short", "late"]


def test_all_day_meetings_are_sorted_at_the_rooms_midnight_and_joinable_that_day() -> None:
    slots = listed(occurrence("early", at(0, 30)), all_day("fair", date(2026, 11, 23)))
    assert ids(slots) == ["fair", "early"]
    assert slots[0].joinable_from(LEAD) == at(0)


def test_free_until_names_the_next_meeting_of_today_only() -> None:
    slots = listed(occurrence("next", at(15)), occurrence("tomorrow", at(8, day=24)))
    assert agenda.free_until(slots, at(9), LA) == at(15)
    assert agenda.free_until(slots, at(16), LA) is None


starts = st.integers(min_value=-600, max_value=2000)
lengths = st.integers(min_value=0, max_value=400)


@given(st.lists(st.tuples(starts, lengths), max_size=12), st.integers(min_value=0, max_value=1439))
def test_conflicts_agree_with_the_definition(spans: list[tuple[int, int]], minute: int) -> None:
    now = at(0) + timedelta(minutes=minute)
    slots = listed(
        *(
            occurrence(str(i), at(0) + timedelta(minutes=s), at(0) + timedelta(minutes=s + n))
            for i, (s, n) in enumerate(spans)
        ),
        now=now,
    )
    busy = [slot for slot in slots if slot.occupies]
    for slot in slots:
        overlaps = slot.occupies and any(
            other is not slot and slot.begin < other.end and other.begin < slot.end for other in busy
        )
        assert slot.conflict == overlaps


@given(st.lists(st.tuples(starts, lengths), max_size=8), st.integers(min_value=0, max_value=1439))
def test_nothing_changes_before_the_announced_change(spans: list[tuple[int, int]], minute: int) -> None:
    now = at(0) + timedelta(minutes=minute)
    values = [
        stored(occurrence(str(i), at(0) + timedelta(minutes=s), at(0) + timedelta(minutes=s + n)))
        for i, (s, n) in enumerate(spans)
    ]

    def seen(moment: datetime) -> list[tuple[str, str]]:
        return [(slot.id, slot.phase(moment, LEAD)) for slot in agenda.slots(values, moment, LA)]

    change = agenda.next_change(agenda.slots(values, now, LA), now, LEAD, LA)
    assert change > now
    assert seen(change - timedelta(seconds=1)) == seen(now)
