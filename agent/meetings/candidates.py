"""Everything in an invitation that could be joined: one candidate per link, with where it came from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from agent.meetings import limits, urls
from agent.meetings.budget import affordable, of_text
from agent.meetings.characters import OBJECT, clean, plain, unescape
from agent.meetings.interop import Instructions, read_instructions
from agent.meetings.links import LinkedText, find_links
from agent.meetings.markup import is_markup, read_markup
from agent.meetings.quoted_printable import repair
from agent.meetings.quoting import is_quoted_line, quoted_from
from agent.meetings.recognise import Meeting, Recogniser
from agent.meetings.wrappers import Unwrapped, unwrap
from agent.model.event import Invitation

PROPERTIES = ("SkypeTeamsMeetingUrl", "JoinOnlineMeetingUrl", "OnlineMeetingExternalLink", "X-GOOGLE-CONFERENCE")
"""Properties that hold a join link, in order of trust. Sender-controlled: read like text."""


class Source(IntEnum):
    """Where a link was found."""

    LOCATION = 0
    PROPERTY = 1
    CURRENT = 2
    QUOTED = 3
    SUBJECT = 4


BODY = (Source.CURRENT, Source.QUOTED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`order`: index of the property, else the offset in the text the link was found in."""

    meeting: Meeting
    source: Source
    order: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A link that is none to join. `reason`: refused (no address we would open), opaque (wrapper `detail`), unknown;
    `known_host`: a page of a service, such as a recording; `instructions`: it tells video systems how to dial."""

    target: str
    source: Source
    reason: str
    detail: str | None = None
    known_host: bool = False
    instructions: Instructions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """An invitation, read. `body` is plain text in which `OBJECT` stands for every link; `quoted` is the offset where
    its older part begins. `opaque`: a link that may lead to a meeting could not be decoded. `instructions`: pages for
    video systems, with the offsets of their links. `pages`: offsets of links to services that join nothing."""

    subject: str
    location: str
    body: str
    quoted: int
    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...] = ()
    opaque: bool = False
    instructions: tuple[tuple[int, Instructions], ...] = ()
    pages: frozenset[int] = frozenset()


def read_material(invitation: Invitation, recogniser: Recogniser) -> Material:
    """Read all parts of the invitation. Total and linear."""
    body = _body(invitation.body or "")
    location = _field(invitation.location)
    subject = _field(invitation.subject)
    text = plain(body.text)
    offsets = [found.start() for found in re.finditer(OBJECT, text)]
    quoted = quoted_from(text)
    collector = _Collector(recogniser)
    collector.add(location, Source.LOCATION)
    for order, name in enumerate(PROPERTIES):
        value = invitation.properties.get(name)
        if isinstance(value, str):
            for link in _field(value).links[:4]:
                collector.take(link.target, Source.PROPERTY, order, subject.text)
    for offset, link in zip(offsets, body.links, strict=True):
        old = offset >= quoted or is_quoted_line(text, offset)
        around = text[max(0, offset - limits.AROUND) : offset + limits.AROUND]
        collector.take(link.target, Source.QUOTED if old else Source.CURRENT, offset, around)
    collector.add(subject, Source.SUBJECT)
    return Material(
        subject=plain(subject.text),
        location=plain(location.text),
        body=text,
        quoted=quoted,
        candidates=tuple(collector.candidates),
        rejected=tuple(collector.rejected[: limits.REPORTED]),
        opaque=collector.opaque,
        instructions=tuple(collector.instructions),
        pages=frozenset(collector.pages),
    )


def _body(source: str) -> LinkedText:
    source = clean(source[: limits.BODY])
    markup = is_markup(source)
    source = repair(source, markup=markup)
    text, anchored = read_markup(source) if markup else (source, [])
    return find_links(*_shortened(text, anchored))


def _shortened(text: str, anchored: list[str]) -> tuple[str, list[str]]:
    """What is read of a visible text, decoded, with the addresses of its anchors."""
    head, tail = affordable(text, of_text, limits.TEXT, " \n")
    if head == tail:
        return unescape(text), anchored
    first, last = text[:head], text[tail:]
    behind = last.count(OBJECT)
    kept = anchored[: first.count(OBJECT)] + (anchored[-behind:] if behind else [])
    return unescape(first + last), kept


def _field(value: str | None) -> LinkedText:
    return find_links(unescape(clean((value or "")[: limits.FIELD])))


@dataclass(slots=True)
class _Collector:
    recogniser: Recogniser
    candidates: list[Candidate] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    opaque: bool = False
    instructions: list[tuple[int, Instructions]] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    _seen: dict[str, Meeting | Rejected] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def add(self, text: LinkedText, source: Source) -> None:
        for link in text.links:
            self.take(link.target, source, link.offset, text.text)

    def take(self, target: str, source: Source, order: int, around: str) -> None:
        result = self._seen.get(target)
        if result is None:
            if len(self._seen) == limits.TARGETS:
                return
            result = self._judge(target, source, around)
            self._seen[target] = result
        if isinstance(result, Rejected):
            self._reject(result, source, order)
        elif self._has_room(result.identity):
            self.candidates.append(Candidate(result, source, order))

    def _reject(self, link: Rejected, source: Source, order: int) -> None:
        if len(self.rejected) < limits.REPORTED:
            self.rejected.append(link)
        if source in BODY and len(self.pages) < limits.TARGETS:
            if link.known_host:
                self.pages.add(order)
            if link.instructions is not None:
                self.instructions.append((order, link.instructions))

    def _has_room(self, identity: str) -> bool:
        if identity not in self._counts and len(self._counts) == limits.MEETINGS:
            return False
        self._counts[identity] += 1
        return self._counts[identity] <= limits.LINKS

    def _judge(self, target: str, source: Source, around: str) -> Meeting | Rejected:
        url = urls.parse(target)
        if url is None:
            return Rejected(target, source, "refused")
        inner = unwrap(url)
        if inner.opaque is not None:
            self.opaque = self.opaque or self._may_be_meeting(inner)
            return Rejected(target, source, "opaque", inner.opaque)
        if inner.url is None:
            return Rejected(target, source, "refused")
        meeting = self.recogniser.recognise(inner.url, around)
        if meeting is not None:
            return meeting
        known = self.recogniser.knows(inner.url.host)
        return Rejected(target, source, "unknown", known_host=known, instructions=read_instructions(inner.url))

    def _may_be_meeting(self, wrapped: Unwrapped) -> bool:
        """A wrapper that discloses a host of no service hides no meeting."""
        host = (wrapped.opaque_host or "").lower()
        return not host or self.recogniser.knows(host)


def by_identity(candidates: tuple[Candidate, ...]) -> Iterator[list[Candidate]]:
    """Candidates of one meeting together, in the order in which the meetings first appear."""
    groups: dict[str, list[Candidate]] = {}
    for one in candidates:
        groups.setdefault(one.meeting.identity, []).append(one)
    yield from groups.values()
