"""An item of the calendar as Graph's JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.bodies import as_html, text_of
from agent.demo.exchange.zones import windows_name
from agent.demo.graph.event_ids import occurrence_uid
from agent.demo.graph.query import Query
from agent.demo.graph.recurrences import recurrence
from agent.model.directory import Mailbox
from agent.model.event import Response, Sensitivity, ShowAs

Json = dict[str, Any]
NEVER = "0001-01-01T00:00:00Z"
TRANSACTION = "graph/transactionId"
"""The mark that keeps an event's `transactionId`."""
PUBLIC_STRINGS = "00020329-0000-0000-c000-000000000046"
PROPERTY_ID = "String {{{}}} Name {}"

_KINDS = {
    w.Kind.SINGLE: "singleInstance",
    w.Kind.OCCURRENCE: "occurrence",
    w.Kind.EXCEPTION: "exception",
    w.Kind.MASTER: "seriesMaster",
}
_SHOW_AS = {
    ShowAs.FREE: "free",
    ShowAs.TENTATIVE: "tentative",
    ShowAs.BUSY: "busy",
    ShowAs.OOF: "oof",
    ShowAs.ELSEWHERE: "workingElsewhere",
    ShowAs.UNKNOWN: "unknown",
}
_SENSITIVITY = {
    Sensitivity.NORMAL: "normal",
    Sensitivity.PERSONAL: "personal",
    Sensitivity.PRIVATE: "private",
    Sensitivity.CONFIDENTIAL: "confidential",
}
_RESPONSES = {
    Response.ACCEPTED: "accepted",
    Response.TENTATIVE: "tentativelyAccepted",
    Response.DECLINED: "declined",
    Response.ORGANIZER: "organizer",
    Response.NONE: "notResponded",
}
_NOT_IN_LISTS = frozenset({"createdDateTime", "lastModifiedDateTime"})
"""Cannot be selected in a calendar view (Microsoft's page of it)."""


def event(item: w.Item, room: w.MailboxEntry, query: Query, *, listed: bool) -> Json:
    """The event with the properties that were selected. `listed`: in a calendar view."""
    wanted = query.select
    made: Json = {"@odata.etag": etag(item), "id": item.item_id}
    for name, make in _PROPERTIES.items():
        if wanted is None or (name in wanted and not (listed and name in _NOT_IN_LISTS)):
            made[name] = make(item, room, query)
    if item.original_start is not None and (wanted is None or "originalStart" in wanted):
        made["originalStart"] = item.original_start.strftime("%Y-%m-%dT%H:%M:%SZ")
    if TRANSACTION in item.booking.marks and (wanted is None or "transactionId" in wanted):
        made["transactionId"] = item.booking.marks[TRANSACTION]
    named = {PROPERTY_ID.format(PUBLIC_STRINGS, name): value for name, value in item.booking.properties.items()}
    named |= {PROPERTY_ID.format(*name.split("/", 1)): value for name, value in item.booking.marks.items()}
    extended = [{"id": name, "value": value} for name, value in named.items() if name.lower() in query.expanded]
    if extended:
        made["singleValueExtendedProperties"] = extended
    return made


def etag(item: w.Item) -> str:
    """Of the item as it is now."""
    return f'W/"{item.change_key}"'


def stub(item: w.Item, query: Query) -> Json:
    """An occurrence as calendarView/delta tells it: no more than where it is."""
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": etag(item),
        "seriesMasterId": item.master_id,
        "type": _KINDS[item.kind],
        "id": item.item_id,
        "start": time_of(item.booking, item.booking.start, query),
        "end": time_of(item.booking, item.booking.end, query),
    }


def time_of(booking: w.Booking, instant: datetime, query: Query) -> Json:
    """All-day events are at midnight in whatever zone is asked for; their day is that of the zone they were made in."""
    if booking.all_day:
        local = instant.astimezone(ZoneInfo(booking.timezone)).replace(hour=0, minute=0, second=0, tzinfo=None)
    else:
        local = instant.astimezone(query.zone).replace(tzinfo=None)
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": query.zone_name}


def _own(item: w.Item, room: w.MailboxEntry) -> bool:
    return item.booking.organizer_address.lower() in ("", room.address.lower())


def _uid(item: w.Item, _room: w.MailboxEntry, _query: Query) -> str:
    if item.original_start is None:
        return item.uid
    return occurrence_uid(item.uid, item.original_start.astimezone(ZoneInfo(item.booking.timezone)).date())


def _body(item: w.Item, _room: w.MailboxEntry, query: Query) -> Json:
    if query.text:
        return {"contentType": "text", "content": text_of(item.booking)}
    return {"contentType": "html", "content": item.booking.body_html or as_html(item.booking.body_text)}


def _location(item: w.Item) -> Json:
    name = item.booking.location
    base: Json = {"displayName": name, "locationType": "default"}
    if not name:
        return {**base, "uniqueIdType": "unknown", "address": {}, "coordinates": {}}
    return {**base, "uniqueId": name, "uniqueIdType": "private"}


def _meeting_url(item: w.Item) -> str | None:
    booking = item.booking
    url = booking.join_online_meeting_url or booking.properties.get("SkypeTeamsMeetingUrl")
    return url if booking.is_online_meeting and url else None


def _organizer(item: w.Item, room: w.MailboxEntry, _query: Query) -> Json:
    address = item.booking.organizer_address or room.address
    name = item.booking.organizer_name or (room.name if _own(item, room) else address)
    return {"emailAddress": {"name": name, "address": address}}


def _attendee(who: Mailbox) -> Json:
    status = {"response": "none", "time": NEVER}
    return {"type": "required", "status": status, "emailAddress": {"name": who.name, "address": who.address}}


def _response(item: w.Item, room: w.MailboxEntry, _query: Query) -> Json:
    return {"response": "organizer" if _own(item, room) else _RESPONSES[item.booking.response], "time": NEVER}


def _ticks(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def _fixed(value: object) -> Callable[[w.Item, w.MailboxEntry, Query], Any]:
    return lambda _item, _room, _query: value


_PROPERTIES: Mapping[str, Callable[[w.Item, w.MailboxEntry, Query], Any]] = {
    "createdDateTime": lambda i, _r, _q: _ticks(i.created),
    "lastModifiedDateTime": lambda i, _r, _q: _ticks(i.modified),
    "changeKey": lambda i, _r, _q: i.change_key,
    "categories": _fixed([]),
    "originalStartTimeZone": lambda i, _r, _q: windows_name(i.booking.timezone),
    "originalEndTimeZone": lambda i, _r, _q: windows_name(i.booking.timezone),
    "iCalUId": _uid,
    "reminderMinutesBeforeStart": _fixed(15),
    "isReminderOn": _fixed(False),
    "hasAttachments": _fixed(False),
    "subject": lambda i, _r, _q: i.booking.subject,
    "bodyPreview": lambda i, _r, _q: text_of(i.booking)[:255],
    "importance": _fixed("normal"),
    "sensitivity": lambda i, _r, _q: _SENSITIVITY[i.booking.sensitivity],
    "isAllDay": lambda i, _r, _q: i.booking.all_day,
    "isCancelled": lambda i, _r, _q: i.booking.cancelled,
    "isOrganizer": lambda i, r, _q: _own(i, r),
    "responseRequested": _fixed(True),
    "seriesMasterId": lambda i, _r, _q: i.master_id,
    "showAs": lambda i, _r, _q: _SHOW_AS[i.booking.show_as],
    "type": lambda i, _r, _q: _KINDS[i.kind],
    "webLink": lambda i, _r, _q: f"https://outlook.office365.com/owa/?itemid={i.item_id}&exvsurl=1&path=/calendar/item",
    "onlineMeetingUrl": _fixed(None),
    "isOnlineMeeting": lambda i, _r, _q: i.booking.is_online_meeting,
    "onlineMeetingProvider": lambda i, _r, _q: "teamsForBusiness" if _meeting_url(i) else "unknown",
    "allowNewTimeProposals": _fixed(True),
    "recurrence": lambda i, _r, _q: recurrence(i.booking),
    "onlineMeeting": lambda i, _r, _q: {"joinUrl": url} if (url := _meeting_url(i)) else None,
    "responseStatus": _response,
    "body": _body,
    "start": lambda i, _r, q: time_of(i.booking, i.booking.start, q),
    "end": lambda i, _r, q: time_of(i.booking, i.booking.end, q),
    "location": lambda i, _r, _q: _location(i),
    "locations": lambda i, _r, _q: [_location(i)] if i.booking.location else [],
    "attendees": lambda i, _r, _q: [_attendee(who) for who in i.booking.attendees],
    "organizer": _organizer,
}
