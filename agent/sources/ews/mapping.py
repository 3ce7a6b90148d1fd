"""From an item's texts to an occurrence and its invitation. Pure: no I/O, no clock, and not the machine's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from agent.model.event import (
    ChangeKey,
    Fetched,
    Invitation,
    ItemId,
    Occurrence,
    OccurrenceKey,
    Response,
    Sensitivity,
    ShowAs,
    Skipped,
)
from agent.sources.ews.instants import zone_of
from agent.sources.ews.items import RawItem
from agent.sources.instants import nearest_day, read_instant
from agent.sources.texts import (
    MAX_BODY,
    MAX_LOCATION,
    MAX_NAME,
    MAX_PROPERTY,
    MAX_SUBJECT,
    MAX_UID,
    clean,
    line,
    smtp_address,
)

_CANCELLED_BIT = 0x4  # PidLidAppointmentStateFlags, asfCanceled
RESPONSES = {
    "Accept": Response.ACCEPTED,
    "Tentative": Response.TENTATIVE,
    "Decline": Response.DECLINED,
    "Organizer": Response.ORGANIZER,
}
_SHOW_AS = {
    "Free": ShowAs.FREE,
    "Tentative": ShowAs.TENTATIVE,
    "Busy": ShowAs.BUSY,
    "OOF": ShowAs.OOF,
    "WorkingElsewhere": ShowAs.ELSEWHERE,
}
_SENSITIVITIES = {
    "Personal": Sensitivity.PERSONAL,
    "Private": Sensitivity.PRIVATE,
    "Confidential": Sensitivity.CONFIDENTIAL,
}
_CALENDAR_PROPERTIES = ("JoinOnlineMeetingUrl", "MeetingWorkspaceUrl", "NetShowUrl")


def to_fetched(item: RawItem, zone: ZoneInfo) -> Fetched | Skipped:
    """The item as an occurrence with its invitation. `zone`: the room's, for times without one.

    `Skipped` with reason "time" without a start, without an end, or with the end before the start; with reason "parse"
    without an id. An unknown sensitivity counts as private, any other unknown word as the neutral one.
    """
    texts = item.texts
    start, end = read_instant(texts.get("Start"), zone), read_instant(texts.get("End"), zone)
    if not item.item_id:
        return skipped(item, "parse")
    if start is None or end is None or end < start:
        return skipped(item, "time")
    first, last = _days(texts, start, end, zone)
    address = smtp_address(texts.get("OrganizerAddress"))
    occurrence = Occurrence(
        item_id=ItemId(item.item_id),
        change_key=ChangeKey(item.change_key),
        key=_key(item, start, zone),
        start=start,
        end=end,
        start_date=first,
        end_date=last,
        subject=line(texts.get("Subject"), MAX_SUBJECT),
        organizer=line(texts.get("OrganizerName"), MAX_NAME) or address,
        organizer_address=address,
        sensitivity=_sensitivity(texts.get("Sensitivity")),
        show_as=_SHOW_AS.get(texts.get("LegacyFreeBusyStatus", "Busy"), ShowAs.UNKNOWN),
        response=RESPONSES.get(texts.get("MyResponseType", ""), Response.NONE),
        cancelled=_is_cancelled(texts),
        last_modified=read_instant(texts.get("LastModifiedTime"), zone),
        created=read_instant(texts.get("DateTimeCreated"), zone),
    )
    return Fetched(occurrence, _invitation(item))


def skipped(item: RawItem, reason: str) -> Skipped:
    return Skipped(ItemId(item.item_id), ChangeKey(item.change_key), reason)


def uid_of(item: RawItem) -> str:
    """The UID, a long one by its digest; "" without one."""
    return _bounded(clean(item.texts.get("UID", "").strip(), 2 * MAX_UID))


def _bounded(uid: str) -> str:
    return uid if len(uid) <= MAX_UID else f"sha256:{sha256(uid.encode()).hexdigest()}"


def _key(item: RawItem, start: datetime, zone: ZoneInfo) -> OccurrenceKey:
    """Series: UID and original start (that of an unmoved occurrence is its start). Singles: the UID alone.
    Without UID the item's id stands in.
    """
    texts = item.texts
    uid = uid_of(item) or _bounded(f"ews-id:{item.item_id}")
    original = read_instant(texts.get("OriginalStart"), zone) or read_instant(texts.get("RecurrenceId"), zone)
    recurring = "RecurrenceId" in texts or _flag(texts, "IsRecurring")
    kind = texts.get("CalendarItemType", "Occurrence" if recurring else "Single")
    return OccurrenceKey(uid, (original or start) if kind in ("Occurrence", "Exception") else None)


def _days(texts: Mapping[str, str], start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """First day and the day after the last, for all-day items: in the zone the item was made in, which is where its
    start is midnight; when that zone is not known, in the room's (exchange.md 6.2).
    """
    if not _flag(texts, "IsAllDayEvent"):
        return None, None
    made_in = zone_of(texts.get("StartTimeZone")) or zone_of(texts.get("EndTimeZone")) or zone
    first = nearest_day(start, made_in)
    return first, max(nearest_day(end, made_in), first + timedelta(days=1))


def _sensitivity(word: str | None) -> Sensitivity:
    if word in (None, "Normal"):
        return Sensitivity.NORMAL
    return _SENSITIVITIES.get(word, Sensitivity.PRIVATE)


def _is_cancelled(texts: Mapping[str, str]) -> bool:
    state = texts.get("AppointmentState", "")
    flagged = state.isdecimal() and len(state) < 10 and int(state) & _CANCELLED_BIT
    return _flag(texts, "IsCancelled") is True or bool(flagged)


def _flag(texts: Mapping[str, str], name: str) -> bool | None:
    """xs:boolean; None when it is not there."""
    return texts[name].strip().lower() in ("true", "1") if name in texts else None


def _invitation(item: RawItem) -> Invitation:
    texts = item.texts
    properties: dict[str, str | bool | None] = {"IsOnlineMeeting": _flag(texts, "IsOnlineMeeting")}
    for name in _CALENDAR_PROPERTIES:
        if name in texts:
            properties[name] = clean(texts[name], MAX_PROPERTY)
    properties.update((name, clean(value, MAX_PROPERTY)) for name, value in item.properties.items())
    body = texts.get("Body")
    return Invitation(
        subject=line(texts.get("Subject"), MAX_SUBJECT),
        location=line(texts.get("Location"), MAX_LOCATION),
        body=None if body is None else clean(body, MAX_BODY),
        body_type="html" if texts.get("BodyType", "").lower() == "html" else "text",
        properties=properties,
    )
