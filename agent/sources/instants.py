"""Times as calendar servers write them. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def read_instant(text: str | None, zone: ZoneInfo) -> datetime | None:
    """The instant in UTC and whole seconds, between `EARLIEST` and `LATEST`; None for nonsense.

    Fractions of a second are dropped; a value without offset is read in `zone` (exchange.md 6.2). Times out of bounds
    are moved to the bound, so that arithmetic on them cannot overflow anywhere.
    """
    if not text:
        return None
    try:
        value = datetime.fromisoformat(text.strip()).replace(microsecond=0)
    except ValueError:
        return None
    if value.year < EARLIEST.year:
        return EARLIEST
    if value.year >= LATEST.year:
        return LATEST
    return (value if value.tzinfo is not None else value.replace(tzinfo=zone)).astimezone(UTC)


def nearest_day(instant: datetime, zone: ZoneInfo) -> date:
    """The local date whose midnight is nearest. Midnights that do not exist, or old zone rules, are an hour off."""
    return (instant.astimezone(zone) + timedelta(hours=12)).date()


def stamp(instant: datetime) -> str:
    """A UTC instant as Graph takes it, with its Z: without an offset it would be the server's guess."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
