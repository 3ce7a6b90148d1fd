"""A message of the inbox as Graph gave it, with the event it is about, as a request. Pure."""

from __future__ import annotations

import locale
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.model.event import ItemId, Occurrence, Response, ShowAs, Skipped
from agent.model.requests import Request, RequestKind, Span
from agent.sources.graph.fields import Json, inner, objects, text, word
from agent.sources.graph.mapping import change_key_of, instant_of, item_id_of, to_fetched
from agent.sources.instants import EARLIEST, read_instant
from agent.sources.texts import MAX_NAME, MAX_SUBJECT, line, smtp_address

MESSAGE_CLASS, LOCALE_ID = "String 0x001A", "Integer 0x3FF1"
"""PidTagMessageClass and PidTagMessageLocaleId as ids of extended properties."""
_TYPES = ("#microsoft.graph.eventmessage", "#microsoft.graph.eventmessagerequest")
_UPDATES = ("fullupdate", "informationalupdate", "silentupdate", "outdated")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Series:
    """How long the meeting repeats: `end` None for one without end. `counted`: its rule tells how often, not how long;
    `end` is then unknown as well."""

    counted: bool
    end: datetime | None


def kind_of(message: Json) -> RequestKind | None:
    """What the message asks for; None for any other mail, answers to the room's own meetings included."""
    if (text(message, "@odata.type") or "").lower() not in _TYPES:
        return None
    match word(message, "meetingMessageType"):
        case "meetingrequest":
            return RequestKind.UPDATE if word(message, "meetingRequestType") in _UPDATES else RequestKind.NEW
        case "meetingcancelled":
            return RequestKind.CANCELLATION
        case _:
            return None


def event_of(message: Json, zone: ZoneInfo) -> Occurrence | None:
    """The meeting in the room's calendar, a series as its master; None where there is none."""
    mapped = to_fetched(inner(message, "event"), zone, masters={})
    return None if isinstance(mapped, Skipped) else mapped.occurrence


def series_of(message: Json) -> Series | None:
    """None for a single meeting."""
    event = inner(message, "event")
    if word(event, "type") != "seriesmaster":
        return None
    span = inner(inner(event, "recurrence"), "range")
    kind = word(span, "type")
    end = read_instant(text(span, "endDate"), _UTC) if kind == "enddate" else None
    return Series(kind == "numbered", end + timedelta(days=2) if end else None)


def request_of(message: Json, kind: RequestKind, zone: ZoneInfo, room: str) -> Request | None:
    """What a message of this kind asks for; the times of a series are its first occurrence's. None without an id."""
    message_id, event = item_id_of(message), inner(message, "event")
    if message_id is None:
        return None
    meeting = event_of(message, zone)
    person = inner(inner(event, "organizer"), "emailAddress") or inner(inner(message, "from"), "emailAddress")
    address = smtp_address(text(person, "address")) or ""
    all_day = event.get("isAllDay") is True or message.get("isAllDay") is True
    return Request(
        message_id=ItemId(message_id),
        change_key=change_key_of(message),
        kind=RequestKind.UPDATE if kind is RequestKind.NEW and _is_later(message, meeting) else kind,
        uid=meeting.key.uid if meeting else f"graph-message:{message_id}"[:512],
        received=read_instant(text(message, "receivedDateTime"), _UTC) or EARLIEST,
        subject=line(text(message, "subject"), MAX_SUBJECT) or "",
        organizer=line(text(person, "name"), MAX_NAME) or address,
        organizer_address=address,
        occurrences=_times(message, meeting, zone, all_day=all_day),
        all_day=all_day,
        occurrence=meeting.key.original_start if meeting else None,
        series=series_of(message) is not None,
        free=meeting is not None and meeting.show_as is ShowAs.FREE,
        out_of_date=message.get("isOutOfDate") is True or word(message, "meetingRequestType") == "outdated",
        own=event.get("isOrganizer") is True or address.lower() == room.strip().lower(),
        item_id=meeting.item_id if meeting else None,
        answered=meeting.response if meeting else Response.NONE,
        language=_language(message),
    )


def _is_later(message: Json, meeting: Occurrence | None) -> bool:
    """Whether it came after the room had answered: an update, whatever the server calls it."""
    said_at = read_instant(text(inner(inner(message, "event"), "responseStatus"), "time"), _UTC)
    received = read_instant(text(message, "receivedDateTime"), _UTC)
    if meeting is None or meeting.response is Response.NONE or said_at is None or received is None:
        return False
    return EARLIEST < said_at < received


def span_in(event: Json, zone: ZoneInfo) -> Span | None:
    """Start and end of an occurrence."""
    mapped = to_fetched(event, zone, masters={})
    return None if isinstance(mapped, Skipped) else Span(start=mapped.occurrence.start, end=mapped.occurrence.end)


def _times(message: Json, meeting: Occurrence | None, zone: ZoneInfo, *, all_day: bool) -> tuple[Span, ...]:
    """As the message has them; a day's midnights are those of the zone the event was made in."""
    start, end = instant_of(message.get("startDateTime"), zone), instant_of(message.get("endDateTime"), zone)
    if meeting is not None and (all_day or start is None or end is None):
        start, end = meeting.start, meeting.end
    return () if start is None or end is None else (Span(start=start, end=end),)


def _language(message: Json) -> str:
    """The tag of the language the sender's program is in."""
    for each in objects(message, "singleValueExtendedProperties"):
        value = text(each, "value") or ""
        if (text(each, "id") or "").lower() == LOCALE_ID.lower() and value.isdecimal() and len(value) < 8:
            return locale.windows_locale.get(int(value), "").replace("_", "-")
    return ""
