"""Named properties of an item, the same for EWS and Graph, under the names of the join case format."""

from __future__ import annotations

PUBLIC_STRINGS = (
    "SkypeTeamsMeetingUrl",
    "SkypeTeamsProperties",
    "SchedulingServiceMeetingOptionsUrl",
    "OnlineMeetingExternalLink",
    "OnlineMeetingInternalLink",
    "OnlineMeetingConfLink",
    "OnlineMeetingConferenceId",
    "OnlineMeetingTollNumber",
    "ConferenceTelURI",
    "UCOpenedConferenceID",
    "UCMeetingSetting",
    "TeamsVtcConferenceId",
    "TeamsVtcTenantId",
    "X-GOOGLE-CONFERENCE",
)
"""Named properties where calendar add-ins leave join data (exchange.md 3.7)."""

OWN_SET = "f13aceda-8239-496b-8104-29e20bd5e88c"
"""The property set of this product, a GUID that is drawn once and never changes: items of years ago carry it."""
KEY_NAME = "RoomAgentKey"
"""In that set: the key of the operation that made an item or sent a message."""
