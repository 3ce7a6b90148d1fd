"""From what a person typed or pasted to the ways it could be joined, best first.

    text ─► links, printed ids, addresses: read like an invitation
         ─► one address to dial
         ─► one id: the administrator's services, then those that open a meeting by its id

The first step that finds something wins. Every link, made of an id too, is one that the recogniser accepts. Pure and
total: no text makes it raise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, zip_longest
from urllib.parse import quote

from agent.meetings import limits, urls
from agent.meetings.characters import clean
from agent.meetings.conferences.by_id import ID_FORMS
from agent.meetings.conferences.conference import Conference
from agent.meetings.conferences.own import OwnRule
from agent.meetings.details import labelled_ids
from agent.meetings.extract import Extractor, extract
from agent.meetings.links import find_links
from agent.meetings.typed_id import TypedId, TypedIds, read_ids
from agent.meetings.typed_sip import by_domain, by_typed_address
from agent.meetings.urls import Url
from agent.model.event import Invitation
from agent.model.join import JoinInfo

_BY_ID = frozenset(form.slug for form in ID_FORMS)
_ANY_LENGTH = (3, 20)


def typed_ways(text: str, extractor: Extractor = extract) -> tuple[JoinInfo, ...]:
    """At most `limits.TYPED_WAYS`, none for a text longer than `limits.TYPED`."""
    if len(text) > limits.TYPED:
        return ()
    text = clean(text).strip()
    address = by_typed_address(text, extractor)
    ways = [address] if address is not None else _read(text, extractor) or list(_by_id(text, extractor))
    return tuple({one.url or one.sip or one.h323: one for one in reversed(ways)}.values())[::-1][: limits.TYPED_WAYS]


def _read(text: str, extractor: Extractor) -> list[JoinInfo]:
    """What an invitation with this text would give, without telephones: nobody sees a room that calls."""
    alone = "/" in text and ":" not in text.partition("/")[0] and not any(map(str.isspace, text))
    for body in (text, *([f"https://{text}"] if alone else [])):
        first = extractor(Invitation(body=body, body_type="text")).join
        found = (first, *first.alternatives) if first is not None else ()
        ways = [way for one in found if (way := _opened(replace(one, alternatives=()), extractor)) is not None]
        if ways:
            return ways
    return []


def _opened(info: JoinInfo, extractor: Extractor) -> JoinInfo | None:
    """With a link, if it has none and one can be made of its id; None when nothing is left to open or dial."""
    if info.url is not None:
        return info
    if info.meeting_id is not None:
        typed = TypedId(info.meeting_id, info.passcode)
        made = next(_by_forms(typed, frozenset({info.provider}), extractor), None)
        if made is not None:
            return replace(info, url=made.url, known_host=made.known_host)
    return by_domain(info, extractor) if info.sip or info.h323 else None


def _by_id(text: str, extractor: Extractor) -> Iterator[JoinInfo]:
    """Beside a link that joins nothing an id could be of any service: then none."""
    if find_links(text).links:
        return
    own = extractor.conferences[: len(extractor.rules)]
    typed = read_ids(text, [*own, *(one for one in extractor.conferences if one.words or one.slug in _BY_ID)])
    yield from _by_rules(typed, extractor)
    for ways in zip_longest(*(list(_by_forms(one, typed.named, extractor)) for one in typed.ids)):
        yield from (way for way in ways if way is not None)


def _by_rules(typed: TypedIds, extractor: Extractor) -> Iterator[JoinInfo]:
    """The administrator's services whose path takes this id, each once."""
    for rule, service in zip(extractor.rules, extractor.conferences, strict=False):
        if rule.hosts and "{id}" in rule.path and (not typed.named or service.slug in typed.named):
            taken = (way for one in typed.ids if _takes(service, one) for way in _of_rule(rule, one, extractor))
            yield from islice(taken, 1)


def _takes(service: Conference, typed: TypedId) -> bool:
    fewest, most = service.id_length or _ANY_LENGTH
    if not typed.value.isdigit():
        return service.id_length is None and any(map(str.isdigit, typed.value))
    return fewest <= len(typed.value) <= most


def _of_rule(rule: OwnRule, typed: TypedId, extractor: Extractor) -> Iterator[JoinInfo]:
    if "{passcode}" in rule.path and not typed.passcode:
        return
    path = rule.path.replace("{id}", quote(typed.value, safe=""))
    path = path.replace("{passcode}", quote(typed.passcode or "", safe=""))
    url = urls.parse(f"https://{rule.hosts[0].lower().rstrip('.')}{path}")
    yield from _recognised([url] if url is not None else [], typed, extractor)


def _by_forms(typed: TypedId, named: frozenset[str], extractor: Extractor) -> Iterator[JoinInfo]:
    """The services of the table that open a meeting by such an id; where some are named, only those."""
    for form in ID_FORMS:
        if form.slug in named or (form.unnamed and not named):
            yield from _recognised(form.links(typed.value, typed.passcode), typed, extractor)


def _recognised(candidates: Iterable[Url], typed: TypedId, extractor: Extractor) -> Iterator[JoinInfo]:
    """The first of these links that is one to join, if any: judged like one that was printed."""
    meetings = (meeting for url in candidates if (meeting := extractor.recogniser.recognise(url, "")) is not None)
    meeting = next(meetings, None)
    if meeting is None or (typed.label is not None and not labelled_ids([typed.label], meeting.conference)):
        return
    yield JoinInfo(
        provider=meeting.conference.slug,
        provider_name=meeting.conference.name,
        url=str(meeting.url),
        meeting_id=meeting.meeting_id or typed.value,
        passcode=typed.passcode or meeting.passcode,
        known_host=meeting.known_host,
    )
