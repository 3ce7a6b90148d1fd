"""What a POST says about an event."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.zones import iana_name
from agent.demo.graph.errors import GraphError
from agent.model.event import Response, Sensitivity, ShowAs


def new_booking(body: bytes) -> w.Booking:
    """The room's own event, single and without attendees. Raises `GraphError` for what is none."""
    try:
        data: dict[str, Any] = json.loads(body)
        return w.Booking(
            subject=str(data.get("subject", "")),
            start=_instant(data["start"]),
            end=_instant(data["end"]),
            show_as=ShowAs(data.get("showAs", "busy")),
            sensitivity=Sensitivity(data.get("sensitivity", "normal")),
            response=Response.ORGANIZER,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise GraphError(400, "ErrorInvalidRequest", "Your request can't be completed.") from None


def _instant(value: dict[str, str]) -> datetime:
    zone = ZoneInfo(iana_name(value["timeZone"]))
    return datetime.fromisoformat(value["dateTime"]).replace(tzinfo=zone).astimezone(UTC)
