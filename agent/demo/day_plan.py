"""When the meetings of the demo's day are, around any hour somebody may start it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.model.sync import Window

GRID = timedelta(minutes=15)
PITCH = timedelta(minutes=45)
DAY_BEGINS, DAY_ENDS = time(7), time(20)
FORWARD_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Windows that do not overlap, in UTC, all on quarters of an hour.

    `now` holds the instant the plan was made for, with 15 to 30 minutes left; `previous` ended before it, `soon`
    follows at once, `next` after a short break. `others` are on the same day between seven and eight o'clock, before
    and after these, in order.
    """

    previous: Window
    now: Window
    soon: Window
    next: Window
    others: tuple[Window, ...]


def plan_day(now: datetime, zone: ZoneInfo, others: int) -> DayPlan:
    """The plan for the room's day that holds `now`; up to eleven `others` fit in at any hour."""
    base = _floor(now)
    previous = _window(base, -75, 45)
    last = _window(base, 75, 45)
    today = now.astimezone(zone).date()
    begin, end = at(today, DAY_BEGINS, zone), at(today, DAY_ENDS, zone)
    before = _backward(begin, min(previous.start, end))
    after = _forward(max(last.end, begin), end)
    forward = min(len(after), max(round(others * FORWARD_SHARE), others - len(before)))
    backward = min(len(before), others - forward)
    return DayPlan(
        previous=previous,
        now=_window(base, -15, 45),
        soon=_window(base, 30, 30),
        next=last,
        others=(*_spread(before, backward), *_spread(after, forward)),
    )


def at(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time; one that a change to summer time skips is moved on by the gap."""
    return datetime.combine(day, clock_time, zone).astimezone(UTC)


def _floor(now: datetime) -> datetime:
    utc = now.astimezone(UTC)
    return utc - (utc - utc.replace(hour=0, minute=0, second=0, microsecond=0)) % GRID


def _window(base: datetime, offset_min: int, length_min: int) -> Window:
    start = base + timedelta(minutes=offset_min)
    return Window(start, start + timedelta(minutes=length_min))


def _forward(start: datetime, end: datetime) -> Sequence[Window]:
    count = max(0, (end - start) // PITCH)
    return [Window(start + number * PITCH, start + (number + 1) * PITCH) for number in range(count)]


def _backward(start: datetime, end: datetime) -> Sequence[Window]:
    count = max(0, (end - start) // PITCH)
    return [Window(end - (number + 1) * PITCH, end - number * PITCH) for number in reversed(range(count))]


def _spread(windows: Sequence[Window], count: int) -> Sequence[Window]:
    """`count` of the windows, evenly: free time is left between them where there is room."""
    return [windows[number * len(windows) // count] for number in range(count)]
