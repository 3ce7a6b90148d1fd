"""What a POST or a PATCH says about an event."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.zones import iana_name
from agent.demo.graph.errors import GraphError
from agent.demo.graph.events import TRANSACTION
from agent.demo.graph.query import mark_of
from agent.model.event import Response, Sensitivity, ShowAs

Json = dict[str, Any]


def new_booking(body: bytes) -> w.Booking:
    """The room's own event, single and without attendees. Raises `GraphError` for what is none."""
    data = _read(body)
    marks = {TRANSACTION: str(data["transactionId"])} if data.get("transactionId") else {}
    try:
        bare = w.Booking(start=_instant(data["start"]), end=_instant(data["end"]), response=Response.ORGANIZER)
        return replace(bare, marks={**marks, **extended(data)}, **_said(data))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _refused() from None


def revised(booking: w.Booking, body: bytes) -> w.Booking:
    """The booking with what a PATCH says. Raises `GraphError` for what cannot be changed."""
    data = _read(body)
    try:
        return replace(booking, marks={**booking.marks, **extended(data)}, **_said(data))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _refused() from None


def extended(data: Json) -> dict[str, str]:
    """Extended properties as marks."""
    given = data.get("singleValueExtendedProperties", ())
    return {mark: str(each["value"]) for each in given if (mark := mark_of(str(each["id"])))}


def _body(value: Json) -> Json:
    text = str(value["content"])
    return {"body_html": text} if value.get("contentType", "text").lower() == "html" else {"body_text": text}


_FIELDS: Mapping[str, Callable[[Any], Json]] = {
    "subject": lambda value: {"subject": str(value)},
    "start": lambda value: {"start": _instant(value)},
    "end": lambda value: {"end": _instant(value)},
    "showAs": lambda value: {"show_as": ShowAs(value)},
    "sensitivity": lambda value: {"sensitivity": Sensitivity(value)},
    "location": lambda value: {"location": str(value["displayName"])},
    "body": _body,
}


def _said(data: Json) -> Json:
    found: Json = {}
    for name, read in _FIELDS.items():
        if name in data:
            found |= read(data[name])
    return found


def _read(body: bytes) -> Json:
    try:
        data = json.loads(body)
    except ValueError:
        raise _refused() from None
    if not isinstance(data, dict):
        raise _refused()
    return data


def _refused() -> GraphError:
    return GraphError(400, "ErrorInvalidRequest", "Your request can't be completed.")


def _instant(value: dict[str, str]) -> datetime:
    zone = ZoneInfo(iana_name(value["timeZone"]))
    return datetime.fromisoformat(value["dateTime"]).replace(tzinfo=zone).astimezone(UTC)
