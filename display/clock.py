"""The time of day, for reports and the room's schedule. What waits counts monotonic seconds of its loop instead."""

from __future__ import annotations

from datetime import UTC, datetime
from time import CLOCK_BOOTTIME, clock_gettime


def utc_now() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def uptime() -> float:
    """Seconds since the machine was switched on, sleep included."""
    return clock_gettime(CLOCK_BOOTTIME)
