"""Services that organisations run themselves, besides a cloud: Pexip, Cisco Meeting Server, Jitsi and others.

Their hosts cannot be listed; the path has to say enough. Source: join-providers.md 2.6, 2.7, 2.10 and 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, unquote

from agent.meetings.conferences.conference import READING, Conference, Means, Place, Role, SelfHosted
from agent.meetings.conferences.route import WORD, route
from agent.meetings.urls import Url

_ALIAS = r"[\w.@%+-]{1,200}"
_CALL = r"\d{3,15}"
_GUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_PIN_IS_PHONE = ((Means.PIN, Role.PHONE_CODE), (Means.PHONE, Role.PHONE_CODE), *READING)


def _room(url: Url, _captures: Mapping[str, str]) -> str:
    """The room path, readable; what Jitsi and 8x8 call a meeting."""
    return unquote(url.path).strip("/")


def _pexip_kiosk(url: Url, room: str) -> Url:
    """The web app, told the room's name and to join at once; an app of version 25 reads them behind its "#"."""
    wanted = {"name": room, "role": "guest", "join": "1"}
    if url.fragment is None or "?" not in url.fragment:
        return url.with_parameters(**wanted)
    path, _, query = url.fragment.partition("?")
    inner = replace(url, query=query).with_parameters(**wanted)
    return replace(url, fragment=f"{path}?{inner.query}")


def _jitsi_kiosk(url: Url, room: str) -> Url:
    """Straight into the room under its name. Source: join-providers.md 2.10."""
    name = quote(json.dumps(room, ensure_ascii=False), safe="")
    wanted = (f"userInfo.displayName={name}", "config.prejoinConfig.enabled=false")
    present = url.fragment.split("&") if url.fragment else []
    names = {one.partition("=")[0] for one in present}
    return replace(url, fragment="&".join([*present, *(one for one in wanted if one.partition("=")[0] not in names)]))


_JITSI_LEFT = ("*/static/close*.html",)

_PEXIP_ROUTES = (
    route("/webapp/conference/{alias}", alias=_ALIAS),
    route("/webapp/home?conference={alias}", alias=_ALIAS),
    route("/webapp?conference={alias}", alias=_ALIAS),
    route("/webapp/#/?conference={alias}", alias=_ALIAS + r"(?:&.*)?"),
    route("/webapp2/conference/{alias}", alias=_ALIAS),
    route("/webapp2?conference={alias}", alias=_ALIAS),
    route("/webapp3/m/{alias}", alias=_ALIAS),
    route("/webapp3/m/{alias}/express", alias=_ALIAS),
    route("/webapp3?conference={alias}", alias=_ALIAS),
)

PEXIP = Conference(
    slug="pexip",
    name="Pexip",
    places=(
        Place(
            ("pexip.me", "*.pexip.me"),
            (
                route("/meet/{alias}", alias=_ALIAS),
                route("/meet/{org}/{alias}", org=WORD, alias=_ALIAS),
                *_PEXIP_ROUTES,
            ),
        ),
        Place(("*.pexip.com", "*.onpexip.com", "onpexip.com"), _PEXIP_ROUTES),
    ),
    self_hosted=(SelfHosted(_PEXIP_ROUTES),),
    tokens=frozenset({"pin"}),
    kiosk=_pexip_kiosk,
)

CISCO_MEETING_SERVER = Conference(
    slug="cisco-meeting-server",
    name="Cisco Meeting Server",
    self_hosted=(
        SelfHosted(
            (
                route("/invited.sf?secret={key}&id={id}", id=_CALL),
                route("/?secret={key}&id={id}", id=_CALL),
                route("/index.html?id={id}&secret={key}", id=_CALL),
                route("/meeting/{id}?secret={key}", id=_CALL),
            )
        ),
    ),
    id_length=(3, 15),
    tokens=frozenset({"secret"}),
)

JITSI = Conference(
    slug="jitsi",
    name="Jitsi Meet",
    places=(
        Place(
            ("meet.jit.si", "alpha.jitsi.net", "beta.meet.jit.si"),
            (route("/{room}", room=WORD), route("/{tenant}/{room}", tenant=r"(?!static$)[\w.~%-]{1,200}", room=WORD)),
        ),
    ),
    self_hosted=(
        SelfHosted(
            (route("/{room}", room=WORD), route("/{tenant}/{room}", tenant=r"(?!static$)[\w.~%-]{1,200}", room=WORD)),
            label="jitsi",
        ),
        SelfHosted(
            (route("/{room}", room=WORD),),
            words=("jitsi", "inviting you to a meeting", "inviting you to join a meeting"),
        ),
    ),
    meeting_id=_room,
    tokens=frozenset({"jwt"}),
    reading=_PIN_IS_PHONE,
    phones_use_id=False,
    kiosk=_jitsi_kiosk,
    left=_JITSI_LEFT,
)

EIGHT_BY_EIGHT = Conference(
    slug="8x8",
    name="8x8",
    places=(Place(("8x8.vc", "*.8x8.vc"), (route("/{tenant}/{room}", tenant=WORD, room=WORD),)),),
    meeting_id=_room,
    tokens=frozenset({"jwt"}),
    reading=_PIN_IS_PHONE,
    phones_use_id=False,
    kiosk=_jitsi_kiosk,
    left=_JITSI_LEFT,
)

BIGBLUEBUTTON = Conference(
    slug="bigbluebutton",
    name="BigBlueButton",
    self_hosted=(
        SelfHosted(
            (
                route("/b/{key}", key=r"[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3}(?:-[a-z0-9]{3})?"),
                route("/rooms/{key}/join", key=r"[a-z0-9]{3}(?:-[a-z0-9]{3}){2,3}"),
                route("/rooms/{key}", key=r"[a-z0-9]{3}(?:-[a-z0-9]{3}){3}"),
            )
        ),
    ),
)

NEXTCLOUD_TALK = Conference(
    slug="nextcloud-talk",
    name="Nextcloud Talk",
    self_hosted=(
        SelfHosted(
            (
                route("/call/{key}", key=r"[a-z0-9]{6,32}"),
                route("/index.php/call/{key}", key=r"[a-z0-9]{6,32}"),
                route("/{folder}/call/{key}", folder=r"nextcloud|cloud|owncloud", key=r"[a-z0-9]{6,32}"),
                route("/{folder}/index.php/call/{key}", folder=r"[\w-]{1,40}", key=r"[a-z0-9]{6,32}"),
            )
        ),
    ),
)

OPENTALK = Conference(
    slug="opentalk",
    name="OpenTalk",
    places=(Place(("meet.opentalk.eu", "*.opentalk.eu"), (route("/room/{key}", key=_GUID),)),),
    self_hosted=(SelfHosted((route("/room/{key}", key=_GUID),), label="opentalk"),),
    tokens=frozenset({"invite"}),
)

VIDYO = Conference(
    slug="vidyo",
    name="Vidyo",
    places=(
        Place(
            ("*.vidyo.com", "*.vidyocloud.com"), (route("/join/{key}"), route("/flex.html?roomdirect.html&key={key}"))
        ),
    ),
    self_hosted=(SelfHosted((route("/join/{key}"), route("/flex.html?roomdirect.html&key={key}")), label="vidyo"),),
)

ELEMENT_CALL = Conference(
    slug="element-call",
    name="Element Call",
    places=(Place(("call.element.io", "call.element.dev"), (route("/room/#/{key}"), route("/{room}", room=WORD))),),
    self_hosted=(SelfHosted((route("/room/#/{key}", key=r"[^?]{1,200}\?(?:.*&)?(?:password|roomId)=.+"),)),),
)
