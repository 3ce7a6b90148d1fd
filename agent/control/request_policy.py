"""How meeting requests are answered, as plain values out of [requests] of the configuration. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from agent.config import Config
from agent.sync.window import room_midnight

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPolicy:
    """`longest` zero: any. `share`: per cent of a series' occurrences that may conflict. `hours` None: at any time;
    `work_days` (0 is Monday) count only with it."""

    days_ahead: int = 180
    longest: timedelta = timedelta(days=1)
    conflicts: bool = False
    share: int = 0
    series: bool = True
    hours: tuple[time, time] | None = None
    work_days: frozenset[int] = frozenset(range(5))
    language: str = "en"

    @classmethod
    def of(cls, config: Config) -> Self:
        """Out of the configuration."""
        wanted = config.requests
        begin, end = wanted.work_from, wanted.work_until
        return cls(
            days_ahead=wanted.booking_window_days,
            longest=timedelta(minutes=wanted.max_duration_min),
            conflicts=wanted.allow_conflicts,
            share=wanted.conflict_percentage,
            series=wanted.allow_series,
            hours=(time.fromisoformat(begin), time.fromisoformat(end)) if begin and end else None,
            work_days=frozenset(_DAYS.index(day) for day in wanted.work_days),
            language=config.room.language,
        )

    def until(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Where the booking window ends: the midnight after its last day in the room, UTC."""
        return room_midnight(now.astimezone(zone).date() + timedelta(days=self.days_ahead + 1), zone)
