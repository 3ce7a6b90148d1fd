"""Cisco Webex. Source: join-providers.md 2.4."""

from __future__ import annotations

from collections.abc import Mapping

from agent.meetings.conferences.conference import READING, Conference, Means, Place, Role
from agent.meetings.conferences.route import WORD, route
from agent.meetings.urls import Url

_KEY = r"m?[0-9a-f]{16,64}"
_PERSONAL_NUMBER = r"pr\d{8,12}"


def _meeting_id(_url: Url, captures: Mapping[str, str]) -> str | None:
    """The number of `/meet/pr<number>`; a room's name is not one."""
    number = captures.get("number")
    return number.lower().removeprefix("pr") if number else None


def _identity(url: Url) -> str | None:
    """The key that all links of one scheduled meeting carry."""
    key = url.parameter("mtid")
    return key.lower() if key else None


def _kiosk(url: Url, _room: str) -> Url:
    """Without the wish for the app. Source: join-providers.md 8."""
    return url.without_parameters("launchapp")


WEBEX = Conference(
    slug="webex",
    name="Webex",
    places=(
        Place(
            ("webex.com", "*.webex.com", "webexgov.us", "*.webexgov.us"),
            (
                route("/{site}/j.php?MTID={key}"),
                route("/{site}/g.php?MTID={key}"),
                route("/{site}/e.php?MTID={key}"),
                route("/meet/{number}", number=_PERSONAL_NUMBER),
                route("/meet/{name}", name=WORD),
                route("/join/{name}", name=WORD),
                route("/wbxmjs/joinservice/sites/{site}/meeting/download/{key}", key=_KEY),
                route("/webappng/sites/{site}/meeting/download/{key}", key=_KEY),
                route("/webappng/sites/{site}/meeting/info/{key}", key=_KEY),
            ),
        ),
    ),
    identity=_identity,
    meeting_id=_meeting_id,
    id_length=(8, 12),
    reading=((Means.MEETING, Role.MEETING_ID), (Means.ACCESS, Role.MEETING_ID), *READING[1:]),
    words=("webex",),
    kiosk=_kiosk,
    left=("*.webex.com/webappng/sites/*/dashboard*",),
)
