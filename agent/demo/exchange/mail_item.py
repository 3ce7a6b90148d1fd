"""A message as XML: MeetingRequest, MeetingCancellation, MeetingResponse or Message, in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.demo import world as w
from agent.demo.exchange import mail_properties as q
from agent.demo.exchange import properties as p
from agent.demo.exchange.folders import Folder
from agent.demo.exchange.mail_properties import Maker, ShownMail
from agent.demo.exchange.names import Element, boolean, instant, t
from agent.demo.exchange.restriction import extended_key, item_class
from agent.demo.exchange.shape import Shape

TAGS = {
    w.MailKind.REQUEST: "MeetingRequest",
    w.MailKind.CANCELLATION: "MeetingCancellation",
    w.MailKind.RESPONSE: "MeetingResponse",
    w.MailKind.NOTE: "Message",
}


_ITEM: Mapping[str, Maker] = {
    "item:ParentFolderId": lambda s: t("ParentFolderId", Id=s.folder.folder_id, ChangeKey=s.folder.change_key),
    "item:ItemClass": lambda s: t("ItemClass", item_class(s.item)),
    "item:Subject": lambda s: s.text("Subject", s.item.subject),
    "item:Sensitivity": lambda s: t(
        "Sensitivity", "Normal" if s.meeting is None else p.SENSITIVITY[s.meeting.booking.sensitivity]
    ),
    "item:Body": q.mail_body,
    "item:DateTimeReceived": lambda s: t("DateTimeReceived", instant(s.item.received)),
    "item:Size": lambda s: t("Size", str(3000 + len(s.item.body) + len(s.item.subject))),
    "item:Importance": q.fixed("Importance", "Normal"),
    "item:IsSubmitted": q.fixed("IsSubmitted", "false"),
    "item:IsDraft": q.fixed("IsDraft", "false"),
    "item:IsFromMe": q.fixed("IsFromMe", "false"),
    "item:IsResend": q.fixed("IsResend", "false"),
    "item:IsUnmodified": q.fixed("IsUnmodified", "true"),
    "item:DateTimeSent": lambda s: t("DateTimeSent", instant(s.item.received)),
    "item:DateTimeCreated": lambda s: t("DateTimeCreated", instant(s.item.received)),
    "item:ResponseObjects": q.response_objects,
    "item:ReminderIsSet": q.fixed("ReminderIsSet", "false"),
    "item:DisplayCc": q.fixed("DisplayCc", ""),
    "item:DisplayTo": lambda s: t("DisplayTo", "; ".join(who.name for who in s.item.recipients)),
    "item:HasAttachments": q.fixed("HasAttachments", "false"),
}
_MESSAGE: Mapping[str, Maker] = {
    "item:Culture": lambda s: t("Culture", s.item.culture),
    "item:LastModifiedName": lambda s: s.text("LastModifiedName", s.item.sender.name),
    "item:LastModifiedTime": lambda s: t("LastModifiedTime", instant(s.item.received)),
    "item:TextBody": q.text_body,
    "message:Sender": lambda s: t("Sender", *q.mailboxes(s, s.item.sender)),
    "message:ToRecipients": lambda s: t("ToRecipients", *q.mailboxes(s, *s.item.recipients)),
    "message:IsReadReceiptRequested": q.fixed("IsReadReceiptRequested", "false"),
    "message:IsDeliveryReceiptRequested": q.fixed("IsDeliveryReceiptRequested", "false"),
    "message:ConversationTopic": lambda s: s.text("ConversationTopic", s.item.subject),
    "message:From": lambda s: t("From", *q.mailboxes(s, s.item.sender)),
    "message:InternetMessageId": lambda s: t("InternetMessageId", f"<{s.item.number}@demo.contoso.example>"),
    "message:IsRead": q.fixed("IsRead", "false"),
    "message:IsResponseRequested": lambda s: t("IsResponseRequested", boolean(s.item.kind is w.MailKind.REQUEST)),
}
_MEETING: Mapping[str, Maker] = {
    "meeting:AssociatedCalendarItemId": q.associated,
    "meeting:IsDelegated": q.fixed("IsDelegated", "false"),
    "meeting:IsOutOfDate": lambda s: t("IsOutOfDate", boolean(s.item.out_of_date)),
    "meeting:HasBeenProcessed": q.fixed("HasBeenProcessed", "false"),
    "meeting:ResponseType": q.response_type,
    "calendar:UID": q.uid,
    "calendar:RecurrenceId": q.of_meeting("calendar:RecurrenceId"),
    "calendar:DateTimeStamp": lambda s: t("DateTimeStamp", instant(s.item.received)),
}
_REQUEST: Mapping[str, Maker] = {
    "meetingRequest:MeetingRequestType": q.request_type,
    "meetingRequest:IntendedFreeBusyStatus": lambda s: (
        None if s.meeting is None else t("IntendedFreeBusyStatus", p.SHOW_AS[s.meeting.booking.show_as])
    ),
    **{
        uri: q.of_meeting(uri)
        for uri in (
            "calendar:Start",
            "calendar:End",
            "calendar:OriginalStart",
            "calendar:IsAllDayEvent",
            "calendar:LegacyFreeBusyStatus",
            "calendar:Location",
            "calendar:IsMeeting",
            "calendar:IsCancelled",
        )
    },
    "calendar:IsRecurring": q.is_recurring,
    "calendar:MeetingRequestWasSent": q.fixed("MeetingRequestWasSent", "false"),
    "calendar:CalendarItemType": q.of_meeting("calendar:CalendarItemType"),
    "calendar:MyResponseType": q.my_response,
    **{
        uri: q.of_meeting(uri)
        for uri in (
            "calendar:Organizer",
            "calendar:RequiredAttendees",
            "calendar:Duration",
            "calendar:AppointmentSequenceNumber",
            "calendar:AppointmentState",
            "calendar:Recurrence",
        )
    },
    "calendar:ModifiedOccurrences": q.modified,
    "calendar:DeletedOccurrences": q.deleted,
    **{
        uri: q.of_meeting(uri) for uri in ("calendar:StartTimeZone", "calendar:EndTimeZone", "calendar:IsOnlineMeeting")
    },
}
_OTHER: Mapping[str, Maker] = {
    uri: q.of_meeting(uri)
    for uri in (
        "calendar:Start",
        "calendar:End",
        "calendar:Location",
        "calendar:Recurrence",
        "calendar:CalendarItemType",
    )
}
_AFTER: Mapping[w.MailKind, Mapping[str, Maker]] = {
    w.MailKind.REQUEST: {**_MESSAGE, **_MEETING, **_REQUEST},
    w.MailKind.CANCELLATION: {**_MESSAGE, **_MEETING, **_OTHER},
    w.MailKind.RESPONSE: {**_MESSAGE, **_MEETING, **_OTHER},
    w.MailKind.NOTE: _MESSAGE,
}
_DEFAULT = frozenset(
    {
        "item:Subject",
        "item:Sensitivity",
        "item:DateTimeReceived",
        "item:Size",
        "item:HasAttachments",
        "message:From",
        "message:IsRead",
        "meeting:AssociatedCalendarItemId",
        "meeting:IsOutOfDate",
        "meeting:ResponseType",
        "calendar:Start",
        "calendar:End",
        "calendar:Location",
        "calendar:Organizer",
    }
)
# What only GetItem gives: FindItem leaves these out even when they are asked for.
_NOT_IN_LISTS = frozenset(
    {
        "item:Body",
        "item:TextBody",
        "message:ToRecipients",
        "calendar:RequiredAttendees",
        "calendar:Recurrence",
        "calendar:ModifiedOccurrences",
        "calendar:DeletedOccurrences",
    }
)


def mail_item(item: w.MailItem, folder: Folder, shape: Shape, *, brief: bool) -> Element:
    """The message in the requested shape. `brief`: as FindItem lists it."""
    shown = ShownMail(item, folder, brief, shape.body_type, _about(item, folder, brief, shape.body_type))
    item_id = t("ItemId", Id=item.item_id, ChangeKey=item.change_key)
    before, after = (list(_made(table, shown, shape)) for table in (_ITEM, _AFTER[item.kind]))
    return t(TAGS[item.kind], item_id, *before, *_extended(shown, shape), *after)


def _about(item: w.MailItem, folder: Folder, brief: bool, body_type: str) -> p.Shown | None:
    """The meeting as if it were in the calendar already."""
    about = item.meeting
    if about is None:
        return None
    kind = w.Kind.SINGLE if about.booking.recurrence is None else w.Kind.MASTER
    shown = w.Item(
        item_id=item.item_id,
        change_key=item.change_key,
        kind=kind if about.original_start is None else w.Kind.EXCEPTION,
        uid=about.uid,
        booking=about.booking,
        created=item.received,
        modified=item.received,
        sequence=about.sequence,
        original_start=about.original_start,
    )
    return p.Shown(shown, folder, "", brief, body_type)


def _made(table: Mapping[str, Maker], shown: ShownMail, shape: Shape) -> Iterator[Element | None]:
    for uri, make in table.items():
        if uri in _NOT_IN_LISTS and shown.brief:
            continue
        if shape.base == "AllProperties" or uri in shape.fields or (shape.base == "Default" and uri in _DEFAULT):
            yield make(shown)


def _extended(shown: ShownMail, shape: Shape) -> Iterator[Element]:
    for name in shape.extended:
        value = shown.item.properties.get(extended_key(name))
        if value is not None:
            yield t("ExtendedProperty", name.uri(), t("Value", value[: p.FIND_CUT] if shown.brief else value))
