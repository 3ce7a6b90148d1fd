"""Invitations without a link: a printed id of a named service, a SIP address, an H.323 dial string, a phone bridge."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from agent.meetings.conferences.conference import Conference
from agent.meetings.details import Block, Details, labelled_ids, read_details
from agent.meetings.hosts import HostIndex
from agent.meetings.labels import read_labels
from agent.model.join import JoinInfo

_NAMES = {"sip": "SIP", "h323": "H.323", "phone": "Phone"}
_FAR = 1_500


def by_printed_id(text: str, context: str, services: Iterable[Conference]) -> JoinInfo | None:
    """A labelled id of plausible length with the service's name close by, or in `context` (subject and location).
    `text` is of bounded length, as for `by_address`."""
    labels = list(read_labels(text))
    lower, around = text.lower(), context.lower()
    best: tuple[int, Conference] | None = None
    for service in services:
        if not any(word in lower or word in around for word in service.words):
            continue
        for start in labelled_ids(labels, service)[:20]:
            distance = _distance(lower, start, service.words, around)
            if distance is not None and (best is None or distance < best[0]):
                best = (distance, service)
    if best is None:
        return None
    service = best[1]
    details = read_details(Block(text), service, None)
    return _info(service.slug, service.name, details) if details.meeting_id else None


def by_address(text: str, own: HostIndex[Conference], *, phone: bool) -> JoinInfo | None:
    """A SIP address, an H.323 dial string, or with `phone` a number that has a code. `own`: the administrator's SIP
    domains, whose addresses are known by their service."""
    details = read_details(Block(text), None, None, own=own)
    slug = "sip" if details.sip else "h323" if details.h323 else "phone" if phone and details.dial_in else None
    if slug is None:
        return None
    services = own.find(details.sip.rpartition("@")[2]) if details.sip else []
    name = _NAMES[slug]
    slug, name = (services[0].slug, services[0].name) if services else (slug, name)
    return _info(slug, name, replace(details, meeting_id=None, passcode=None if slug == "phone" else details.passcode))


def _distance(text: str, start: int, words: tuple[str, ...], context: str) -> int | None:
    """How far before the label the service is named; a name in the context, or just behind, is farther than any."""
    near = text[max(0, start - _FAR) : start + 60]
    ends = [found.end() for word in words for found in re.finditer(rf"(?<![a-z]){re.escape(word)}(?![a-z])", near)]
    at = min(start, _FAR)
    before = [at - end for end in ends if end <= at]
    if before:
        return min(before)
    if ends:
        return _FAR + min(ends)
    return 2 * _FAR if any(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", context) for word in words) else None


def _info(slug: str, name: str, details: Details) -> JoinInfo:
    return JoinInfo(
        provider=slug,
        provider_name=name,
        meeting_id=details.meeting_id,
        passcode=details.passcode,
        sip=details.sip,
        sip_direct=details.sip_direct,
        h323=details.h323,
        dial_in=details.dial_in,
    )
