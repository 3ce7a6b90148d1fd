"""One function for each conference service: from what the organizer typed to the invitation that is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from agent.demo.invitations.draft import Draft, render
from agent.demo.invitations.ids import CAPITALS, LETTERS, grouped
from agent.demo.invitations.teams import teams
from agent.model.event import Invitation


class Service(StrEnum):
    """What a meeting is held with; values are the provider names of the join contract, or "none"."""

    TEAMS = "microsoft-teams"
    ZOOM = "zoom"
    WEBEX = "webex"
    MEET = "google-meet"
    SKYPE = "skype-for-business"
    NONE = "none"


def zoom(draft: Draft) -> Invitation:
    """Zoom's Outlook add-in: link with its token, passcode, one-tap and SIP lines. It sets no property."""
    ids = draft.ids()
    number, passcode = ids.digits(11), ids.digits(6)
    body = render(
        "zoom.html",
        draft,
        url=f"https://contoso.zoom.us/j/{number}?pwd={ids.text(32)}.1",
        number=number,
        meeting_id=grouped(number, 3, 4),
        passcode=passcode,
        phone=ids.phone(),
        numbers=f"https://contoso.zoom.us/u/{ids.text(10)}",
    )
    return Invitation(subject=draft.subject, location="Zoom", body=body, body_type="html")


def webex(draft: Draft) -> Invitation:
    """Webex: meeting number, two passwords (letters, and digits for phones), video address and a phone number."""
    ids = draft.ids()
    number = f"2{ids.digits(10)}"
    mtid = f"m{ids.text(32, 'abcdef0123456789')}"
    body = render(
        "webex.html",
        draft,
        url=f"https://contoso.webex.com/contoso/j.php?MTID={mtid}",
        number=number,
        meeting_id=grouped(number, 4, 3, 4),
        password=ids.text(9),
        numeric=ids.digits(8),
        phone=ids.phone(),
        callin=f"https://contoso.webex.com/contoso/globalcallin.php?MTID={mtid}",
    )
    return Invitation(subject=draft.subject, location="https://contoso.webex.com/contoso", body=body, body_type="html")


def meet(draft: Draft) -> Invitation:
    """Google Meet, sent by Google Calendar: the fenced block at the end of the description."""
    ids = draft.ids()
    code = "-".join(ids.text(length, LETTERS) for length in (3, 4, 3))
    phone = ids.phone()
    body = render(
        "meet.html",
        draft,
        code=code,
        phone=phone,
        pin=ids.digits(9),
        long_pin=ids.digits(13),
    )
    return Invitation(subject=draft.subject, body=body, body_type="html")


def skype(draft: Draft) -> Invitation:
    """Skype for Business (once Lync) on the organisation's own servers: the add-in's properties and its block."""
    ids = draft.ids()
    user, _, domain = draft.organizer.address.partition("@")
    key, conference, phone = ids.text(8, CAPITALS), ids.digits(6), ids.phone()
    url = f"https://meet.{domain}/{user}/{key}"
    body = render(
        "skype.html",
        draft,
        url=url,
        phone=phone,
        conference=conference,
        pin=f"https://dialin.{domain}",
    )
    return Invitation(
        subject=draft.subject,
        location="Skype Meeting",
        body=body,
        body_type="html",
        properties={
            "IsOnlineMeeting": True,
            "OnlineMeetingExternalLink": url,
            "OnlineMeetingConfLink": f"conf:sip:{draft.organizer.address};gruu;opaque=app:conf:focus:id:{key}",
            "ConferenceTelURI": f"tel:+1{phone},,{conference}",
        },
    )


def in_person(draft: Draft) -> Invitation:
    """Nobody joins from elsewhere: a few words and no link."""
    return Invitation(subject=draft.subject, body=render("in_person.html", draft), body_type="html")


SERVICES: Mapping[Service, Callable[[Draft], Invitation]] = MappingProxyType(
    {
        Service.TEAMS: teams,
        Service.ZOOM: zoom,
        Service.WEBEX: webex,
        Service.MEET: meet,
        Service.SKYPE: skype,
        Service.NONE: in_person,
    }
)
