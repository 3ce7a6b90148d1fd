"""What CreateItem and UpdateItem say about a calendar item: one table, element -> change of the booking."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.errors import EwsError, schema_violation
from agent.demo.exchange.names import Element, local, mt
from agent.demo.exchange.properties import SENSITIVITY, SHOW_AS
from agent.demo.exchange.recurrences import read
from agent.demo.exchange.shape import ExtendedName
from agent.demo.exchange.zones import iana_name
from agent.model.directory import Mailbox

Setter = Callable[[w.Booking, Element, str], w.Booking]

_SHOW_AS = {name: value for value, name in SHOW_AS.items()}
_SENSITIVITY = {name: value for value, name in SENSITIVITY.items()}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_booking(element: Element, zone: str) -> w.Booking:
    """The booking a `CalendarItem` describes; `zone` is the request's time zone, an IANA name. Raises `EwsError`."""
    if element.find(mt("t:Start")) is None or element.find(mt("t:End")) is None:
        raise EwsError("ErrorInvalidPropertySet", "Start and End are needed.")
    booking = w.Booking(start=_EPOCH, end=_EPOCH, timezone=zone)
    for child in element:
        booking = set_property(booking, child, zone)
    return booking


def set_property(booking: w.Booking, element: Element, zone: str) -> w.Booking:
    """The booking with this property; properties the organisation does not keep are accepted and forgotten."""
    setter = _SETTERS.get(local(element))
    try:
        return booking if setter is None else setter(booking, element, zone)
    except (KeyError, ValueError) as error:
        raise schema_violation(f"The element '{local(element)}' has an invalid value.") from error


def delete_property(booking: w.Booking, path: Element) -> w.Booking:
    """The booking without the property a FieldURI or ExtendedFieldURI names."""
    if local(path) == "ExtendedFieldURI":
        asked = ExtendedName.read(path)
        properties = {name: value for name, value in booking.properties.items() if name != asked.public_string}
        marks = {name: value for name, value in booking.marks.items() if name != asked.mark}
        return replace(booking, properties=properties, marks=marks)
    tag = (path.get("FieldURI") or "").rpartition(":")[2]
    if tag in ("Start", "End"):
        raise EwsError("ErrorInvalidPropertyDelete", f"{tag} cannot be deleted.")
    remover = _REMOVERS.get(tag)
    return booking if remover is None else remover(booking)


def _instant(element: Element, zone: str) -> datetime:
    value = datetime.fromisoformat((element.text or "").strip())
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))


def _body(booking: w.Booking, element: Element, _: str) -> w.Booking:
    if element.get("BodyType") == "Text":
        return replace(booking, body_html="", body_text=element.text or "")
    return replace(booking, body_html=element.text or "", body_text=None)


def _extended(booking: w.Booking, element: Element, _: str) -> w.Booking:
    uri = element.find(mt("t:ExtendedFieldURI"))
    if uri is None:
        return booking
    name, value = ExtendedName.read(uri), element.findtext(mt("t:Value")) or ""
    if name.public_string is not None:
        return replace(booking, properties={**booking.properties, name.public_string: value})
    return booking if name.mark is None else replace(booking, marks={**booking.marks, name.mark: value})


def _attendees(booking: w.Booking, element: Element, _: str) -> w.Booking:
    people = [
        Mailbox(mailbox.findtext(mt("t:Name")) or "", mailbox.findtext(mt("t:EmailAddress")) or "")
        for mailbox in element.iterfind(mt("t:Attendee/t:Mailbox"))
    ]
    return replace(booking, attendees=tuple(people))


def _text(element: Element) -> str:
    return element.text or ""


_REMOVERS: Mapping[str, Callable[[w.Booking], w.Booking]] = {
    "Subject": lambda b: replace(b, subject=""),
    "Location": lambda b: replace(b, location=""),
    "Body": lambda b: replace(b, body_html="", body_text=None),
    "RequiredAttendees": lambda b: replace(b, attendees=()),
    "Recurrence": lambda b: replace(b, recurrence=None),
}
_SETTERS: Mapping[str, Setter] = {
    "Subject": lambda b, e, _: replace(b, subject=_text(e)),
    "Sensitivity": lambda b, e, _: replace(b, sensitivity=_SENSITIVITY[_text(e)]),
    "Body": _body,
    "ExtendedProperty": _extended,
    "Start": lambda b, e, zone: replace(b, start=_instant(e, zone)),
    "End": lambda b, e, zone: replace(b, end=_instant(e, zone)),
    "IsAllDayEvent": lambda b, e, _: replace(b, all_day=_text(e) in ("true", "1")),
    "LegacyFreeBusyStatus": lambda b, e, _: replace(b, show_as=_SHOW_AS[_text(e)]),
    "Location": lambda b, e, _: replace(b, location=_text(e)),
    "RequiredAttendees": _attendees,
    "Recurrence": lambda b, e, _: replace(b, recurrence=read(e)),
    "StartTimeZone": lambda b, e, _: replace(b, timezone=iana_name(e.get("Id"))),
}
