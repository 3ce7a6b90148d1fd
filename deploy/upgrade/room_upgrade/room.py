"""Is the room free? Read from what the agent says of it, which is not trusted to be well-formed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any


def why_not_free(state: Any, now: datetime, margin: timedelta) -> str | None:
    """None when nothing is on and nothing begins within `margin`; else a code. All-day meetings do not count.

    `state` is the RoomState of /api/v1/room. What cannot be understood counts as a room in use.
    """
    if not isinstance(state, Mapping) or not isinstance(state.get("meetings"), list):
        return "agent.not_understood"
    if state.get("screen") in ("meeting", "content"):
        return f"screen.{state['screen']}"
    inputs = state.get("inputs")
    if isinstance(inputs, list) and any(isinstance(each, Mapping) and each.get("showing") for each in inputs):
        return "screen.content"
    try:
        near = any(_is_near(each, now, margin) for each in state["meetings"])
    except (TypeError, ValueError, AttributeError, KeyError):
        return "agent.not_understood"
    return "meeting.near" if near else None


def _is_near(meeting: Mapping[str, Any], now: datetime, margin: timedelta) -> bool:
    if meeting.get("all_day") or meeting.get("free"):
        return False
    return _instant(meeting["start"]) - margin <= now < _instant(meeting["end"]) + margin


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
