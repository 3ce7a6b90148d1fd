"""From Graph's JSON of an event to an occurrence and its invitation. Pure: no I/O, no clock, not the machine's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tzlocal.windows_tz import win_tz

from agent.model.event import (
    ChangeKey,
    Fetched,
    ItemId,
    Occurrence,
    OccurrenceKey,
    Response,
    Sensitivity,
    ShowAs,
    Skipped,
)
from agent.sources.digests import short_digest
from agent.sources.graph.fields import Json, inner, text, word
from agent.sources.graph.identity import bounded, series_uid, single_uid
from agent.sources.graph.invitation import invitation_of
from agent.sources.instants import nearest_day, read_instant
from agent.sources.texts import MAX_NAME, MAX_SUBJECT, line, smtp_address

_UTC = ZoneInfo("UTC")
_IN_SERIES = ("occurrence", "exception")
_RESPONSES = {
    "accepted": Response.ACCEPTED,
    "tentativelyaccepted": Response.TENTATIVE,
    "declined": Response.DECLINED,
    "organizer": Response.ORGANIZER,
}
_SHOW_AS = {
    "free": ShowAs.FREE,
    "tentative": ShowAs.TENTATIVE,
    "busy": ShowAs.BUSY,
    "oof": ShowAs.OOF,
    "workingelsewhere": ShowAs.ELSEWHERE,
}
_SENSITIVITIES = {
    "normal": Sensitivity.NORMAL,
    "personal": Sensitivity.PERSONAL,
    "private": Sensitivity.PRIVATE,
    "confidential": Sensitivity.CONFIDENTIAL,
}


def item_id_of(event: Json) -> ItemId | None:
    """The event's id; None without one."""
    value = event.get("id")
    return ItemId(value) if isinstance(value, str) and 0 < len(value) < 2_000 else None


def change_key_of(event: Json) -> ChangeKey:
    """The event's version: its change key, else its etag, else a digest of what was said."""
    for name in ("changeKey", "@odata.etag"):
        value = event.get(name)
        if isinstance(value, str) and value:
            return ChangeKey(value[:1_000])
    return ChangeKey(f"digest:{short_digest(repr(sorted(event.items(), key=str)))}")


def span_of(event: Json, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Start and end, UTC; None when one is missing or they are the wrong way round."""
    start, end = instant_of(event.get("start"), zone), instant_of(event.get("end"), zone)
    return None if start is None or end is None or end < start else (start, end)


def nameless_series(event: Json) -> str | None:
    """The master's id of an occurrence whose own iCalUId does not tell the series' one; None for all others."""
    master = text(event, "seriesMasterId")
    if not master or word(event, "type") not in (*_IN_SERIES, ""):
        return None
    return master if series_uid(text(event, "iCalUId") or "") is None else None


def to_fetched(
    event: Json,
    zone: ZoneInfo,
    *,
    masters: Mapping[str, str],
    modified: datetime | None = None,
    created: datetime | None = None,
) -> Fetched | Skipped:
    """The event as an occurrence with its invitation. `zone`: the room's, for times in none that is known. `masters`:
    UIDs of series by their master's id, for those of `nameless_series`. `modified`, `created`: when it was edited and
    made, if the event does not say so.

    All-day events get the midnights of the zone they were made in, as EWS tells them: a window holds the same of them.
    `Skipped` with reason "parse" without an id, with "time" without a start or end, or with the end before the start.
    An unknown sensitivity counts as private, any other unknown word as the neutral one.
    """
    item_id, change_key = item_id_of(event), change_key_of(event)
    if item_id is None:
        return Skipped(ItemId(""), change_key, "parse")
    span = span_of(event, zone)
    if span is None:
        return Skipped(item_id, change_key, "time")
    first, last = _days(event, *span, zone)
    if first is not None and last is not None:
        made_in = zone_of(text(event, "originalStartTimeZone")) or zone
        span = _midnight(first, made_in), _midnight(last, made_in)
    person = inner(inner(event, "organizer"), "emailAddress")
    address = smtp_address(text(person, "address"))
    occurrence = Occurrence(
        item_id=item_id,
        change_key=change_key,
        key=_key(event, item_id, span[0], masters),
        start=span[0],
        end=span[1],
        start_date=first,
        end_date=last,
        subject=line(text(event, "subject"), MAX_SUBJECT),
        organizer=line(text(person, "name"), MAX_NAME) or address,
        organizer_address=address,
        sensitivity=_SENSITIVITIES.get(word(event, "sensitivity") or "normal", Sensitivity.PRIVATE),
        show_as=_SHOW_AS.get(word(event, "showAs") or "busy", ShowAs.UNKNOWN),
        response=_response(event),
        cancelled=event.get("isCancelled") is True,
        last_modified=read_instant(text(event, "lastModifiedDateTime"), _UTC) or modified,
        created=read_instant(text(event, "createdDateTime"), _UTC) or created,
    )
    return Fetched(occurrence, invitation_of(event))


def _key(event: Json, item_id: str, start: datetime, masters: Mapping[str, str]) -> OccurrenceKey:
    """Series: the master's UID and the original start. Singles: their UID alone. Without one the id stands in."""
    ical_uid, master = text(event, "iCalUId") or "", text(event, "seriesMasterId")
    kind = word(event, "type") or ("occurrence" if master else "singleinstance")
    if kind not in _IN_SERIES:
        return OccurrenceKey(single_uid(ical_uid) or f"graph-id:{item_id}")
    uid = series_uid(ical_uid) or masters.get(master or "") or bounded(ical_uid or f"graph-series:{master or item_id}")
    return OccurrenceKey(uid, read_instant(text(event, "originalStart"), _UTC) or start)


def instant_of(value: object, zone: ZoneInfo) -> datetime | None:
    """A dateTimeTimeZone, as UTC; None for none. UTC is asked for; another zone is taken at its word, an unknown one is
    the room's."""
    if not isinstance(value, Mapping):
        return None
    named = text(value, "timeZone")
    return read_instant(text(value, "dateTime"), (zone_of(named) or zone) if named else _UTC)


def _days(event: Json, start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date | None, date | None]:
    """First day and the day after the last, for all-day events. Graph tells them at midnight of the zone asked for, so
    the date stands there; another time of day is an instant: the zone it was made in has its date (exchange.md 6.2).
    """
    if event.get("isAllDay") is not True:
        return None, None
    told = zone_of(text(inner(event, "start"), "timeZone")) or _UTC
    local = start.astimezone(told)
    made_in = told
    if (local.hour, local.minute) != (0, 0):
        made_in = zone_of(text(event, "originalStartTimeZone")) or zone
    first = nearest_day(start, made_in)
    return first, max(nearest_day(end, made_in), first + timedelta(days=1))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _response(event: Json) -> Response:
    said = _RESPONSES.get(word(inner(event, "responseStatus"), "response"))
    return said or (Response.ORGANIZER if event.get("isOrganizer") is True else Response.NONE)


@lru_cache(maxsize=256)
def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone for a Windows or IANA name; None for all others, such as `tzone://Microsoft/Custom`."""
    known = "UTC" if name == "tzone://Microsoft/Utc" else win_tz.get(name or "", name)
    try:
        return ZoneInfo(known) if known else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
