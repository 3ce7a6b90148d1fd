"""A message as Graph's JSON: message, eventMessage, eventMessageRequest or eventMessageResponse."""

from __future__ import annotations

import locale
from typing import Any

from agent.demo import world as w
from agent.demo.graph.events import PROPERTY_ID, event, time_of
from agent.demo.graph.query import Query
from agent.demo.graph.recurrences import recurrence
from agent.model.directory import Mailbox
from agent.model.event import Response

Json = dict[str, Any]
LOCALE_ID = "Integer 0x3FF1"
_TYPES = {
    w.MailKind.REQUEST: "#microsoft.graph.eventMessageRequest",
    w.MailKind.CANCELLATION: "#microsoft.graph.eventMessage",
    w.MailKind.RESPONSE: "#microsoft.graph.eventMessageResponse",
}
_ANSWERS = {
    Response.ACCEPTED: "meetingAccepted",
    Response.TENTATIVE: "meetingTenativelyAccepted",  # so it is spelt
    Response.DECLINED: "meetingDeclined",
}
_LOCALES = {tag.replace("_", "-"): number for number, tag in locale.windows_locale.items()}


def message(item: w.MailItem, about: w.Item | None, room: w.MailboxEntry, query: Query) -> Json:
    """The message; `about`: the event it is about, where the room's calendar has it."""
    told = {**_common(item), **_extended(item, query)}
    if item.meeting is not None:
        told = {"@odata.type": _TYPES[item.kind], **told, **_of_meeting(item, item.meeting.booking, query)}
        if query.with_event:
            told["event"] = event(about, room, query, listed=False) if about is not None else None
    wanted = query.select
    return told if wanted is None else {name: told[name] for name in told if name in wanted or "@" in name}


def _common(item: w.MailItem) -> Json:
    received = item.received.strftime("%Y-%m-%dT%H:%M:%SZ")
    sender = _recipient(item.sender)
    return {
        "@odata.etag": f'W/"{item.change_key}"',
        "id": item.item_id,
        "createdDateTime": received,
        "lastModifiedDateTime": received,
        "changeKey": item.change_key,
        "categories": [],
        "receivedDateTime": received,
        "sentDateTime": received,
        "hasAttachments": False,
        "internetMessageId": f"<{item.number}@demo.contoso.example>",
        "subject": item.subject,
        "bodyPreview": item.body[:255],
        "importance": "normal",
        "isDeliveryReceiptRequested": False,
        "isReadReceiptRequested": False,
        "isRead": False,
        "isDraft": False,
        "inferenceClassification": "focused",
        "body": {"contentType": "text", "content": item.body},
        "sender": sender,
        "from": sender,
        "toRecipients": [_recipient(each) for each in item.recipients],
        "ccRecipients": [],
        "bccRecipients": [],
        "replyTo": [],
    }


def _of_meeting(item: w.MailItem, booking: w.Booking, query: Query) -> Json:
    return {
        "meetingMessageType": _meeting_type(item),
        "type": "seriesMaster" if booking.recurrence else "exception" if _is_occurrence(item) else "singleInstance",
        "isOutOfDate": item.out_of_date,
        "isAllDay": booking.all_day,
        "isDelegated": False,
        "startDateTime": time_of(booking, booking.start, query),
        "endDateTime": time_of(booking, booking.end, query),
        "location": {"displayName": booking.location, "locationType": "default"},
        "recurrence": recurrence(booking),
        **_of_request(item),
    }


def _of_request(item: w.MailItem) -> Json:
    if item.kind is not w.MailKind.REQUEST or item.meeting is None:
        return {}
    kind = "informationalUpdate" if item.meeting.update else "newMeetingRequest"
    kind = "fullUpdate" if item.meeting.moved else kind
    return {
        "meetingRequestType": "outdated" if item.out_of_date else kind,
        "responseRequested": True,
        "allowNewTimeProposals": True,
        "previousLocation": None,
        "previousStartDateTime": None,
        "previousEndDateTime": None,
    }


def _meeting_type(item: w.MailItem) -> str:
    match item.kind:
        case w.MailKind.REQUEST:
            return "meetingRequest"
        case w.MailKind.CANCELLATION:
            return "meetingCancelled"
        case _:
            return _ANSWERS[item.answer]


def _is_occurrence(item: w.MailItem) -> bool:
    return item.meeting is not None and item.meeting.original_start is not None


def _extended(item: w.MailItem, query: Query) -> Json:
    named = {PROPERTY_ID.format(*mark.split("/", 1)): value for mark, value in item.properties.items() if "/" in mark}
    if item.culture in _LOCALES:
        named[LOCALE_ID] = str(_LOCALES[item.culture])
    found = [{"id": name, "value": value} for name, value in named.items() if name.lower() in query.expanded]
    return {"singleValueExtendedProperties": found} if found else {}


def _recipient(who: Mailbox) -> Json:
    return {"emailAddress": {"name": who.name or who.address, "address": who.address}}
