"""Makers of requests and of what is taken: say what matters, the rest is ordinary."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from agent.model.control import Taken
from agent.model.event import ItemId
from agent.model.requests import Request, RequestKind, Span
from tests.builders import at

HALF_HOUR = timedelta(minutes=30)


def span(start: datetime, end: datetime | None = None) -> Span:
    return Span(start=start, end=start + HALF_HOUR if end is None else end)


def request(*spans: Span, uid: str = "uid-a", **more: Any) -> Request:
    plain: dict[str, Any] = {
        "message_id": ItemId(f"message-{uid}"),
        "change_key": "1",
        "kind": RequestKind.NEW,
        "uid": uid,
        "received": at(8),
        "occurrences": spans or (span(at(10)),),
    }
    return Request(**(plain | more))


def series(*spans: Span, **more: Any) -> Request:
    plain: dict[str, Any] = {"series": True, "until": max(each.end for each in spans)}
    return request(*spans, **(plain | more))


def taken(start: datetime, end: datetime | None = None, uid: str = "uid-b") -> Taken:
    return Taken(item_id=ItemId(f"item-{uid}"), uid=uid, start=start, end=end or start + HALF_HOUR)
