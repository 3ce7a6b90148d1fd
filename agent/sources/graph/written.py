"""What room control writes and looks for, as Graph's JSON, and items as they are then. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.model.control import Mail, NewBooking, Present, Taken
from agent.model.event import Occurrence, Skipped
from agent.model.sync import Window
from agent.sources.graph.fields import Json, objects, text
from agent.sources.graph.mapping import to_fetched
from agent.sources.instants import stamp
from agent.sources.occupied import present_as, taken_by, takes_time
from agent.sources.property_names import KEY_NAME, OWN_SET

KEY_ID = f"String {{{OWN_SET}}} Name {KEY_NAME}"
WITH_KEY = f"singleValueExtendedProperties($filter=id eq '{KEY_ID}')"
LISTED = (
    "id", "iCalUId", "changeKey", "start", "end", "originalStart", "originalStartTimeZone", "isAllDay", "isCancelled",
    "isOrganizer", "showAs", "type", "seriesMasterId", "responseStatus", "transactionId",
)  # fmt: skip
"""What a view is asked for. It does not tell `createdDateTime`; an event alone does."""
ALONE = (*LISTED, "createdDateTime")


def new_event(key: str, booking: NewBooking) -> Json:
    """The body that creates the booking. Its key is kept twice: `transactionId` cannot be searched for."""
    return {
        "subject": booking.subject,
        "body": {"contentType": "text", "content": booking.body},
        "start": time_of(booking.start),
        "end": time_of(booking.end),
        "location": {"displayName": booking.location},
        "showAs": "busy",
        "isReminderOn": False,
        "transactionId": key,
        "singleValueExtendedProperties": [{"id": KEY_ID, "value": key}],
    }


def time_of(instant: datetime) -> Json:
    """A dateTimeTimeZone."""
    return {"dateTime": stamp(instant).removesuffix("Z"), "timeZone": "UTC"}


def message(key: str, mail: Mail) -> Json:
    """The body of sendMail. A copy stays in the room's sent items, with the key."""
    return {
        "message": {
            "subject": mail.subject,
            "body": {"contentType": "text", "content": mail.body},
            "toRecipients": [{"emailAddress": {"address": mail.to}}],
            "singleValueExtendedProperties": [{"id": KEY_ID, "value": key}],
        },
        "saveToSentItems": True,
    }


def has_key(key: str) -> str:
    """The `$filter` that finds what carries the key."""
    quoted = key.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY_ID}' and ep/value eq '{quoted}')"


def carries(event: Json, key: str) -> bool:
    """Whether the event was made with this key."""
    kept = [text(each, "value") for each in objects(event, "singleValueExtendedProperties")]
    return key in (text(event, "transactionId"), *kept)


def present_of(event: Json, zone: ZoneInfo, request_id: str) -> Present | None:
    """The event as it is now; None for one without id or times."""
    occurrence = _occurrence(event, zone)
    return None if occurrence is None else present_as(occurrence, request_id)


def taken_of(event: Json, zone: ZoneInfo, window: Window) -> Taken | None:
    """What the event takes of the window; None when the room is free all the same."""
    occurrence = _occurrence(event, zone)
    if occurrence is None or not takes_time(occurrence):
        return None
    touches = occurrence.start < window.end and occurrence.end > window.start
    return taken_by(occurrence) if touches else None


def _occurrence(event: Json, zone: ZoneInfo) -> Occurrence | None:
    mapped = to_fetched(event, zone, masters={})
    return None if isinstance(mapped, Skipped) else mapped.occurrence
