"""What happens to an invitation between its organizer and the room's mailbox."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote, urlencode

from agent.demo.invitations.ids import Ids
from agent.model.event import Invitation


class Delivery(StrEnum):
    """What happened to the invitation on its way into the room's mailbox."""

    INTACT = "intact"
    SAFE_LINKS = "safe-links"  # Microsoft Defender rewrote every link of the body
    BODY_DELETED = "body-deleted"  # Set-CalendarProcessing -DeleteComments $true


def intact(received: Invitation) -> Invitation:
    """The invitation as it was sent."""
    return received


def behind_safe_links(received: Invitation) -> Invitation:
    """Every link of the HTML body replaced by Microsoft Defender's detour. Properties are not touched by it."""
    return replace(received, body=_WEB_LINK.sub(_detour, received.body or ""))


def without_body(received: Invitation) -> Invitation:
    """What a room mailbox with DeleteComments leaves of an invitation whose link stood in the body alone."""
    return replace(received, body="", body_type="html", location=None, properties={"IsOnlineMeeting": True})


DELIVERIES: Mapping[Delivery, Callable[[Invitation], Invitation]] = MappingProxyType(
    {
        Delivery.INTACT: intact,
        Delivery.SAFE_LINKS: behind_safe_links,
        Delivery.BODY_DELETED: without_body,
    }
)

_WEB_LINK = re.compile(r'href="(https?://[^"]*)"')


def _detour(link: re.Match[str]) -> str:
    target = html.unescape(link[1])
    ids = Ids(target)
    data = f"05|02|recipient@contoso.example|{ids.text(32, '0123456789abcdef')}|{ids.guid()}|0|0|Unknown|"
    query = urlencode(
        {"url": target, "data": data, "sdata": f"{ids.text(43)}=", "reserved": "0"}, quote_via=quote, safe=""
    )
    detour = html.escape(f"https://nam02.safelinks.protection.outlook.com/?{query}")
    return f'href="{detour}" originalsrc="{link[1]}"'
