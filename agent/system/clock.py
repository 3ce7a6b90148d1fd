"""The only place that asks the system what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """`agent.ports.Clock` on the system's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def uptime() -> float:
    """Seconds since the machine was switched on, sleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
