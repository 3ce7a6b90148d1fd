"""Microsoft Teams: work, school, government clouds, consumer. Source: join-providers.md 2.1."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from agent.meetings import urls
from agent.meetings.conferences.conference import Conference, Means, Place, Reading, Role
from agent.meetings.conferences.route import route
from agent.meetings.urls import Url

MICROSOFT_READING: Reading = (
    (Means.PHONE, Role.PHONE_CODE),
    (Means.MEETING, Role.MEETING_ID),
    (Means.PASSCODE, Role.PASSCODE),
)

_HOSTS = (
    "teams.microsoft.com",
    "gov.teams.microsoft.com",
    "teams.microsoft.us",
    "gov.teams.microsoft.us",
    "dod.teams.microsoft.us",
    "teams.cloud.microsoft",
    "teams.microsoftonline.cn",
)
_SHORT = r"\d{9,15}"
_THREAD = re.compile(r"19[:_](?:[a-z]{2,8}[:_])?meeting_([\w-]{10,100})", re.IGNORECASE)
_LAUNCHER = "/dl/launcher/launcher.html"


def _rewrite(url: Url) -> Url | None:
    """Launcher pages and `msteams:` links to the link they open."""
    if url.scheme == "msteams":
        return replace(url, scheme="https", host=url.host or "teams.microsoft.com")
    target = url.parameter("url") if url.path.lower() == _LAUNCHER else None
    if target is None:
        return None
    path = target.removeprefix("/_#")
    return urls.parse(f"https://{url.host}{path}") if path.startswith("/") else None


def _identity(url: Url) -> str | None:
    """The thread, which all long forms of a link carry."""
    thread = _THREAD.search(unquote(unquote(str(url))))
    return thread[1].lower() if thread else None


TEAMS = Conference(
    slug="microsoft-teams",
    name="Microsoft Teams",
    places=(
        Place(
            _HOSTS,
            (
                route("/l/meetup-join/{thread}/..."),
                route("/l/meetup-join/{thread}"),
                route("/meet/{id}", id=_SHORT),
                route("/light-meetings/launch?coords={coords}"),
                route("/_#/l/meetup-join/{thread}"),
                route("/_#/meet/{thread}"),
                route("/v2?meetingjoin=true#/l/meetup-join/{thread}"),
                route("/v2?meetingjoin=true#/meet/{thread}"),
            ),
        ),
        Place(("teams.live.com",), (route("/meet/{id}", id=_SHORT), route("/l/meetup-join/{thread}/..."))),
    ),
    rewrite=_rewrite,
    schemes=("msteams",),
    identity=_identity,
    id_length=(9, 15),
    reading=MICROSOFT_READING,
    phones_use_id=False,
    words=("teams",),
    framed=True,
    built_in=True,
    two_links=True,
    tokens=frozenset({"p", "context"}),
)
