"""What the calendar source says of each item, what becomes of it, and why: for people who look for a fault (PX-14).

A private item says here no more than on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.model.event import Fetched, Invitation, ItemId, Occurrence, Response, Skipped
from agent.model.join import JoinOutcome
from agent.model.sync import Delta, Entry, Window
from agent.sync.keep import to_entry
from agent.wire import instant

Explain = Callable[[Invitation], tuple[JoinOutcome, str]]
"""How an invitation is joined, and a sentence that says why that way or why not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCalendar:
    """A fresh and full read. `items` are JSON objects, by start; `unread` ids with a label that says why."""

    window: Window
    items: tuple[Mapping[str, Any], ...]
    unread: tuple[Skipped, ...]
    complete: bool
    requests: int
    server_time: datetime | None

    def to_dict(self) -> dict[str, Any]:
        """As `room-agent raw --json` prints it."""
        return {
            "window": {"start": instant(self.window.start), "end": instant(self.window.end)},
            "complete": self.complete,
            "requests": self.requests,
            "server_time": instant(self.server_time) if self.server_time else None,
            "items": [dict(item) for item in self.items],
            "unread": [{"item_id": each.item_id, "reason": each.reason} for each in self.unread],
        }


def raw_calendar(
    delta: Delta, window: Window, explain: Explain, ids: Mapping[ItemId, str], *, private_join: bool
) -> RawCalendar:
    """From an answer to a request for everything. `ids`: meeting ids of the stored items. Pure."""
    fetched = sorted(delta.fetched, key=lambda each: (each.occurrence.start, each.occurrence.item_id))
    return RawCalendar(
        window=window,
        items=tuple(_item(each, explain, ids, private_join=private_join) for each in fetched),
        unread=delta.skipped,
        complete=delta.complete,
        requests=delta.requests,
        server_time=delta.server_time,
    )


def _item(fetched: Fetched, explain: Explain, ids: Mapping[ItemId, str], *, private_join: bool) -> dict[str, Any]:
    why = ""

    def extract(invitation: Invitation) -> JoinOutcome:
        nonlocal why
        outcome, why = explain(invitation)
        return outcome

    entry = to_entry(fetched, extract, private_join=private_join)
    return {
        "meeting_id": ids.get(fetched.occurrence.item_id),
        "said": _said(entry.occurrence, fetched.invitation),
        "made": _made(entry),
        "why": why or "private: neither subject nor link is used",
    }


def _said(item: Occurrence, invitation: Invitation) -> dict[str, Any]:
    """`item` is already masked where it is private."""
    return {
        "item_id": item.item_id,
        "change_key": item.change_key,
        "uid": item.key.uid,
        "original_start": instant(item.key.original_start) if item.key.original_start else None,
        "subject": item.subject,
        "organizer": item.organizer,
        "start": instant(item.start),
        "end": instant(item.end),
        "all_day": [str(item.start_date), str(item.end_date)] if item.all_day else None,
        "sensitivity": item.sensitivity.value,
        "show_as": item.show_as.value,
        "response": item.response.value,
        "cancelled": item.cancelled,
        "last_modified": instant(item.last_modified) if item.last_modified else None,
        "location": None if item.private else invitation.location,
        "body": {"type": invitation.body_type, "characters": len(invitation.body or "")},
        "properties": {} if item.private else {k: v for k, v in invitation.properties.items() if v is not None},
    }


def _made(entry: Entry) -> dict[str, Any]:
    item, join = entry.occurrence, entry.outcome.join
    hidden = "cancelled" if item.cancelled else "declined" if item.response is Response.DECLINED else None
    return {
        "listed": hidden is None,
        "hidden_because": hidden,
        "provider": join.provider if join else None,
        "url": join.url if join else None,
        "no_join_reason": entry.outcome.reason.value if entry.outcome.reason else None,
    }
