"""An address to dial that a person typed, and whose it is by its domain."""

from __future__ import annotations

import re
from dataclasses import replace

from agent.meetings.addresses import find_sip
from agent.meetings.extract import Extractor
from agent.meetings.hosts import HostIndex
from agent.model.join import JoinInfo

_WHOLE = re.compile(
    r"(?:sips?:)?(?P<target>[\w.+%*\-]{1,64}@[\w.\-]{3,255})(?P<rest>(?::[0-9]{1,5})?(?:[;?][^\s<>\"]{0,400})?)",
    re.IGNORECASE | re.ASCII,
)
_NAME = "SIP"

_DOMAINS = """
zoom zoomcrc.com
zoom *.zoomcrc.com
microsoft-teams m.webex.com
microsoft-teams t.plcm.vc
microsoft-teams teams.bjn.vc
webex webex.com
webex *.webex.com
bluejeans bjn.vc
amazon-chime meet.chime.in
lifesize lifesizecloud.com
lifesize *.lifesizecloud.com
starleaf *.call.sl
"""
_SERVICES = HostIndex((line.split()[1], line.split()[0]) for line in _DOMAINS.strip().splitlines())
"""Whose a domain is. Source: join-providers.md 2 and 3; those of interop services lead into Teams meetings."""


def by_typed_address(text: str, extractor: Extractor) -> JoinInfo | None:
    """`name@host` or `sip:name@host` and nothing more; an organiser's focus address (`;gruu`) is none."""
    found = _WHOLE.fullmatch(text)
    if found is None or "xn--" in text.lower():
        return None
    target = found["target"].lower().rstrip(".")
    parameters = found["rest"].partition(";")
    address = next(find_sip(f"sip:{target}{''.join(parameters[1:])}"), None)
    if address is None or address.address != target:
        return None
    return by_domain(JoinInfo(provider="sip", provider_name=_NAME, sip=address.address), extractor)


def by_domain(info: JoinInfo, extractor: Extractor) -> JoinInfo:
    """A way without link, known by the domain of its address: to nobody else is `known_host` granted."""
    domain = (info.sip or "").rpartition("@")[2]
    own = extractor.recogniser.sip_domains.find(domain)
    slugs = [one.slug for one in own] or _SERVICES.find(domain)
    service = own[0] if own else next((one for one in extractor.conferences if one.slug in slugs[:1]), None)
    if service is None:
        return replace(info, known_host=False)
    if info.provider != "sip":
        return replace(info, known_host=service.slug == info.provider)
    return replace(info, provider=service.slug, provider_name=service.name)
