"""Where the occurrences of a series lie: pure date arithmetic in the series' own time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from agent.demo.world_values import Booking, Frequency, Recurrence

_ONE_DAY = timedelta(days=1)
_MOST = 5000  # occurrences of one series; keeps an endless one finite
LAST_YEAR = 2300  # so does this, and dates stay within what datetime can say


def occurrence_starts(booking: Booking, until: datetime | None = None) -> Iterator[datetime]:
    """UTC starts in order, those after `until` left out.

    The local time of day stays over a change to or from summer time; one that falls into the gap is as many minutes
    later as the gap is long, as zoneinfo reads it.
    """
    rule = booking.recurrence
    if rule is None:
        raise ValueError("not a series")
    zone = ZoneInfo(booking.timezone)
    first = booking.start.astimezone(zone)
    dates = _dates(rule, first.date())
    for number, day in enumerate(dates):
        if number >= min(_MOST, _MOST if rule.count is None else rule.count) or day.year > LAST_YEAR:
            return
        if rule.until is not None and day > rule.until:
            return
        start = datetime.combine(day, first.time(), zone).astimezone(UTC)
        if until is not None and start > until:
            return
        yield start


def occurrence_end(booking: Booking, start: datetime) -> datetime:
    """The UTC end of the occurrence at `start`: as long as the first; all-day ones end at a local midnight."""
    if not booking.all_day:
        return start + (booking.end - booking.start)
    zone = ZoneInfo(booking.timezone)
    days = booking.end.astimezone(zone).date() - booking.start.astimezone(zone).date()
    local = start.astimezone(zone)
    return datetime.combine(local.date() + days, local.time(), zone).astimezone(UTC)


def _dates(rule: Recurrence, first: date) -> Iterator[date]:
    if rule.frequency is Frequency.DAILY:
        yield from (first + _ONE_DAY * rule.interval * step for step in count())
    weekdays = rule.weekdays or frozenset({first.weekday()})
    monday = first - _ONE_DAY * first.weekday()
    for week in count(step=rule.interval):
        for weekday in sorted(weekdays):
            day = monday + timedelta(weeks=week, days=weekday)
            if day >= first:
                yield day
