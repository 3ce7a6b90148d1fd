"""A calendar item as XML: one table, property -> how it is made, in the order of the schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.demo import world as w
from agent.demo.exchange import properties as p
from agent.demo.exchange.bodies import body, text_of
from agent.demo.exchange.folders import Folder
from agent.demo.exchange.names import Element, boolean, instant, t
from agent.demo.exchange.properties import Maker, Shown
from agent.demo.exchange.shape import Shape

_BEFORE_EXTENDED: Mapping[str, Maker] = {
    "item:ParentFolderId": lambda s: t("ParentFolderId", Id=s.folder.folder_id, ChangeKey=s.folder.change_key),
    "item:ItemClass": lambda s: t("ItemClass", p.CLASSES[s.item.kind]),
    "item:Subject": lambda s: s.text("Subject", s.booking.subject),
    "item:Sensitivity": lambda s: t("Sensitivity", p.SENSITIVITY[s.booking.sensitivity]),
    "item:Body": lambda s: body(s.booking, s.body_type),
    "item:DateTimeReceived": lambda s: t("DateTimeReceived", instant(s.item.created)),
    "item:Size": lambda s: t("Size", str(2000 + len(s.booking.body_html) + len(s.booking.subject))),
    "item:Importance": p.fixed("Importance", "Normal"),
    "item:IsSubmitted": p.fixed("IsSubmitted", "false"),
    "item:IsDraft": p.fixed("IsDraft", "false"),
    "item:IsFromMe": p.fixed("IsFromMe", "false"),
    "item:IsResend": p.fixed("IsResend", "false"),
    "item:IsUnmodified": p.fixed("IsUnmodified", "false"),
    "item:DateTimeSent": lambda s: t("DateTimeSent", instant(s.item.created)),
    "item:DateTimeCreated": lambda s: t("DateTimeCreated", instant(s.item.created)),
    "item:ResponseObjects": p.response_objects,
    "item:ReminderIsSet": p.fixed("ReminderIsSet", "false"),
    "item:ReminderMinutesBeforeStart": p.fixed("ReminderMinutesBeforeStart", "15"),
    "item:DisplayCc": p.fixed("DisplayCc", ""),
    "item:DisplayTo": lambda s: t("DisplayTo", "; ".join(who.name for who in s.booking.attendees)),
    "item:HasAttachments": p.fixed("HasAttachments", "false"),
}
AFTER_EXTENDED: Mapping[str, Maker] = {
    "item:Culture": p.fixed("Culture", "en-US"),
    "item:EffectiveRights": p.rights,
    "item:LastModifiedName": lambda s: s.text("LastModifiedName", s.booking.organizer_name or s.room),
    "item:LastModifiedTime": lambda s: t("LastModifiedTime", instant(s.item.modified)),
    "item:TextBody": lambda s: t("TextBody", text_of(s.booking), BodyType="Text"),
    "calendar:UID": lambda s: t("UID", s.item.uid),
    "calendar:RecurrenceId": p.original("RecurrenceId"),
    "calendar:DateTimeStamp": lambda s: t("DateTimeStamp", instant(s.item.modified)),
    "calendar:Start": lambda s: t("Start", instant(s.booking.start)),
    "calendar:End": lambda s: t("End", instant(s.booking.end)),
    "calendar:OriginalStart": p.original("OriginalStart"),
    "calendar:IsAllDayEvent": lambda s: t("IsAllDayEvent", boolean(s.booking.all_day)),
    "calendar:LegacyFreeBusyStatus": lambda s: t("LegacyFreeBusyStatus", p.SHOW_AS[s.booking.show_as]),
    "calendar:Location": lambda s: s.text("Location", s.booking.location),
    "calendar:IsMeeting": lambda s: t("IsMeeting", boolean(s.is_meeting)),
    "calendar:IsCancelled": lambda s: t("IsCancelled", boolean(s.booking.cancelled)),
    "calendar:IsRecurring": lambda s: t("IsRecurring", boolean(s.item.original_start is not None)),
    "calendar:MeetingRequestWasSent": lambda s: t("MeetingRequestWasSent", boolean(s.is_meeting)),
    "calendar:IsResponseRequested": p.fixed("IsResponseRequested", "true"),
    "calendar:CalendarItemType": lambda s: t("CalendarItemType", s.item.kind),
    "calendar:MyResponseType": p.my_response,
    "calendar:Organizer": p.organizer,
    "calendar:RequiredAttendees": p.attendees,
    "calendar:Duration": p.duration,
    "calendar:AppointmentSequenceNumber": lambda s: t("AppointmentSequenceNumber", str(s.item.sequence)),
    "calendar:AppointmentState": p.state,
    "calendar:Recurrence": p.recurrence,
    "calendar:FirstOccurrence": p.first_or_last("FirstOccurrence", 0),
    "calendar:LastOccurrence": p.first_or_last("LastOccurrence", 1),
    "calendar:ModifiedOccurrences": p.modified,
    "calendar:DeletedOccurrences": p.deleted,
    "calendar:StartTimeZone": p.zone("StartTimeZone"),
    "calendar:EndTimeZone": p.zone("EndTimeZone"),
    "calendar:IsOnlineMeeting": lambda s: t("IsOnlineMeeting", boolean(s.booking.is_online_meeting)),
    "calendar:JoinOnlineMeetingUrl": lambda s: s.text("JoinOnlineMeetingUrl", s.booking.join_online_meeting_url),
}
_DEFAULT = frozenset(
    {
        "item:Subject",
        "item:ResponseObjects",
        "item:HasAttachments",
        "calendar:Start",
        "calendar:End",
        "calendar:LegacyFreeBusyStatus",
        "calendar:Location",
        "calendar:CalendarItemType",
        "calendar:Organizer",
    }
)
# What only GetItem gives: FindItem leaves these out even when they are asked for.
_NOT_IN_LISTS = frozenset(
    {
        "item:Body",
        "item:TextBody",
        "calendar:RequiredAttendees",
        "calendar:Recurrence",
        "calendar:FirstOccurrence",
        "calendar:LastOccurrence",
        "calendar:ModifiedOccurrences",
        "calendar:DeletedOccurrences",
    }
)


def calendar_item(item: w.Item, folder: Folder, room: str, shape: Shape, *, brief: bool) -> Element:
    """The item in the requested shape. `room`: the mailbox's display name. `brief`: as FindItem and sync list it."""
    shown = Shown(item, folder, room, brief, shape.body_type)
    item_id = t("ItemId", Id=item.item_id, ChangeKey=item.change_key)
    before, after = (_made(table, shown, shape) for table in (_BEFORE_EXTENDED, AFTER_EXTENDED))
    return t("CalendarItem", item_id, *before, *_extended(shown, shape), *after)


def _made(table: Mapping[str, Maker], shown: Shown, shape: Shape) -> Iterator[Element | None]:
    for uri, make in table.items():
        if uri in _NOT_IN_LISTS and shown.brief:
            continue
        if shape.base == "AllProperties" or uri in shape.fields or (shape.base == "Default" and uri in _DEFAULT):
            yield make(shown)


def _extended(shown: Shown, shape: Shape) -> Iterator[Element]:
    for name in shape.extended:
        value = name.value(shown.booking)
        if value is not None:
            yield t("ExtendedProperty", name.uri(), t("Value", value[: p.FIND_CUT] if shown.brief else value))
