"""Google Meet. Source: join-providers.md 2.5."""

from __future__ import annotations

from collections.abc import Mapping

from agent.meetings.conferences.conference import Conference, Means, Place, Role
from agent.meetings.conferences.route import WORD, route
from agent.meetings.urls import Url

_CODE = r"[a-z]{3}-[a-z]{4}-[a-z]{3}"


def _meeting_id(_url: Url, captures: Mapping[str, str]) -> str | None:
    code = captures.get("id")
    return code.lower() if code else None


GOOGLE_MEET = Conference(
    slug="google-meet",
    name="Google Meet",
    places=(
        Place(
            ("meet.google.com",),
            (
                route("/{id}", id=_CODE),
                route("/_meet/{id}", id=_CODE),
                route("/lookup/{name}", name=WORD),
            ),
        ),
        Place(("stream.meet.google.com",), (route("/stream/{key}", key=WORD),)),
    ),
    meeting_id=_meeting_id,
    reading=((Means.PIN, Role.PHONE_CODE), (Means.PHONE, Role.PHONE_CODE)),
    phones_use_id=False,
    left=("meet.google.com/landing*", "meet.google.com", "meet.google.com/"),
)
