"""What is asked of Exchange: for every occurrence in the window, and for those whose content is read."""

from __future__ import annotations

from collections.abc import Sequence

from exchangelib.util import create_element
from lxml import etree

from agent.sources.property_names import KEY_NAME, OWN_SET

HEAD_URIS = ("item:Size", "item:LastModifiedTime", "calendar:Start", "calendar:End")
"""Enough to see what changed, to batch by size, and to leave out what only touches the window."""

SUBJECT_URIS = (*HEAD_URIS, "item:Subject")
"""Enough to know an item of ours again."""

CONTENT_URIS = (
    "item:Subject",
    "item:Sensitivity",
    "item:Body",
    "item:DateTimeCreated",
    "item:LastModifiedTime",
    "calendar:Start",
    "calendar:End",
    "calendar:OriginalStart",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:Location",
    "calendar:IsCancelled",
    "calendar:CalendarItemType",
    "calendar:IsRecurring",
    "calendar:MyResponseType",
    "calendar:Organizer",
    "calendar:AppointmentState",
    "calendar:StartTimeZone",
    "calendar:EndTimeZone",
    "calendar:UID",
    "calendar:RecurrenceId",
    "calendar:IsOnlineMeeting",
    "calendar:JoinOnlineMeetingUrl",
    "calendar:MeetingWorkspaceUrl",
    "calendar:NetShowUrl",
)


PRESENT_URIS = (
    "item:DateTimeCreated",
    "calendar:Start",
    "calendar:End",
    "calendar:OriginalStart",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:IsCancelled",
    "calendar:IsRecurring",
    "calendar:CalendarItemType",
    "calendar:MyResponseType",
    "calendar:AppointmentState",
    "calendar:StartTimeZone",
    "calendar:EndTimeZone",
    "calendar:UID",
    "calendar:RecurrenceId",
)
"""What a write must know of an item: when it is, whether it occupies the room, who came first. No texts of people."""

MAIL_URIS = ("item:ItemClass", "item:DateTimeReceived", "meeting:IsDelegated", "meetingRequest:MeetingRequestType")
"""Enough to find the messages that are about meetings, and are the room's to answer."""

MEETING_MAIL_URIS = (
    *MAIL_URIS,
    "item:Subject",
    "item:Culture",
    "message:From",
    "meeting:AssociatedCalendarItemId",
    "meeting:IsOutOfDate",
    "calendar:UID",
    "calendar:RecurrenceId",
    "calendar:Start",
    "calendar:End",
    "calendar:OriginalStart",
    "calendar:IsAllDayEvent",
    "calendar:LegacyFreeBusyStatus",
    "calendar:CalendarItemType",
    "calendar:MyResponseType",
    "calendar:Organizer",
    "calendar:Recurrence",
    "calendar:ModifiedOccurrences",
    "calendar:DeletedOccurrences",
    "calendar:StartTimeZone",
    "meetingRequest:IntendedFreeBusyStatus",
)
"""All of a request, and of a cancellation as far as it has them."""


def item_shape(uris: Sequence[str], public_strings: Sequence[str] = (), *, key: bool = False) -> etree._Element:
    """`m:ItemShape` for ids plus these fields; bodies come as they are stored, HTML where there is any. `key`: with the
    key of the operation that made it."""
    shape: etree._Element = create_element("m:ItemShape")
    base = create_element("t:BaseShape")
    base.text = "IdOnly"
    shape.append(base)
    if uris or public_strings or key:
        more = create_element("t:AdditionalProperties")
        more.extend(create_element("t:FieldURI", attrs={"FieldURI": uri}) for uri in uris)
        more.extend(_public_string(name) for name in public_strings)
        if key:
            more.append(key_field())
        shape.append(more)
    return shape


def key_field() -> etree._Element:
    """The path of the property that holds an operation's key."""
    attributes = {"PropertySetId": OWN_SET, "PropertyName": KEY_NAME, "PropertyType": "String"}
    element: etree._Element = create_element("t:ExtendedFieldURI", attrs=attributes)
    return element


def _public_string(name: str) -> etree._Element:
    attributes = {"DistinguishedPropertySetId": "PublicStrings", "PropertyName": name, "PropertyType": "String"}
    element: etree._Element = create_element("t:ExtendedFieldURI", attrs=attributes)
    return element
