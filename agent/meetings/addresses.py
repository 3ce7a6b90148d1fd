"""SIP addresses and H.323 dial strings, only as printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from agent.meetings import limits, vocabulary
from agent.meetings.conferences.conference import Conference
from agent.meetings.hosts import HostIndex
from agent.meetings.labels import matcher, terms

_MAIL = re.compile(
    r"(?:(?<![\w.])(?P<scheme>(?:conf:)?sips?:))?(?<![\w.+%@\-])(?P<user>[\w.+%*\-]{1,64})@"
    r"(?P<host>[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,8}|\[?\d{1,3}(?:\.\d{1,3}){3})(?P<parameters>;[^\s<>\"]{0,400})?",
    re.IGNORECASE | re.ASCII,
)
_IP = r"(?:\d{1,3}\.){3}\d{1,3}"
_DIAL = re.compile(
    rf"(?<![\w.#\-])((?:{_IP}|[a-z0-9\-]{{1,63}}(?:\.[a-z0-9\-]{{1,63}}){{1,6}})##[\w*\-]{{1,40}}(?:#+\w{{1,20}})?)",
    re.IGNORECASE,
)
_H323 = re.compile(r"(?<![\w.])h\.?323:[ \t]*([\w.@#*+\-]{3,120})", re.IGNORECASE)
_ALONE = re.compile(rf"(?<![\w.#/@])({_IP})(?![\w.#:/@])")
_HEADING = re.compile(r"h\.?323", re.IGNORECASE)
_LABEL = matcher(term.replace("-", " ") for term in terms(vocabulary.ADDRESS))
_DIAL_WORD = matcher(terms(vocabulary.DIAL))
_MAIL_WORD = matcher(terms(vocabulary.MAIL))
_STOPS = re.compile(r"[?!@\ufffc]|\.[ \n]")
_REACH = 90

_TENANTS = "t.plcm.vc teams.bjn.vc m.webex.com onpexip.com *.onpexip.com"
"""Domains of a Teams interop service: the address in front of them is an organisation's key."""

_CONFERENCING = f"""{_TENANTS} zoomcrc.com *.zoomcrc.com *.webex.com bjn.vc meet.chime.in lifesizecloud.com
*.lifesizecloud.com *.call.sl"""

NO_DOMAINS: HostIndex[Conference] = HostIndex(())
_DOMAINS = HostIndex((pattern, True) for pattern in _CONFERENCING.split())
_TENANT = HostIndex((pattern, True) for pattern in _TENANTS.split())


@dataclass(frozen=True, slots=True)
class Address:
    """`user@host` in lower case."""

    address: str
    tenant_key: bool


def find_sip(
    text: str, room: str | None = None, tenants: Collection[str] = (), own: HostIndex[Conference] = NO_DOMAINS
) -> Iterator[Address]:
    """SIP addresses in order: with scheme, on a conferencing domain, behind a label, or of the meeting itself (`room`:
    its id or address). An ordinary mail address is none, nor a focus address (`;gruu;opaque=…`): the organiser's.

    `tenants`: further addresses that are an organisation's key. `own`: the administrator's domains."""
    lower = text.lower()
    itself = re.compile(rf"{re.escape(room.lower())}(?:[.@]|\Z)") if room else None
    for found in islice(_MAIL.finditer(text), limits.ADDRESSES):
        host = found["host"].lower().strip("[.")
        address = f"{found['user'].lower()}@{host}"
        scheme = (found["scheme"] or "").lower()
        parameters = (found["parameters"] or "").lower()
        if scheme.startswith("conf:") or "gruu" in parameters or "opaque=" in parameters:
            continue
        tenant_key = bool(_TENANT.find(host)) or address in tenants
        known = scheme or tenant_key or _DOMAINS.find(host) or own.find(host) or (itself and itself.match(address))
        if known or _labelled(lower, found.start()):
            yield Address(address, tenant_key)


def find_h323(text: str, meeting_id: str | None) -> str | None:
    """The first complete dial string, else the first bare address under an H.323 heading with the meeting id."""
    for pattern in (_DIAL, _H323):
        found = pattern.search(text)
        if found is not None:
            return found[1].rstrip(".,;")
    heading = _HEADING.search(text)
    alone = _ALONE.search(text, heading.end(), heading.end() + 400) if heading is not None else None
    return f"{alone[1]}##{meeting_id}" if alone is not None and meeting_id else None


def _labelled(lower: str, start: int) -> bool:
    """Whether the words just before, up to the line above, name SIP, a video system, a tenant key or dialling."""
    *above, line = lower[max(0, start - _REACH) : start].split("\n")
    heading = next((one for one in reversed(above[-3:]) if one.strip()), "")
    before = f"{heading}\n{line}"
    if any(before[found.end() :].strip(" \n:•*-") == "" for found in _DIAL_WORD.finditer(before)):
        return True
    labels = [found for found in _LABEL.finditer(before) if not _joined(before, found)]
    if not labels:
        return False
    end = labels[-1].end()
    return _STOPS.search(before, end) is None and _MAIL_WORD.search(before, end) is None


def _joined(text: str, found: re.Match[str]) -> bool:
    return text[found.start() - 1 : found.start()].isalpha() and text[found.start()] < "\u0e00"
