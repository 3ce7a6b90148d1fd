"""The home browser is made anew once a night, when nobody is there: what a page holds for months does not pile up.
Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LATEST = timedelta(hours=2)
"""A room that is busy at that time has its turn until then, or the next night."""


def zone_of(name: str) -> ZoneInfo:
    """The room's time zone by its name; UTC for one that this box does not know."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def due(nightly: str, zone: ZoneInfo, last: datetime | None, now: datetime) -> bool:
    """Whether the time of `nightly` ("HH:MM" by the room's clock, empty: never) has come since `last`. The instant at
    which the shell started counts as a last time."""
    try:
        hour, minute = (int(part) for part in nightly.split(":"))
        local = now.astimezone(zone)
        planned = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0).astimezone(UTC)
    except ValueError:
        return False
    return (last is None or last < planned) and planned <= now < planned + LATEST
