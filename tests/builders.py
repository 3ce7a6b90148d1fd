"""Makers of model values for tests: say what matters, the rest is ordinary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from agent.model.event import ChangeKey, ItemId, Occurrence, OccurrenceKey
from agent.model.join import JoinInfo, JoinOutcome, NoJoinReason
from agent.model.sync import Entry
from agent.ports import StoredEntry
from agent.state.policy import RoomPolicy

MORNING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""Monday 09:00 in Los Angeles."""


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An instant in November 2026 by the clock of Los Angeles (UTC-8)."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour + 8, minutes=minute)


def policy(**changes: Any) -> RoomPolicy:
    plain: dict[str, Any] = {
        "name": "San Jose",
        "mailbox": "sjroom@contoso.example",
        "timezone": "America/Los_Angeles",
    }
    return RoomPolicy(**(plain | changes))


ZOOM = JoinInfo(
    provider="zoom", provider_name="Zoom", url="https://zoom.us/j/912?pwd=x", meeting_id="912", passcode="pass-17"
)


def joinable(info: JoinInfo = ZOOM) -> JoinOutcome:
    return JoinOutcome(info, None)


NOT_ONLINE = JoinOutcome(None, NoJoinReason.NOT_ONLINE)


def occurrence(name: str, start: datetime, end: datetime | None = None, **changes: Any) -> Occurrence:
    plain: dict[str, Any] = {
        "item_id": ItemId(f"item-{name}"),
        "change_key": ChangeKey("1"),
        "key": OccurrenceKey(f"uid-{name}"),
        "start": start,
        "end": end or start + timedelta(minutes=30),
        "subject": name,
        "organizer": "Ann Lee",
    }
    return Occurrence(**(plain | changes))


def all_day(name: str, first: date, last: date | None = None, **changes: Any) -> Occurrence:
    """An all-day occurrence from the first to the last day, both included, made in UTC."""
    end = (last or first) + timedelta(days=1)
    start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return occurrence(
        name, start, datetime(end.year, end.month, end.day, tzinfo=UTC), start_date=first, end_date=end, **changes
    )


def stored(value: Occurrence, outcome: JoinOutcome = NOT_ONLINE) -> StoredEntry:
    """The entry under a meeting id that is the occurrence's name."""
    return StoredEntry(str(value.item_id).removeprefix("item-"), Entry(value, outcome))
