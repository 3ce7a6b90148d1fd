"""When meetings begin and end: people are about then. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent import wire


def near_edge(state: wire.RoomState, now: datetime, within: timedelta) -> bool:
    """Whether a listed meeting begins or ends no further from `now` than that. All-day ones have no edge."""
    times = (each for meeting in state.meetings if not meeting.all_day for each in (meeting.start, meeting.end))
    return any(abs(datetime.fromisoformat(each) - now) <= within for each in times)
