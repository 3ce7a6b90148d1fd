"""Zoom, ZoomGov and Zoom X. Source: join-providers.md 2.3."""

from __future__ import annotations

from agent.meetings import urls
from agent.meetings.conferences.conference import Conference, Place
from agent.meetings.conferences.route import WORD, route
from agent.meetings.urls import Url

_ID = r"\d{9,11}"
_DOMAINS = ("zoom.us", "zoom.com", "zoomgov.com", "zoom.com.cn", "zoom-x.de")


def _rewrite(url: Url) -> Url | None:
    """`zoommtg://HOST/join?confno=ID&pwd=P` to the web link of the same host."""
    number = url.parameter("confno")
    if url.scheme != "zoommtg" or number is None:
        return None
    raw = next((pair for pair in (url.query or "").split("&") if pair.lower().startswith("pwd=")), None)
    return urls.parse(f"https://{url.host}/j/{number}" + (f"?{raw}" if raw else ""))


def _kiosk(url: Url, _room: str) -> Url:
    """The web client, which asks for no app, with the token alone; personal and registrants' links stay as they are.
    Source: join-providers.md 2.3 and 8."""
    number = next((found["id"] for one in _BY_NUMBER if (found := one.match(url)) is not None), None)
    if number is None:
        return url
    token = next((pair for pair in (url.query or "").split("&") if pair.lower().startswith("pwd=")), None)
    host = "app.zoom.us" if f".{url.host}".endswith((".zoom.us", ".zoom.com")) else url.host
    return Url(scheme="https", host=host, path=f"/wc/join/{number}", query=token)


_BY_NUMBER = (route("/j/{id}", id=_ID), route("/join?confno={id}", id=_ID), route("/wc/{id}/join", id=_ID))

ZOOM = Conference(
    slug="zoom",
    name="Zoom",
    places=(
        Place(
            tuple(pattern for domain in _DOMAINS for pattern in (domain, f"*.{domain}")),
            (
                route("/j/{id}", id=_ID),
                route("/s/{id}", id=_ID),
                route("/w/{id}", id=_ID),
                route("/my/{name}", name=WORD),
                route("/wc/join/{id}", id=_ID),
                route("/wc/{id}/join", id=_ID),
                route("/wc/{id}/start", id=_ID),
                route("/join?confno={id}", id=_ID),
            ),
        ),
    ),
    rewrite=_rewrite,
    schemes=("zoommtg",),
    id_length=(9, 11),
    words=("zoom",),
    kiosk=_kiosk,
    left=("*/wc/leave*", "*/postattendee*", "app.zoom.us/wc", "app.zoom.us/wc/"),
)
