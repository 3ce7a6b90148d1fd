from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from agent.ports import StoredEntry
from agent.state.edges import near_edge
from agent.state.project import Inputs, project
from tests.builders import all_day, at, occurrence, policy, stored

NOON = at(12)
TEN = timedelta(minutes=10)


def near(entry: StoredEntry, now: datetime) -> bool:
    return near_edge(project(Inputs(policy=policy(), entries=[entry]), now).state, now, TEN)


@pytest.mark.parametrize(
    ("minutes", "is_near"),
    [
        (-71, False),
        (-70, True),
        (-60, True),
        (-50, True),
        (-49, False),
        (-11, False),
        (-10, True),
        (0, True),
        (11, False),
    ],
)
def test_within_ten_minutes_of_begin_and_end(minutes: int, is_near: bool) -> None:
    start = NOON + timedelta(minutes=minutes)
    assert near(stored(occurrence("a", start, start + timedelta(hours=1))), NOON) == is_near


def test_all_day_meetings_have_no_edge() -> None:
    assert not near(stored(all_day("a", date(2026, 11, 23))), at(0))
