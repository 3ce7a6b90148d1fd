"""Room days in every zone there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model.sync import Window
from agent.sync.window import next_midnight, room_midnight, room_window

ZONES = sorted(available_timezones() - {"localtime"})
DAYS = st.dates(date(1900, 1, 2), date(2100, 1, 1))


def local(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-28T23:00Z"),
        ("Europe/Berlin", date(2026, 3, 30), "2026-03-29T22:00Z"),
        ("America/Los_Angeles", date(2026, 11, 2), "2026-11-02T08:00Z"),
        ("America/Sao_Paulo", date(2017, 10, 15), "2017-10-15T03:00Z"),  # 00:00 does not exist: begins at 01:00
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00Z"),  # likewise
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T04:30Z"),  # 23:30 → 00:30
        ("America/Havana", date(2026, 11, 1), "2026-11-01T04:00Z"),  # 00:00 comes twice: the first
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-30T10:00Z"),  # the day does not exist: the 31st
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-30T10:00Z"),
    ],
)
def test_day_begins_with_its_first_instant(zone: str, day: date, begins: str) -> None:
    assert room_midnight(day, ZoneInfo(zone)) == datetime.fromisoformat(begins)


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_two_years_begins_where_the_one_before_ends(zone: str) -> None:
    info = ZoneInfo(zone)
    for year in (2011, 2026):
        first = date(year, 1, 1)
        for offset in range(366):
            day = first + timedelta(days=offset)
            begin = room_midnight(day, info)
            assert begin.astimezone(info).date() >= day
            assert (begin - timedelta(seconds=1)).astimezone(info).date() < day


@settings(deadline=None)
@given(DAYS, st.sampled_from(ZONES))
def test_midnights_never_go_back(day: date, zone: str) -> None:
    begin, end = room_midnight(day, ZoneInfo(zone)), room_midnight(day + timedelta(days=1), ZoneInfo(zone))
    assert timedelta(0) <= end - begin <= timedelta(hours=49)
    assert begin.utcoffset() == timedelta(0)


@settings(deadline=None)
@given(
    st.datetimes(datetime(2012, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # given a zone
    st.sampled_from(ZONES),
    st.integers(0, 7),
    st.integers(0, 60),
)
def test_window_holds_now_and_changes_at_the_next_midnight(now: datetime, zone: str, behind: int, ahead: int) -> None:
    def window(instant: datetime) -> Window:
        return room_window(instant, info, days_behind=behind, days_ahead=ahead)

    info = ZoneInfo(zone)
    assert window(now).start <= now < window(now).end
    rolls = next_midnight(now, info)
    assert now < rolls <= now + timedelta(hours=49)
    assert window(rolls - timedelta(microseconds=1)) == window(now)
    assert window(rolls).end > window(now).end


def test_window_counts_days_not_hours_over_a_change_to_winter_time() -> None:
    zone = "America/New_York"
    window = room_window(local("2026-10-30T12:00", zone), ZoneInfo(zone), days_behind=1, days_ahead=14)
    assert window == Window(local("2026-10-29T00:00", zone), local("2026-11-14T00:00", zone))
