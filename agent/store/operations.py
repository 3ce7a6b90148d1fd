"""What an operation is about, and the item it left, as JSON in the database.

Readers ignore keys they do not know; what they cannot read is None, and whoever needs it says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from agent.model.control import Mail, NewBooking, NewOperation, Present, Target
from agent.model.event import ChangeKey, ItemId, OccurrenceKey

Data = Mapping[str, Any]  # an object of JSON
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Payload:
    """The parts of a `NewOperation` that depend on its kind."""

    booking: NewBooking | None = None
    target: Target | None = None
    end: datetime | None = None
    mail: Mail | None = None
    strikes: int | None = None


def dump(new: NewOperation) -> str:
    """ASCII JSON of the operation's payload."""
    booking, target, mail = new.booking, new.target, new.mail
    data: dict[str, object] = {}
    if booking is not None:
        texts = {"subject": booking.subject, "body": booking.body, "location": booking.location}
        data["booking"] = {"start": _text(booking.start), "end": _text(booking.end), **texts}
    if target is not None:
        original = None if target.key.original_start is None else _text(target.key.original_start)
        key = {"uid": target.key.uid, "original_start": original}
        times = {"start": _text(target.start), "end": _text(target.end)}
        data["target"] = {"item_id": target.item_id, **key, **times}
    if new.end is not None:
        data["end"] = _text(new.end)
    if mail is not None:
        data["mail"] = {"to": mail.to, "subject": mail.subject, "body": mail.body}
    if new.strikes is not None:
        data["strikes"] = new.strikes
    return json.dumps(data, separators=(",", ":"))


def load(text: str) -> Payload:
    """The payload `dump` wrote."""
    data = _object(text)
    return Payload(
        booking=_part(data, "booking", _booking),
        target=_part(data, "target", _target),
        end=_part(data, "end", _instant),
        mail=_part(data, "mail", _mail),
        strikes=_part(data, "strikes", int),
    )


def dump_present(present: Present) -> str:
    """ASCII JSON of an item."""
    data = {
        "item_id": present.item_id,
        "change_key": present.change_key,
        "uid": present.uid,
        "start": _text(present.start),
        "end": _text(present.end),
        "created": None if present.created is None else _text(present.created),
        "cancelled": present.cancelled,
        "all_day": present.all_day,
        "request_id": present.request_id,
    }
    return json.dumps(data, separators=(",", ":"))


def load_present(text: str | None) -> Present | None:
    """The item `dump_present` wrote; None for none."""
    return None if text is None else _part({"present": _object(text)}, "present", _present)


def _object(text: str) -> Data:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _part(data: Data, name: str, read: Callable[[Any], T]) -> T | None:
    try:
        return read(data[name]) if data.get(name) is not None else None
    except (ValueError, KeyError, TypeError):
        return None


def _booking(data: Data) -> NewBooking:
    return NewBooking(
        start=_instant(data["start"]),
        end=_instant(data["end"]),
        subject=str(data["subject"]),
        body=str(data.get("body", "")),
        location=str(data.get("location", "")),
    )


def _target(data: Data) -> Target:
    original = data.get("original_start")
    return Target(
        item_id=ItemId(str(data["item_id"])),
        key=OccurrenceKey(str(data["uid"]), None if original is None else _instant(original)),
        start=_instant(data["start"]),
        end=_instant(data["end"]),
    )


def _mail(data: Data) -> Mail:
    return Mail(to=str(data["to"]), subject=str(data["subject"]), body=str(data["body"]))


def _present(data: Data) -> Present:
    created = data.get("created")
    return Present(
        item_id=ItemId(str(data["item_id"])),
        change_key=ChangeKey(str(data["change_key"])),
        uid=str(data["uid"]),
        start=_instant(data["start"]),
        end=_instant(data["end"]),
        created=None if created is None else _instant(created),
        cancelled=bool(data.get("cancelled", False)),
        all_day=bool(data.get("all_day", False)),
        request_id=str(data.get("request_id", "")),
    )


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant without a zone")
    return found
