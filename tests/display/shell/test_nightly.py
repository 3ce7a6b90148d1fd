"""When the home browser is made anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from display.shell.nightly import LATEST, due, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
YESTERDAY = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2, 59), False),
        (at(3), True),
        (at(4, 59), True),
        (at(3) + LATEST, False),
        (at(12), False),
    ],
)
def test_it_is_due_from_the_planned_time_on_and_not_in_the_morning(now: datetime, expected: bool) -> None:
    assert due("03:00", BERLIN, YESTERDAY, now) is expected
    assert due("03:00", BERLIN, YESTERDAY, now.astimezone(UTC)) is expected


def test_once_a_night_is_enough() -> None:
    assert not due("03:00", BERLIN, at(3, 1), at(3, 2))
    assert due("03:00", BERLIN, at(3, 1), at(3, 2) + timedelta(days=1))


def test_a_shell_that_starts_in_that_time_has_just_made_it() -> None:
    assert not due("03:00", BERLIN, at(3, 30), at(3, 31))


@pytest.mark.parametrize("nightly", ["", "03", "24:00", "03:60", "at three", "03:00:00"])
def test_what_is_no_time_of_the_day_is_never(nightly: str) -> None:
    assert not any(due(nightly, BERLIN, YESTERDAY, at(hour)) for hour in range(24))


@pytest.mark.parametrize("shift", [datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)])
def test_a_night_of_another_length_has_its_turn_once(shift: datetime) -> None:
    last, turns = shift - timedelta(hours=12), 0
    begun = shift.astimezone(UTC)
    for minute in range(24 * 60):
        now = begun + timedelta(minutes=minute)
        if due("02:30", BERLIN, last, now):
            last, turns = now, turns + 1
    assert turns == 1


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../../etc/passwd", "/etc/passwd", "a\0b", "Europe", "x" * 5_000])
def test_a_time_zone_that_this_box_does_not_know_is_utc(name: str) -> None:
    assert zone_of(name).key == "UTC"
