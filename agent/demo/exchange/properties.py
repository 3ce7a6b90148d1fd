"""How single properties of a calendar item are made: those that take more than a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agent.demo import world as w
from agent.demo.exchange.folders import Folder
from agent.demo.exchange.names import Element, boolean, instant, t
from agent.demo.exchange.recurrences import render
from agent.demo.exchange.zones import windows_name
from agent.model.event import Response, Sensitivity, ShowAs

FIND_CUT = 255  # characters; FindItem cuts strings


@dataclass(frozen=True, slots=True)
class Shown:
    """An item, where it is, and whether only a list was asked for (`brief`: FindItem)."""

    item: w.Item
    folder: Folder
    room: str
    brief: bool
    body_type: str

    @property
    def booking(self) -> w.Booking:
        return self.item.booking

    @property
    def own(self) -> bool:
        """Whether the mailbox itself is the organizer."""
        return self.booking.organizer_address.lower() in ("", self.folder.calendar.address.lower())

    @property
    def is_meeting(self) -> bool:
        return not self.own or bool(self.booking.attendees)

    def text(self, tag: str, value: str) -> Element | None:
        """The element; None for an empty value: Exchange leaves it out."""
        return t(tag, value[:FIND_CUT] if self.brief else value) if value else None


Maker = Callable[[Shown], Element | None]

SHOW_AS = {
    ShowAs.FREE: "Free",
    ShowAs.TENTATIVE: "Tentative",
    ShowAs.BUSY: "Busy",
    ShowAs.OOF: "OOF",
    ShowAs.ELSEWHERE: "WorkingElsewhere",
    ShowAs.UNKNOWN: "NoData",
}
SENSITIVITY = {
    Sensitivity.NORMAL: "Normal",
    Sensitivity.PERSONAL: "Personal",
    Sensitivity.PRIVATE: "Private",
    Sensitivity.CONFIDENTIAL: "Confidential",
}
RESPONSES = {
    Response.ACCEPTED: "Accept",
    Response.TENTATIVE: "Tentative",
    Response.DECLINED: "Decline",
    Response.ORGANIZER: "Organizer",
    Response.NONE: "NoResponseReceived",
}
CLASSES = {
    w.Kind.SINGLE: "IPM.Appointment",
    w.Kind.MASTER: "IPM.Appointment",
    w.Kind.OCCURRENCE: "IPM.Appointment.Occurrence",
    w.Kind.EXCEPTION: "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}",
}


def fixed(tag: str, value: str) -> Maker:
    return lambda _: t(tag, value)


def original(tag: str) -> Maker:
    def make(s: Shown) -> Element | None:
        return None if s.item.original_start is None else t(tag, instant(s.item.original_start))

    return make


def zone(tag: str) -> Maker:
    def make(s: Shown) -> Element:
        name = windows_name(s.booking.timezone)
        return t(tag, Name=name, Id=name)

    return make


def organizer(s: Shown) -> Element:
    address = s.booking.organizer_address or s.folder.calendar.address
    name = s.booking.organizer_name or (s.room if s.own else address)
    if s.brief:  # a list names the organizer and no more
        return t("Organizer", t("Mailbox", t("Name", name[:FIND_CUT])))
    return t("Organizer", t("Mailbox", t("Name", name), t("EmailAddress", address), t("RoutingType", "SMTP")))


def attendees(s: Shown) -> Element | None:
    if not s.booking.attendees:
        return None
    people = [
        t(
            "Attendee",
            t("Mailbox", t("Name", who.name), t("EmailAddress", who.address), t("RoutingType", "SMTP")),
            t("ResponseType", "Unknown"),
        )
        for who in s.booking.attendees
    ]
    return t("RequiredAttendees", *people)


def my_response(s: Shown) -> Element:
    if s.own:
        return t("MyResponseType", "Organizer")
    return t("MyResponseType", RESPONSES[s.booking.response])


def state(s: Shown) -> Element:
    """PidLidAppointmentStateFlags: 1 meeting, 2 received, 4 cancelled."""
    state = (1 if s.is_meeting else 0) | (2 if s.is_meeting and not s.own else 0) | (4 if s.booking.cancelled else 0)
    return t("AppointmentState", str(state))


def response_objects(s: Shown) -> Element:
    if s.own:
        return t("ResponseObjects", *([t("CancelCalendarItem")] if s.is_meeting else []), t("ForwardItem"))
    return t("ResponseObjects", t("AcceptItem"), t("TentativelyAcceptItem"), t("DeclineItem"), t("ForwardItem"))


def rights(_: Shown) -> Element:
    names = ("CreateAssociated", "CreateContents", "CreateHierarchy", "Delete", "Modify", "Read", "ViewPrivateItems")
    return t("EffectiveRights", *[t(name, boolean(not name.startswith("Create"))) for name in names])


def duration(s: Shown) -> Element:
    minutes = int((s.booking.end - s.booking.start).total_seconds() // 60)
    return t("Duration", f"PT{minutes // 60}H{minutes % 60}M")


def recurrence(s: Shown) -> Element | None:
    if s.booking.recurrence is None:
        return None
    return render(s.booking.recurrence, s.booking.start.astimezone(ZoneInfo(s.booking.timezone)).date())


def occurrence_info(tag: str, item: w.Item | None) -> Element | None:
    if item is None or item.original_start is None:
        return None
    return t(
        tag,
        t("ItemId", Id=item.item_id, ChangeKey=item.change_key),
        t("Start", instant(item.booking.start)),
        t("End", instant(item.booking.end)),
        t("OriginalStart", instant(item.original_start)),
    )


def first_or_last(tag: str, place: int) -> Maker:
    def make(s: Shown) -> Element | None:
        if s.item.kind is not w.Kind.MASTER:
            return None
        return occurrence_info(tag, s.folder.calendar.first_and_last(s.item.item_id)[place])

    return make


def modified(s: Shown) -> Element | None:
    if s.item.kind is not w.Kind.MASTER:
        return None
    found = s.folder.calendar.exceptions(s.item.item_id)
    return t("ModifiedOccurrences", *[occurrence_info("Occurrence", item) for item in found]) if found else None


def deleted(s: Shown) -> Element | None:
    if s.item.kind is not w.Kind.MASTER:
        return None
    starts = s.folder.calendar.deleted_starts(s.item.item_id)
    if not starts:
        return None
    return t("DeletedOccurrences", *[t("DeletedOccurrence", t("Start", instant(start))) for start in starts])
