"""Which days are synced: room days, by date arithmetic, whatever the zone does to its clocks. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.model.sync import Window


def room_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of this day in the zone, or of the next day there is, UTC.

    Midnight may be skipped (Cairo, Santiago), the gap may begin before it (Toronto 1919), a day may be missing
    altogether (Apia 2011-12-30), and midnight may come twice (Havana): the first one counts.
    """
    wall = datetime.combine(day, time(), zone)
    begun = wall.astimezone(UTC)
    if begun.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return begun
    before = wall.replace(fold=1).astimezone(UTC)  # in a gap, the later offset gives the earlier instant
    while begun - before > timedelta(seconds=1):
        middle = before + (begun - before) // 2
        if middle.astimezone(zone).date() < day:
            before = middle
        else:
            begun = middle
    return begun.replace(microsecond=0)


def room_window(now: datetime, zone: ZoneInfo, *, days_behind: int, days_ahead: int) -> Window:
    """From the start of the room's today minus `days_behind` to the midnight after the day `days_ahead` from today."""
    today = now.astimezone(zone).date()
    return Window(
        start=room_midnight(today - timedelta(days=days_behind), zone),
        end=room_midnight(today + timedelta(days=days_ahead + 1), zone),
    )


def next_midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """When the room's next day begins, UTC; later than `now`."""
    day = now.astimezone(zone).date()
    begin = now
    while begin <= now:
        day += timedelta(days=1)
        begin = room_midnight(day, zone)
    return begin
