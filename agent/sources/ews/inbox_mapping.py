"""From a meeting message's texts to a request. Pure: no I/O, no clock, and not the machine's zone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.model.event import ItemId, Response
from agent.model.requests import Request, RequestKind, Span
from agent.sources.ews.inbox_items import RawMessage
from agent.sources.ews.instants import zone_of
from agent.sources.ews.items import RawItem
from agent.sources.ews.mapping import RESPONSES, uid_of
from agent.sources.ews.recurrence import Series, occurrences
from agent.sources.instants import EARLIEST, read_instant
from agent.sources.texts import MAX_NAME, MAX_SUBJECT, line, smtp_address

CLASSES = _REQUEST, _CANCELLATION = "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled"
"""How the classes begin of messages that ask something of the room."""
_UPDATES = frozenset({"FullUpdate", "InformationalUpdate", "SilentUpdate", "Outdated"})
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Looking:
    """What a message is read with: the room's address and zone, and the window its occurrences are listed in."""

    mailbox: str
    zone: ZoneInfo
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What the room has said on a meeting in its calendar, and when, where the server tells."""

    response: Response
    at: datetime | None = None


def said_on(item: RawItem) -> Said:
    """Of a calendar item with `MyResponseType` and `AppointmentReplyTime`."""
    response = RESPONSES.get(item.texts.get("MyResponseType", ""), Response.NONE)
    return Said(response, read_instant(item.texts.get("AppointmentReplyTime"), _UTC))


def is_about_a_meeting(message: RawItem) -> bool:
    """Whether it is a request or a cancellation, by its class, and not somebody else's to answer: a copy for a
    delegate, or for whom a delegate answers."""
    others = _flag(message.texts.get("IsDelegated")) or message.texts.get("MeetingRequestType") == "PrincipalWantsCopy"
    return _is(message, *CLASSES) and not others


def to_request(message: RawMessage, looking: Looking, said: Said | None) -> Request:
    """The message as a request. `said`: on the meeting in the room's calendar, None: it is not there.

    Without times that make sense it has no occurrences. Texts are one line, and bounded.
    """
    texts, zone = message.texts, looking.zone
    address = smtp_address(texts.get("OrganizerAddress")) or smtp_address(texts.get("FromAddress")) or ""
    name = line(texts.get("OrganizerName"), MAX_NAME) or line(texts.get("FromName"), MAX_NAME)
    kind, received = texts.get("MeetingRequestType", ""), read_instant(texts.get("DateTimeReceived"), _UTC)
    spans, until = _times(message, looking)
    return Request(
        message_id=ItemId(message.item_id),
        change_key=message.change_key,
        kind=_kind(message, said, received),
        uid=uid_of(message),
        received=received or EARLIEST,
        subject=line(texts.get("Subject"), MAX_SUBJECT) or "",
        organizer=name or address,
        organizer_address=address,
        occurrences=spans,
        all_day=_flag(texts.get("IsAllDayEvent")),
        occurrence=read_instant(texts.get("RecurrenceId"), zone) or _original(message, zone),
        series=bool(message.pattern or message.range),
        until=until,
        free=texts.get("IntendedFreeBusyStatus", texts.get("LegacyFreeBusyStatus")) == "Free",
        out_of_date=_flag(texts.get("IsOutOfDate")) or kind == "Outdated",
        own=bool(address) and address.lower() == looking.mailbox.lower(),
        item_id=ItemId(message.associated) if said is not None else None,
        answered=said.response if said is not None else Response.NONE,
        language=_language(texts.get("Culture")),
    )


def _is(message: RawItem, *classes: str) -> bool:
    own = message.texts.get("ItemClass", "").strip().lower()
    return own.startswith(tuple(each.lower() for each in classes))


def _kind(message: RawMessage, said: Said | None, received: datetime | None) -> RequestKind:
    """An update of a meeting the room has not answered is as good as new. Whatever came after an answer is an update:
    where nothing but this program works on the inbox, no server has marked it as one, nor a request sent again."""
    if _is(message, _CANCELLATION):
        return RequestKind.CANCELLATION
    if said is None or said.response is Response.NONE:
        return RequestKind.NEW
    later = said.at is not None and received is not None and received > said.at
    is_update = message.texts.get("MeetingRequestType", "") in _UPDATES
    return RequestKind.UPDATE if is_update or later else RequestKind.NEW


def _original(message: RawMessage, zone: ZoneInfo) -> datetime | None:
    """The place in the series of a message about one occurrence; where no place is told, when it is: another
    occurrence is at another time, and the series is something else."""
    if message.texts.get("CalendarItemType") not in ("Occurrence", "Exception"):
        return None
    return read_instant(message.texts.get("OriginalStart"), zone) or read_instant(message.texts.get("Start"), zone)


def _times(message: RawMessage, looking: Looking) -> tuple[tuple[Span, ...], datetime | None]:
    """Its occurrences, and when the last one of a series ends, None for no end."""
    first = _span(message.texts.get("Start"), message.texts.get("End"), looking.zone)
    if first is None:
        return (), None
    if not (message.pattern or message.range):
        return (first,), None
    series = Series(
        pattern=message.pattern,
        range=message.range,
        texts=message.rule,
        first=first,
        zone=zone_of(message.texts.get("StartTimeZone")) or looking.zone,
        all_day=_flag(message.texts.get("IsAllDayEvent")),
        moved=dict(_moved(message, looking.zone)),
        gone=frozenset(_gone(message, looking.zone)),
    )
    listed = occurrences(series, looking.since, looking.until) if first.start <= first.end else None
    return (listed.occurrences, listed.until) if listed is not None else ((), looking.until)


def _span(start: str | None, end: str | None, zone: ZoneInfo) -> Span | None:
    begins, ends = read_instant(start, zone), read_instant(end, zone)
    return Span(start=begins, end=ends) if begins is not None and ends is not None else None


def _moved(message: RawMessage, zone: ZoneInfo) -> Iterator[tuple[datetime, Span]]:
    for original, start, end in message.moved:
        place, span = read_instant(original, zone), _span(start, end, zone)
        if place is not None and span is not None and span.start <= span.end:
            yield place, span


def _gone(message: RawMessage, zone: ZoneInfo) -> Iterator[datetime]:
    for text in message.gone:
        place = read_instant(text, zone)
        if place is not None:
            yield place


def _flag(text: str | None) -> bool:
    return (text or "").strip().lower() in ("true", "1")


def _language(culture: str | None) -> str:
    tag = (culture or "").strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else ""
