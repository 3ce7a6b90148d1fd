"""What shows that people are there, and for which meetings that speaks."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.control.presence import at_display, near, running
from agent.model.control import CALL, INPUT
from agent.model.event import ShowAs
from agent.state.agenda import slots
from agent.state.display import SIGNALS, DisplayFacts
from agent.wire import Input
from tests.builders import all_day, at, occurrence, stored

DAY = slots(
    [
        stored(all_day("fair", date(2026, 11, 23))),
        stored(occurrence("free", at(9), at(12), show_as=ShowAs.FREE)),
        stored(occurrence("first", at(9), at(10))),
        stored(occurrence("overlap", at(9, 30), at(10, 30))),
        stored(occurrence("next", at(10), at(11))),
    ],
    at(9),
    ZoneInfo("America/Los_Angeles"),
)


def plugged(*states: str) -> tuple[Input, ...]:
    return tuple(Input(name=each, label="", kind="hdmi", state=each, showing=False) for each in states)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (DisplayFacts(), None),
        (DisplayFacts(present=True), None),
        (DisplayFacts(present=True, screen="content"), None),
        (DisplayFacts(present=True, meeting="opening"), None),
        (DisplayFacts(present=True, meeting="running"), CALL),
        (DisplayFacts(present=True, screen="meeting"), CALL),
        (DisplayFacts(present=True, meeting="running", inputs=plugged("live")), CALL),
        (DisplayFacts(present=True, inputs=plugged("no_signal", "live")), INPUT),
        (DisplayFacts(present=True, inputs=plugged(*(each for each in SIGNALS if each != "live"))), None),
        (DisplayFacts(meeting="running", inputs=plugged("live")), None),
    ],
)
def test_the_display_shows_people_by_a_call_or_a_picture(facts: DisplayFacts, expected: str | None) -> None:
    assert at_display(facts) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(8, 59), []),
        (at(9), ["first"]),
        (at(9, 45), ["first", "overlap"]),
        (at(10), ["overlap", "next"]),
        (at(11), []),
    ],
)
def test_people_are_in_every_meeting_that_occupies_the_room(now: datetime, expected: list[str]) -> None:
    assert [slot.id for slot in running(DAY, now)] == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(8, 49), []),
        (at(8, 50), ["first"]),
        (at(9, 19), ["first"]),
        (at(9, 20), ["first", "overlap"]),
        (at(9, 50), ["first", "overlap", "next"]),
        (at(10, 59), ["next"]),
        (at(11), []),
    ],
)
def test_a_touch_speaks_for_what_runs_and_what_begins_within_ten_minutes(now: datetime, expected: list[str]) -> None:
    assert [slot.id for slot in near(DAY, now)] == expected
