"""From a request's recurrence to its occurrences. Pure.

Where a meeting is in the calendar the server expands it (exchange.md 6.2). One that only a request asks for is in no
calendar yet: nobody but its reader can say when it would be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from agent.model.requests import Span

MOST_OCCURRENCES = 1_200
"""In a booking window of 1,080 days a daily series has no more."""
MOST_STEPS = 5_000
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {"Day": range(7), "Weekday": range(5), "WeekendDay": range(5, 7)}
_INDEXES = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_FREQUENCIES: Mapping[str, Literal[0, 1, 2, 3, 4, 5, 6]] = {
    "DailyRecurrence": DAILY,
    "WeeklyRecurrence": WEEKLY,
    "AbsoluteMonthlyRecurrence": MONTHLY,
    "RelativeMonthlyRecurrence": MONTHLY,
    "AbsoluteYearlyRecurrence": YEARLY,
    "RelativeYearlyRecurrence": YEARLY,
}
_ENDLESS, _NUMBERED, _ENDS = "NoEndRecurrence", "NumberedRecurrence", "EndDateRecurrence"
PATTERNS = frozenset(_FREQUENCIES)
RANGES = frozenset({_ENDLESS, _NUMBERED, _ENDS})


@dataclass(frozen=True, slots=True)
class Series:
    """A series as Exchange tells of it. `pattern` and `range`: the names of the elements; `texts`: what is in both, by
    name. `first`: its first occurrence. `moved`: exceptions by their place in the pattern; `gone`: places without one.
    """

    pattern: str
    range: str
    texts: Mapping[str, str]
    first: Span
    zone: ZoneInfo
    all_day: bool = False
    moved: Mapping[datetime, Span] | None = None
    gone: Collection[datetime] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """Occurrences by start. `until`: the end of the last one, None for a series without end or with none in sight."""

    occurrences: tuple[Span, ...]
    until: datetime | None


def occurrences(series: Series, since: datetime, until: datetime) -> Listed | None:
    """Those that end after `since` and start before `until`, at most `MOST_OCCURRENCES`. None: it makes no sense."""
    try:
        starts = _starts(series, until)
    except (ValueError, OverflowError, KeyError, IndexError):
        return None
    moved, listed, last = dict(series.moved or {}), [], None
    for start in starts.within:
        span = moved.get(start) or Span(start=start, end=_end(series, start))
        if start not in series.gone:
            last = max(last or span.end, span.end)
            listed.append(span)
    shown = sorted((each for each in listed if each.end > since and each.start < until), key=lambda each: each.start)
    return Listed(tuple(shown[:MOST_OCCURRENCES]), _last(series, starts, last))


@dataclass(frozen=True, slots=True)
class _Starts:
    """UTC starts in the pattern up to a window's end, and the last one of all, None when there is none in sight."""

    within: tuple[datetime, ...]
    last: datetime | None


def _starts(series: Series, until: datetime) -> _Starts:
    within: list[datetime] = []
    last, count = None, 0
    for wall in islice(_rule(series), MOST_STEPS):
        start = last = wall.replace(tzinfo=series.zone).astimezone(UTC)
        count += 1
        if start < until:
            within.append(start)
        elif series.range == _ENDLESS:
            break
    ended = series.range != _ENDLESS and count < MOST_STEPS
    return _Starts(tuple(within), last if ended else None)


def _last(series: Series, starts: _Starts, last: datetime | None) -> datetime | None:
    """When the series is over. What lies beyond the window counts as the pattern has it."""
    if starts.last is None:
        return None
    beyond = not starts.within or starts.last > starts.within[-1]
    ends = [_end(series, starts.last)] if beyond else []
    return max([*ends, *([last] if last is not None else [])], default=_end(series, starts.last))


def _rule(series: Series) -> rrule:
    texts, first = series.texts, _wall(series.first.start, series.zone)
    frequency = _FREQUENCIES[series.pattern]
    count = _number(texts, "NumberOfOccurrences", 1, MOST_STEPS + 1) if series.range == _NUMBERED else None
    last = date.fromisoformat(texts["EndDate"].strip()[:10]) if series.range == _ENDS else None
    return rrule(
        frequency,
        dtstart=first,
        interval=_number(texts, "Interval", 1, 999),
        count=count,
        until=datetime.combine(last, time.max) if last is not None else None,
        wkst=_weekday(texts.get("FirstDayOfWeek", "Sunday")),
        **_by(series.pattern, texts, first),
    )


def _by(pattern: str, texts: Mapping[str, str], first: datetime) -> dict[str, Any]:  # arguments of rrule
    days = [day for name in texts.get("DaysOfWeek", "").split() for day in _GROUPS.get(name) or (_DAYS.index(name),)]
    month = {"bymonth": _MONTHS.index(texts["Month"].strip()) + 1} if pattern.endswith("YearlyRecurrence") else {}
    if pattern == "WeeklyRecurrence":
        return {"byweekday": days or [first.weekday()]}
    if pattern.startswith("Absolute"):
        day = _number(texts, "DayOfMonth", first.day, 31)
        if day <= 28:
            return {"bymonthday": day, **month}
        return {"bymonthday": tuple(range(28, day + 1)), "bysetpos": -1, **month}  # a short month's last day
    if pattern.startswith("Relative"):
        return {"byweekday": days, "bysetpos": _INDEXES[texts["DayOfWeekIndex"].strip()], **month}
    return {}


def _weekday(name: str) -> weekday:
    return weekday(_DAYS.index(name.strip()))


def _number(texts: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = texts.get(name, "").strip()
    return min(max(int(text[:6]), 1), most) if text.isdecimal() and text.isascii() else default


def _end(series: Series, start: datetime) -> datetime:
    """As long as the first; days end at a midnight of the series' own zone."""
    first = series.first
    if not series.all_day:
        return start + (first.end - first.start)
    days = _wall(first.end, series.zone) - _wall(first.start, series.zone)
    return (_wall(start, series.zone) + max(days, timedelta())).replace(tzinfo=series.zone).astimezone(UTC)


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)
