"""Hosted services with some rules of their own for ids and codes. Source: join-providers.md 2.8, 2.9 and 3."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from agent.meetings.conferences.conference import READING, Conference, Means, Place, Role
from agent.meetings.conferences.route import DIGITS, WORD, other_than, route
from agent.meetings.urls import Url

_ACCESS_IS_ID = ((Means.MEETING, Role.MEETING_ID), (Means.ACCESS, Role.MEETING_ID), *READING[1:])
_KEY = r"[\w.~-]{4,400}"


def _room(url: Url, _captures: Mapping[str, str]) -> str:
    return unquote(url.path).strip("/")


def _whereby_kiosk(url: Url, room: str) -> Url:
    return url.with_parameters(displayName=room)


GOTO = Conference(
    slug="goto",
    name="GoTo",
    places=(
        Place(
            ("meet.goto.com", "meet.gotomeeting.com", "gotomeet.me", "www.gotomeet.me", "gotomeet.at"),
            (
                route("/{id}", id=r"\d{9}"),
                route(
                    "/{room}",
                    room=other_than("install", "download", "help", "support", "login", "register", "test", "new"),
                ),
            ),
        ),
        Place(
            ("global.gotomeeting.com", "*.gotomeeting.com", "app.goto.com", "app.gotomeeting.com"),
            (
                route("/join/{id}", id=r"\d{9}"),
                route("/meeting/{id}", id=r"\d{9}"),
                route("/meet/{name}", name=WORD),
                route("/?meetingId={id}", id=r"\d{9}"),
            ),
        ),
        Place(
            ("attendee.gotowebinar.com", "global.gotowebinar.com", "*.gotowebinar.com"),
            (route("/join/{key}/..."), route("/join/{key}")),
        ),
    ),
    id_length=(9, 9),
    reading=_ACCESS_IS_ID,
    words=("gotomeeting", "goto meeting", "goto"),
)

BLUEJEANS = Conference(
    slug="bluejeans",
    name="BlueJeans",
    places=(
        Place(
            ("bluejeans.com", "*.bluejeans.com"),
            (
                route("/{id}", id=r"(?!111$)\d{3,18}"),
                route("/{id}/{passcode}", id=r"(?!111$)\d{3,18}", passcode=r"\d{4,8}"),
                route("/{id}.{passcode}", id=r"\d{3,18}", passcode=r"\d{4,8}"),
                route("/{id}/webrtc", id=r"(?!111$)\d{3,18}"),
                route("/{id}/{passcode}/webrtc", id=r"(?!111$)\d{3,18}", passcode=r"\d{4,8}"),
            ),
        ),
    ),
    id_length=(3, 18),
    words=("bluejeans",),
)

WHEREBY = Conference(
    slug="whereby",
    name="Whereby",
    places=(
        Place(
            ("whereby.com", "*.whereby.com"),
            (
                route(
                    "/{room}",
                    room=other_than(
                        "information", "blog", "user", "pricing", "sitemap", "org", "download", "login", "signup"
                    ),
                ),
            ),
        ),
    ),
    meeting_id=_room,
    tokens=frozenset({"roomkey"}),
    kiosk=_whereby_kiosk,
)

AMAZON_CHIME = Conference(
    slug="amazon-chime",
    name="Amazon Chime",
    places=(
        Place(
            ("chime.aws", "app.chime.aws"),
            (
                route("/{id}", id=r"\d{10,13}"),
                route("/meetings/{id}", id=r"\d{10,13}"),
                route("/{name}", name=other_than("dialinnumbers", "download", "check", "portal", "signin")),
            ),
        ),
    ),
    id_length=(10, 13),
    reading=((Means.PIN, Role.MEETING_ID), *READING),
    words=("chime",),
)

RINGCENTRAL = Conference(
    slug="ringcentral",
    name="RingCentral",
    places=(
        Place(
            ("v.ringcentral.com", "video.ringcentral.com", "meetings.ringcentral.com"),
            (
                route("/join/{id}", id=r"\d{9,15}"),
                route("/join/{name}", name=WORD),
                route("/j/{id}", id=r"\d{9,15}"),
                route("/conf/on/{id}", id=r"\d{9,15}"),
                route("/conf/on/{name}", name=WORD),
            ),
        ),
    ),
    id_length=(9, 15),
    reading=_ACCESS_IS_ID,
    words=("ringcentral",),
)

VONAGE = Conference(
    slug="vonage",
    name="Vonage",
    places=(
        Place(
            ("meetings.vonage.com", "freeconferencing.vonage.com"),
            (route("/{id}", id=r"\d{9}"), route("/?room_token={id}", id=r"\d{9}"), route("/?room_token={key}")),
        ),
    ),
    id_length=(9, 9),
)

LIFESIZE = Conference(
    slug="lifesize",
    name="Lifesize",
    places=(
        Place(
            ("call.lifesizecloud.com",),
            (
                route("/{id}", id=DIGITS),
                route("/{id}/{passcode}", id=DIGITS, passcode=r"\d{3,10}"),
                route("/otherways/{id}", id=DIGITS),
            ),
        ),
    ),
    id_length=(3, 12),
)

TENCENT = Conference(
    slug="tencent-meeting",
    name="Tencent Meeting",
    places=(
        Place(
            ("meeting.tencent.com", "voovmeeting.com", "www.voovmeeting.com", "*.voovmeeting.com"),
            (
                route("/dm/{key}", key=_KEY),
                route("/dw/{key}", key=_KEY),
                route("/p/{id}", id=r"\d{9,10}"),
                route("/p/{key}", key=_KEY),
                route("/s/{key}", key=_KEY),
                route("/l/{key}", key=_KEY),
            ),
        ),
    ),
    id_length=(9, 10),
    words=("腾讯会议", "tencent meeting", "voov"),
)

_ZOHO = ("com", "eu", "in", "com.au", "com.cn", "jp", "ca", "sa", "uk", "ae")
ZOHO = Conference(
    slug="zoho",
    name="Zoho Meeting",
    places=(
        Place(
            tuple(f"{name}.zoho.{ending}" for name in ("meeting", "meet") for ending in _ZOHO),
            (
                route("/join?key={id}", id=DIGITS),
                route("/meeting/join?key={id}", id=DIGITS),
                route("/meeting/public/videoprv?key={id}", id=DIGITS),
                route("/{code}", code=r"(?=.*[\d-])[\w-]{6,40}"),
            ),
        ),
        Place(tuple(f"cliq.zoho.{ending}" for ending in _ZOHO), (route("/meetings/{key}", key=_KEY),)),
    ),
    id_length=(8, 12),
)
