"""How single properties of a message are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent.demo import world as w
from agent.demo.exchange import properties as p
from agent.demo.exchange.bodies import as_html, body, text_of
from agent.demo.exchange.calendar_item import AFTER_EXTENDED
from agent.demo.exchange.folders import Folder
from agent.demo.exchange.names import Element, boolean, instant, t
from agent.demo.world_copies import located
from agent.model.directory import Mailbox


@dataclass(frozen=True, slots=True)
class ShownMail:
    """A message, where it is, and whether only a list was asked for. `meeting`: what it is about, like an item."""

    item: w.MailItem
    folder: Folder
    brief: bool
    body_type: str
    meeting: p.Shown | None

    @property
    def associated(self) -> w.Item | None:
        """The meeting in this mailbox's calendar, where it is there."""
        about = self.item.meeting
        return None if about is None else located(self.folder.calendar, about.uid, about.original_start)

    def text(self, tag: str, value: str) -> Element | None:
        """The element; None for an empty value: Exchange leaves it out."""
        return t(tag, value[: p.FIND_CUT] if self.brief else value) if value else None


Maker = Callable[[ShownMail], Element | None]


def mailboxes(s: ShownMail, *people: Mailbox) -> list[Element]:
    if s.brief:  # a list names people and no more
        return [t("Mailbox", t("Name", who.name[: p.FIND_CUT])) for who in people]
    return [
        t("Mailbox", t("Name", who.name), t("EmailAddress", who.address), t("RoutingType", "SMTP")) for who in people
    ]


def mail_body(s: ShownMail) -> Element:
    kept = "" if s.item.meeting is None or s.item.kind is not w.MailKind.REQUEST else s.item.meeting.booking.body_html
    if kept and s.meeting is not None:
        return body(s.meeting.booking, s.body_type)
    if s.body_type == "HTML":
        return t("Body", as_html(s.item.body), BodyType="HTML")
    return t("Body", s.item.body, BodyType="Text")


def text_body(s: ShownMail) -> Element:
    own = s.item.body
    return t("TextBody", own if own or s.meeting is None else text_of(s.meeting.booking), BodyType="Text")


def associated(s: ShownMail) -> Element | None:
    found = s.associated
    return None if found is None else t("AssociatedCalendarItemId", Id=found.item_id, ChangeKey=found.change_key)


def response_type(s: ShownMail) -> Element:
    """On a response the answer; else what this mailbox has answered on the meeting so far."""
    if s.item.kind is w.MailKind.RESPONSE:
        return t("ResponseType", p.RESPONSES[s.item.answer])
    found = s.associated
    return t("ResponseType", "NoResponseReceived" if found is None else p.RESPONSES[found.booking.response])


def my_response(s: ShownMail) -> Element:
    found = s.associated
    return t("MyResponseType", "NoResponseReceived" if found is None else p.RESPONSES[found.booking.response])


def request_type(s: ShownMail) -> Element:
    about = s.item.meeting
    if s.item.out_of_date:
        return t("MeetingRequestType", "Outdated")
    if about is None or not about.update:
        return t("MeetingRequestType", "NewMeetingRequest")
    return t("MeetingRequestType", "FullUpdate" if about.moved else "InformationalUpdate")


def modified(s: ShownMail) -> Element | None:
    found = () if s.item.meeting is None else s.item.meeting.exceptions
    return t("ModifiedOccurrences", *[p.occurrence_info("Occurrence", item) for item in found]) if found else None


def deleted(s: ShownMail) -> Element | None:
    starts = () if s.item.meeting is None else s.item.meeting.deleted
    if not starts:
        return None
    return t("DeletedOccurrences", *[t("DeletedOccurrence", t("Start", instant(start))) for start in starts])


def response_objects(s: ShownMail) -> Element | None:
    if s.item.kind is w.MailKind.REQUEST:
        return t("ResponseObjects", t("AcceptItem"), t("TentativelyAcceptItem"), t("DeclineItem"))
    if s.item.kind is w.MailKind.CANCELLATION:
        return t("ResponseObjects", t("RemoveItem"))
    return None


def uid(s: ShownMail) -> Element | None:
    return None if s.item.meeting is None else t("UID", s.item.meeting.uid)


def of_meeting(uri: str) -> Maker:
    """As on a calendar item."""
    make = AFTER_EXTENDED[uri]
    return lambda s: None if s.meeting is None else make(s.meeting)


def is_recurring(s: ShownMail) -> Element:
    about = s.item.meeting
    return t(
        "IsRecurring", boolean(about is not None and (about.booking.recurrence or about.original_start) is not None)
    )


def fixed(tag: str, value: str) -> Maker:
    return lambda _: t(tag, value)
