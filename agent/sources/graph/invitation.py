"""A Graph event's invitation under the names that EWS has for the same properties, so that both are joined alike.

Sources: onlineMeetingInfo and singleValueLegacyExtendedProperty of the Graph reference; exchange.md 5.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agent.model.event import Invitation
from agent.sources.graph.fields import Json, inner, text
from agent.sources.property_names import PUBLIC_STRINGS
from agent.sources.texts import MAX_BODY, MAX_LOCATION, MAX_PROPERTY, MAX_SUBJECT, clean, line

PROPERTY_SET = "00020329-0000-0000-c000-000000000046"
"""PS_PUBLIC_STRINGS; Graph answers in lower case whatever was asked."""

_PROPERTIES = 64
"""Extended properties of one event that are looked at."""

_NAMES = {name.lower(): name for name in PUBLIC_STRINGS}


def invitation_of(event: Json) -> Invitation:
    """The invitation in an event as Graph gave it. What is absent, null or of another type than documented is missing;
    `onlineMeeting` counts before an extended property of the same meaning."""
    body = inner(event, "body")
    content = text(body, "content")
    return Invitation(
        subject=line(text(event, "subject"), MAX_SUBJECT),
        location=line(" ".join(_places(event)), MAX_LOCATION),
        body=None if content is None else clean(content, MAX_BODY),
        body_type="html" if (text(body, "contentType") or "").lower() == "html" else "text",
        properties={**dict(_extended(event)), **dict(_online(event))},
    )


def _places(event: Json) -> Iterator[str]:
    """Name and address of the location; `locations` repeats the first one."""
    place = inner(event, "location")
    shown = text(place, "displayName")
    address = text(place, "locationUri")
    yield shown or ""
    if address and address not in (shown or ""):
        yield address


def _online(event: Json) -> Iterator[tuple[str, str | bool]]:
    if isinstance(flag := event.get("isOnlineMeeting"), bool):
        yield "IsOnlineMeeting", flag
    meeting = inner(event, "onlineMeeting")
    named = {
        "JoinOnlineMeetingUrl": text(meeting, "joinUrl") or text(event, "onlineMeetingUrl"),
        "OnlineMeetingConferenceId": text(meeting, "conferenceId"),
        "OnlineMeetingTollNumber": text(meeting, "tollNumber"),
        "ConferenceTelURI": text(meeting, "quickDial"),
    }
    for name, value in named.items():
        if value:
            yield name, clean(value, MAX_PROPERTY)


def _extended(event: Json) -> Iterator[tuple[str, str]]:
    """Ids look like `String {GUID} Name SkypeTeamsMeetingUrl`."""
    several = event.get("singleValueExtendedProperties")
    for one in several[:_PROPERTIES] if isinstance(several, list) else []:
        value = text(one, "value") if isinstance(one, Mapping) else None
        words = (text(one, "id") or "").split() if value else []
        if value and len(words) == 4 and words[1].strip("{}").lower() == PROPERTY_SET:
            name = _NAMES.get(words[3].lower())
            if name is not None:
                yield name, clean(value, MAX_PROPERTY)
