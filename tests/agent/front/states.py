"""Room states for tests: a room in Los Angeles on Sunday 22 November 2026, 09:00 there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.wire import Calendar, Join, Meeting, Room, RoomState, instant

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
LEAD = timedelta(minutes=10)


def join(**more: Any) -> Join:
    """A Zoom meeting opened by the browser."""
    fields: dict[str, Any] = {
        "provider": "zoom",
        "provider_name": "Zoom",
        "url": "https://zoom.example/j/98765432101?pwd=x",
        "meeting_id": "987 6543 2101",
        "passcode": "428913",
        "sip": None,
        "h323": None,
        "dial_in": [],
        "trusted": True,
        "launcher": "browser",
    }
    return Join(**(fields | more))


def meeting(id_: str, starts_in_min: float, lasts_min: float = 30, **more: Any) -> Meeting:
    """A timed meeting, times counted from `NOW`, phase as the core would say at `NOW`."""
    start = NOW + timedelta(minutes=starts_in_min)
    end = start + timedelta(minutes=lasts_min)
    joinable_from = start - LEAD
    phase = "ended" if end <= NOW else "now" if start <= NOW else "soon" if joinable_from <= NOW else "later"
    fields: dict[str, Any] = {
        "subject": f"Meeting {id_}",
        "organizer": "Ann Lee",
        "start": instant(start),
        "end": instant(end),
        "all_day": False,
        "private": False,
        "tentative": False,
        "free": False,
        "phase": phase,
        "joinable_from": instant(joinable_from),
        "conflict": False,
        "checked_in": None,
        "release_at": None,
        "join": join(),
        "no_join_reason": None,
        "no_join": None,
    }
    return Meeting(id=id_, **(fields | more))


def room_state(meetings: Sequence[Meeting] = (), **more: Any) -> RoomState:
    """What the core would send for these meetings, in the given order."""
    current = next((m for m in meetings if m.phase == "now" and not m.free), None)
    following = next((m for m in meetings if m.phase in ("soon", "later")), None)
    fields: dict[str, Any] = {
        "version": 1,
        "revision": 7,
        "now": instant(NOW),
        "room": Room(name="San Jose", mailbox="sjroom@contoso.example", timezone="America/Los_Angeles", language="en"),
        "calendar": Calendar(source="ews", as_of=instant(NOW), stale=False, problem=None),
        "availability": "busy" if current else "free",
        "meetings": list(meetings),
        "current": current.id if current else None,
        "next": following.id if following else None,
        "free_until": following.start if following and not current else None,
        "inputs": [],
        "screen": "home",
        "notices": [],
    }
    return RoomState(**(fields | more))
