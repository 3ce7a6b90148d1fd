from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.demo.world import Booking, Frequency, Recurrence, occurrence_starts
from agent.model.requests import Span
from agent.sources.ews.recurrence import MOST_OCCURRENCES, Listed, Series, occurrences

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FIRST = datetime(2026, 11, 24, 10, tzinfo=UTC)  # a Tuesday
HALF_HOUR = timedelta(minutes=30)


def series(pattern: str, *, first: datetime = FIRST, count: int | None = 4, **more: Any) -> Series:
    texts = {name: str(text) for name, text in more.items() if name[0].isupper()}
    rest = {name: value for name, value in more.items() if not name[0].isupper()}
    ends = "NoEndRecurrence" if count is None else "NumberedRecurrence"
    plain: dict[str, Any] = {"range": ends, "zone": UTC_ZONE, "first": Span(start=first, end=first + HALF_HOUR)}
    return Series(pattern=pattern, texts={"NumberOfOccurrences": str(count), **texts}, **(plain | rest))


def days(wanted: Series, since: datetime = LONG_AGO, until: datetime = NEVER) -> list[str]:
    listed = occurrences(wanted, since, until)
    assert listed is not None
    return [f"{each.start:%Y-%m-%d}" for each in listed.occurrences]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (series("DailyRecurrence", Interval=2), ["2026-11-24", "2026-11-26", "2026-11-28", "2026-11-30"]),
        (series("WeeklyRecurrence"), ["2026-11-24", "2026-12-01", "2026-12-08", "2026-12-15"]),
        (
            series("WeeklyRecurrence", Interval=2, DaysOfWeek="Tuesday Sunday"),
            ["2026-11-24", "2026-12-06", "2026-12-08", "2026-12-20"],  # weeks begin on Sunday
        ),
        (
            series("WeeklyRecurrence", Interval=2, DaysOfWeek="Tuesday Sunday", FirstDayOfWeek="Monday"),
            ["2026-11-24", "2026-11-29", "2026-12-08", "2026-12-13"],
        ),
        (
            series("WeeklyRecurrence", DaysOfWeek="Weekday"),
            ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27"],
        ),
        (
            series("AbsoluteMonthlyRecurrence", DayOfMonth=24),
            ["2026-11-24", "2026-12-24", "2027-01-24", "2027-02-24"],
        ),
        (
            series("AbsoluteMonthlyRecurrence", first=datetime(2026, 12, 31, 10, tzinfo=UTC), DayOfMonth=31),
            ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"],
        ),
        (
            series("RelativeMonthlyRecurrence", DaysOfWeek="Tuesday", DayOfWeekIndex="Fourth"),
            ["2026-11-24", "2026-12-22", "2027-01-26", "2027-02-23"],
        ),
        (
            series("RelativeMonthlyRecurrence", DaysOfWeek="Weekday", DayOfWeekIndex="Last"),
            ["2026-11-30", "2026-12-31", "2027-01-29", "2027-02-26"],
        ),
        (
            series("AbsoluteYearlyRecurrence", DayOfMonth=24, Month="November"),
            ["2026-11-24", "2027-11-24", "2028-11-24", "2029-11-24"],
        ),
        (
            series(
                "AbsoluteYearlyRecurrence",
                first=datetime(2028, 2, 29, 10, tzinfo=UTC),
                DayOfMonth=29,
                Month="February",
            ),
            ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"],
        ),
        (
            series("RelativeYearlyRecurrence", DaysOfWeek="Day", DayOfWeekIndex="Last", Month="December"),
            ["2026-12-31", "2027-12-31", "2028-12-31", "2029-12-31"],
        ),
        (
            series("DailyRecurrence", range="EndDateRecurrence", EndDate="2026-11-26+01:00"),
            ["2026-11-24", "2026-11-25", "2026-11-26"],
        ),
    ],
)  # fmt: skip
def test_every_pattern_is_expanded(wanted: Series, found: list[str]) -> None:
    assert days(wanted) == found


def test_the_local_time_stays_over_a_change_of_the_clocks() -> None:
    first = datetime(2027, 3, 26, 8, tzinfo=UTC)
    listed = occurrences(series("DailyRecurrence", first=first, zone=BERLIN), LONG_AGO, NEVER)
    assert listed is not None
    assert [each.start.hour for each in listed.occurrences] == [8, 8, 7, 7]
    assert {each.end - each.start for each in listed.occurrences} == {HALF_HOUR}


def test_days_end_at_midnight_however_long_they_are() -> None:
    first = Span(start=datetime(2027, 3, 26, 23, tzinfo=UTC), end=datetime(2027, 3, 27, 23, tzinfo=UTC))
    wanted = series("DailyRecurrence", first=first.start, count=2, zone=BERLIN, all_day=True)
    listed = occurrences(Series(**{**_fields(wanted), "first": first}), LONG_AGO, NEVER)
    assert listed is not None
    assert listed.occurrences[1] == Span(start=first.end, end=datetime(2027, 3, 28, 22, tzinfo=UTC))


def _fields(wanted: Series) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Series.__slots__}


def test_only_the_window_is_listed_and_the_end_is_known() -> None:
    wanted = series("DailyRecurrence", count=10)
    day = timedelta(days=1)
    assert days(wanted, FIRST + 2 * day, FIRST + 4 * day) == ["2026-11-26", "2026-11-27"]
    listed = occurrences(wanted, FIRST, FIRST + 4 * day)
    assert listed is not None
    assert listed.until == FIRST + 9 * day + HALF_HOUR
    endless = occurrences(series("DailyRecurrence", count=None), FIRST, FIRST + 4 * day)
    assert endless is not None
    assert (len(endless.occurrences), endless.until) == (4, None)
    assert occurrences(wanted, FIRST + 30 * day, NEVER) == Listed((), FIRST + 9 * day + HALF_HOUR)


def test_exceptions_are_moved_and_deleted_ones_are_gone() -> None:
    day = timedelta(days=1)
    late = Span(start=FIRST + 10 * day, end=FIRST + 10 * day + HALF_HOUR)
    wanted = series("DailyRecurrence", moved={FIRST + 3 * day: late}, gone=[FIRST + day])
    listed = occurrences(wanted, LONG_AGO, NEVER)
    assert listed is not None
    assert [each.start for each in listed.occurrences] == [FIRST, FIRST + 2 * day, late.start]
    assert listed.until == late.end


@pytest.mark.parametrize(
    "nonsense",
    [
        series("HourlyRecurrence"),
        series("WeeklyRecurrence", DaysOfWeek="Someday"),
        series("RelativeMonthlyRecurrence", DaysOfWeek="Monday", DayOfWeekIndex="Fifth"),
        series("RelativeMonthlyRecurrence", DaysOfWeek="Monday"),
        series("AbsoluteYearlyRecurrence", DayOfMonth=1),
        series("AbsoluteYearlyRecurrence", DayOfMonth=1, Month="Brumaire"),
        series("DailyRecurrence", range="EndDateRecurrence", EndDate="never"),
        series("DailyRecurrence", range="EndDateRecurrence"),
        series("DailyRecurrence", FirstDayOfWeek="Someday"),
    ],
)
def test_nonsense_is_none(nonsense: Series) -> None:
    assert occurrences(nonsense, LONG_AGO, NEVER) is None


@pytest.mark.parametrize(
    "monster",
    [
        series("DailyRecurrence", count=10**9),
        series("DailyRecurrence", count=None, first=datetime(1970, 1, 1, tzinfo=UTC)),
        series("AbsoluteYearlyRecurrence", count=None, DayOfMonth=31, Month="June", Interval=10**12),
        series("DailyRecurrence", Interval=0),
        series("DailyRecurrence", Interval=-3),
        series("AbsoluteMonthlyRecurrence", DayOfMonth=99, count=None),
        series("WeeklyRecurrence", DaysOfWeek="Day " * 10_000, count=None),
        series("RelativeMonthlyRecurrence", DaysOfWeek="Day", DayOfWeekIndex="Last", count=None),
        series("DailyRecurrence", range="EndDateRecurrence", EndDate="9999-12-31"),
    ],
)
def test_monsters_are_bounded(monster: Series) -> None:
    listed = occurrences(monster, LONG_AGO, NEVER)
    assert listed is not None
    assert len(listed.occurrences) <= MOST_OCCURRENCES


@given(
    frequency=st.sampled_from(list(Frequency)),
    interval=st.integers(1, 4),
    weekdays=st.frozensets(st.integers(0, 6)),
    count=st.integers(1, 30),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"]),
)
def test_it_agrees_with_the_demo_exchange(
    frequency: Frequency, interval: int, weekdays: frozenset[int], count: int, hour: int, zone: str
) -> None:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    first = FIRST.replace(hour=hour)
    rule = Recurrence(frequency=frequency, interval=interval, weekdays=weekdays, count=count)
    booking = Booking(start=first, end=first + HALF_HOUR, timezone=zone, recurrence=rule)
    wanted = series(
        "DailyRecurrence" if frequency is Frequency.DAILY else "WeeklyRecurrence",
        first=first,
        count=count,
        zone=ZoneInfo(zone),
        Interval=interval,
        DaysOfWeek=" ".join(names[day] for day in weekdays),
        FirstDayOfWeek="Monday",
    )
    listed = occurrences(wanted, LONG_AGO, NEVER)
    assert listed is not None
    assert [each.start for each in listed.occurrences] == list(occurrence_starts(booking))
