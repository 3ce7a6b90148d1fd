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
