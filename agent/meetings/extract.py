"""From an invitation to how to join, or to the reason why not.

    invitation ─► candidates: every link, unwrapped and recognised by the provider table
               ─► choose: the meetings in order
               ─► blocks, details: what the text around the chosen link adds
               ─► JoinOutcome

Pure and total: no text makes it raise, every step is linear in the input.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import astuple, replace

from agent.meetings import limits
from agent.meetings.blocks import block_of
from agent.meetings.candidates import BODY, PROPERTIES, Candidate, Material, Source, read_material
from agent.meetings.characters import OBJECT, clean, plain
from agent.meetings.choose import best_link, in_body, ranked
from agent.meetings.conferences import CONFERENCES
from agent.meetings.conferences.conference import Conference
from agent.meetings.conferences.own import OwnRule, with_own
from agent.meetings.details import Block, Details, read_details
from agent.meetings.dial_in import joined
from agent.meetings.phones import decode_tel, find_phones
from agent.meetings.recognise import Recogniser
from agent.meetings.same_meeting import Group, number_of
from agent.meetings.values import number
from agent.meetings.without_link import by_address, by_printed_id
from agent.model.event import Invitation
from agent.model.join import DialIn, JoinInfo, JoinOutcome, NoJoinReason

EXTRACTOR_VERSION = "4"
"""Raised by hand whenever an invitation may give another outcome."""

_ONLINE = (
    *PROPERTIES,
    "OnlineMeetingInternalLink",
    "OnlineMeetingConfLink",
    "SkypeTeamsProperties",
    "ConferenceTelURI",
)


_LOCAL_PART = re.compile(r"[\w.*+-]{1,64}", re.ASCII)


class Extractor:
    """`agent.ports.JoinExtractor` with the table of services and the administrator's rules; made once, used for every
    invitation. `version` changes with both."""

    def __init__(self, rules: Sequence[OwnRule] = ()) -> None:
        self.rules = tuple(rules)
        self.conferences = with_own(rules, CONFERENCES)
        self.recogniser = Recogniser(self.conferences)
        self.version = EXTRACTOR_VERSION + (f"+{_digest(rules)}" if rules else "")

    def __call__(self, invitation: Invitation) -> JoinOutcome:
        return self.explain(invitation)[0]

    def explain(self, invitation: Invitation) -> tuple[JoinOutcome, Material]:
        """The outcome, and what it was made from, for reports."""
        material = read_material(invitation, self.recogniser)
        groups = ranked(material)
        infos = [self._info(group, groups, material, invitation) for group in groups[: limits.ALTERNATIVES + 1]]
        if not groups or groups[0][0].source >= Source.QUOTED:
            infos[:0] = self._without_link(material, quoted_link=bool(groups))
        infos = infos or _bridge(invitation)
        if not infos:
            return JoinOutcome(None, _reason(invitation, material)), material
        return JoinOutcome(replace(infos[0], alternatives=tuple(infos[1 : limits.ALTERNATIVES + 1])), None), material

    def _without_link(self, material: Material, *, quoted_link: bool) -> list[JoinInfo]:
        """What can be joined without a link, one or none: newer than a quoted link if it stands in the current part."""
        current, quoted = material.body[: material.quoted], material.body[material.quoted :]
        context = f"{material.subject}\n{material.location}"
        texts = (current, material.location) if quoted_link else (current, material.location, quoted, material.subject)
        for text in (end for whole in texts for end in _ends(whole)):
            found = by_printed_id(text, context, self.recogniser.words) or by_address(
                text, self.recogniser.sip_domains, phone=not quoted_link
            )
            if found is not None:
                return [found]
        return []

    def _info(self, group: Group, groups: list[Group], material: Material, invitation: Invitation) -> JoinInfo:
        meeting = best_link(group).meeting
        details = self._details(group, groups, material)
        phones = _property_phones(invitation) if _owns_properties(group, groups) else ()
        meeting_id = number_of(group) or details.meeting_id
        return JoinInfo(
            provider=meeting.conference.slug,
            provider_name=meeting.conference.name,
            url=str(meeting.url),
            meeting_id=meeting_id,
            passcode=details.passcode or meeting.passcode,
            sip=details.sip,
            sip_direct=details.sip_direct or _dialled_id(meeting_id, meeting.conference),
            h323=details.h323,
            dial_in=joined(details.dial_in, phones),
            known_host=meeting.known_host,
        )

    def _details(self, group: Group, groups: list[Group], material: Material) -> Details:
        """From the block of the meeting's link; without one in the body, from a body that is about no other meeting."""
        meeting = best_link(group).meeting
        number = number_of(group)
        anchor = in_body(group)
        if anchor is not None:
            others = [one.order for other in groups if other is not group for one in other if one.source in BODY]
            block = _block(group, anchor, others, material)
            return read_details(block, meeting.conference, number, anchor.meeting.alias, self.recogniser.sip_domains)
        text = material.body[: min(material.quoted, limits.BLOCK_AFTER)]
        printed = by_printed_id(text, "", self.recogniser.words)
        strange = printed is not None and printed.provider != meeting.conference.slug
        if strange or group[0].source is Source.SUBJECT or any(in_body(other) is not None for other in groups):
            return Details()
        return read_details(Block(text), meeting.conference, number, own=self.recogniser.sip_domains)


extract = Extractor()
"""The extractor with the built-in table."""


def _digest(rules: Sequence[OwnRule]) -> str:
    return hashlib.sha256(repr([astuple(rule) for rule in rules]).encode()).hexdigest()[:12]


def _block(group: Group, anchor: Candidate, others: list[int], material: Material) -> Block:
    whole = (0, material.quoted) if anchor.order < material.quoted else (material.quoted, len(material.body))
    own = [one.order for one in group if one.source in BODY] + [at for at, _ in material.instructions]
    framed = anchor.meeting.conference.framed
    start, end = block_of(material.body, anchor.order, own, others, framed=framed, limit=whole)
    links = (start + found.start() for found in re.finditer(OBJECT, material.body[start:end]))
    return Block(
        material.body[start:end],
        instructions=tuple(one for at, one in material.instructions if start <= at < end),
        pages=frozenset(index for index, at in enumerate(links) if at in material.pages),
    )


def _dialled_id(meeting_id: str | None, conference: Conference) -> str | None:
    """The address of the id in the domain that the administrator's rule gives; None without."""
    if not (meeting_id and conference.sip_domain and _LOCAL_PART.fullmatch(meeting_id)):
        return None
    return f"{meeting_id.lower()}@{conference.sip_domain}"


def _owns_properties(group: Group, groups: list[Group]) -> bool:
    """Whether what Outlook stores beside the link is about this meeting."""
    with_property = [one for one in groups if any(link.source is Source.PROPERTY for link in one)]
    return group[0].meeting.conference.built_in and (not with_property or group in with_property)


def _property_phones(invitation: Invitation) -> tuple[DialIn, ...]:
    """Telephone access that Outlook stores beside the link."""
    uri, toll, code = (
        plain(clean(value[: limits.FIELD])) if isinstance(value := invitation.properties.get(name), str) else ""
        for name in ("ConferenceTelURI", "OnlineMeetingTollNumber", "OnlineMeetingConferenceId")
    )
    found = [DialIn(phone.number, phone.code) for phone in find_phones(decode_tel(uri)) if phone.code]
    conference_id = number(code, 3, 20)
    if conference_id is not None:
        found += [DialIn(phone.number, conference_id) for phone in find_phones(decode_tel(toll))]
    return tuple({one.number: one for one in reversed(found)}.values())


def _ends(text: str) -> tuple[str, ...]:
    """The beginning of a text and, when it is long, its end: where people write what is no link."""
    size = limits.BLOCK_AFTER
    return (text,) if len(text) <= size else (text[:size], text[max(size, len(text) - size) :])


def _bridge(invitation: Invitation) -> list[JoinInfo]:
    """The telephone access of the properties, when nothing else can be joined; one or none."""
    phones = _property_phones(invitation)
    return [JoinInfo(provider="phone", provider_name="Phone", dial_in=phones)] if phones else []


def _reason(invitation: Invitation, material: Material) -> NoJoinReason:
    if material.opaque:
        return NoJoinReason.LINK_UNDECODABLE
    if not _says_online(invitation):
        return NoJoinReason.NOT_ONLINE
    return NoJoinReason.NO_LINK if material.body.strip() else NoJoinReason.BODY_DELETED


def _says_online(invitation: Invitation) -> bool:
    properties = invitation.properties
    if properties.get("IsOnlineMeeting") is True:
        return True
    return any(isinstance(value := properties.get(name), str) and bool(value.strip()) for name in _ONLINE)
