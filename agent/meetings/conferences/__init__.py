"""The provider table.

To add a service: one entry in `simple.py` when hosts and paths say all, else an entry in `hosted.py`, `self_hosted.py`
or a file of its own, and its name below; then one invitation in `tests/data/invites`. Fields: `conference.Conference`.
What its web client asks before a meeting: `web_clients/SLUG.json`, see `agent.meetings.web_clients`.
"""

from __future__ import annotations

from agent.meetings.conferences.conference import Conference
from agent.meetings.conferences.google_meet import GOOGLE_MEET
from agent.meetings.conferences.hosted import (
    AMAZON_CHIME,
    BLUEJEANS,
    GOTO,
    LIFESIZE,
    RINGCENTRAL,
    TENCENT,
    VONAGE,
    WHEREBY,
    ZOHO,
)
from agent.meetings.conferences.self_hosted import (
    BIGBLUEBUTTON,
    CISCO_MEETING_SERVER,
    EIGHT_BY_EIGHT,
    ELEMENT_CALL,
    JITSI,
    NEXTCLOUD_TALK,
    OPENTALK,
    PEXIP,
    VIDYO,
)
from agent.meetings.conferences.simple import SIMPLE
from agent.meetings.conferences.skype_for_business import SKYPE_FOR_BUSINESS
from agent.meetings.conferences.teams import TEAMS
from agent.meetings.conferences.webex import WEBEX
from agent.meetings.conferences.zoom import ZOOM

CONFERENCES: tuple[Conference, ...] = (
    TEAMS,
    ZOOM,
    WEBEX,
    GOOGLE_MEET,
    PEXIP,
    CISCO_MEETING_SERVER,
    BIGBLUEBUTTON,
    OPENTALK,
    VIDYO,
    ELEMENT_CALL,
    NEXTCLOUD_TALK,
    SKYPE_FOR_BUSINESS,
    EIGHT_BY_EIGHT,
    GOTO,
    BLUEJEANS,
    WHEREBY,
    AMAZON_CHIME,
    RINGCENTRAL,
    VONAGE,
    LIFESIZE,
    TENCENT,
    ZOHO,
    *SIMPLE,
    JITSI,
)
"""In winning order: where several self-hosted shapes fit an unknown host, the first one counts."""
