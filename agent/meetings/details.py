"""What the text around a meeting's link says about it: id, passcode, numbers, addresses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from agent.meetings import values
from agent.meetings.addresses import NO_DOMAINS, Address, find_h323, find_sip
from agent.meetings.characters import OBJECT
from agent.meetings.conferences.conference import Conference, Means, Role
from agent.meetings.dial_in import read_dial_in
from agent.meetings.fields import Filled, by_structure, fill_roles, phone_code_by_structure
from agent.meetings.hosts import HostIndex
from agent.meetings.interop import Instructions
from agent.meetings.labels import Labelled, read_labels
from agent.meetings.phones import decode_tel
from agent.model.join import DialIn

_BEHIND = 100
"""Characters behind a recording's link within which a passcode is the recording's."""

_PAGES = 4
"""Instruction pages of one block that are looked at."""


@dataclass(frozen=True, slots=True)
class Block:
    """The text about one meeting. `instructions`: pages for video systems that are linked in it; `pages`: which of its
    links, counted from 0, join nothing, such as recordings."""

    text: str
    instructions: tuple[Instructions, ...] = ()
    pages: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Details:
    """Fields as the case format wants them; None or empty where nothing was printed."""

    meeting_id: str | None = None
    passcode: str | None = None
    sip: str | None = None
    sip_direct: str | None = None
    h323: str | None = None
    dial_in: tuple[DialIn, ...] = ()


def read_details(
    block: Block,
    conference: Conference | None,
    known_id: str | None,
    alias: str | None = None,
    own: HostIndex[Conference] = NO_DOMAINS,
) -> Details:
    """Read one meeting's block. `known_id` is the id its link carries: a block that prints another one is about another
    meeting. `alias`: the address its link carries, which is a SIP address when printed in the text. `own`: the
    administrator's SIP domains."""
    text, instructions = decode_tel(block.text), block.instructions
    labels = list(read_labels(text))
    found = fill_roles(labels, conference)
    ids = [one.text for one in found if one.role is Role.MEETING_ID]
    if known_id is not None and known_id.isdigit() and ids and known_id not in ids:
        return Details()
    meeting_id = known_id or (ids[0] if ids else None)
    found = _not_of_pages(_about(meeting_id, found), text, block.pages)
    passcode = _best_passcode([one.text for one in found if one.role is Role.PASSCODE])
    if passcode is None and conference is not None and conference.id_length is not None:
        video_ids = {one.video_id for one in instructions}
        structure = by_structure(text, labels, conference, meeting_id, video_ids)
        meeting_id, passcode = meeting_id or structure.meeting_id, structure.passcode
    codes = [one for one in found if one.role is Role.PHONE_CODE or (conference is None and one.text.isdigit())]
    unlabelled = [] if codes or conference is None or conference.phones_use_id else phone_code_by_structure(text)
    room = alias or (meeting_id if meeting_id is not None and meeting_id.isdigit() else None)
    tenants = {address for one in instructions[:_PAGES] for address in one.addresses(text)}
    printed = list(find_sip(text, room, tenants, own))
    sip = _sip(printed, prefer_tenant=conference is not None and conference.built_in)
    return Details(
        meeting_id=meeting_id,
        passcode=passcode,
        sip=sip.address if sip is not None else None,
        sip_direct=_direct(sip, labels, instructions) if sip is not None and sip.tenant_key else None,
        h323=find_h323(text, meeting_id),
        dial_in=read_dial_in(
            text,
            codes or unlabelled,
            [one for one in found if one.role is Role.MEETING_ID],
            meeting_id if conference is not None and conference.phones_use_id else None,
            announced=any(one.role is Role.PHONE_CODE for one in (*found, *unlabelled)) or any(map(_is_access, labels)),
        ),
    )


def _is_access(label: Labelled) -> bool:
    return Means.ACCESS in label.means and Means.PASSCODE not in label.means


def labelled_ids(labels: list[Labelled], conference: Conference) -> list[int]:
    """Where ids of this service are printed behind a label."""
    return [one.start for one in fill_roles(labels, conference) if one.role is Role.MEETING_ID]


def _about(mine: str | None, found: list[Filled]) -> list[Filled]:
    """Only this meeting's values, when ids of several are printed: each id opens a section up to the next other id."""
    if mine is None or not mine.isdigit():
        return found
    kept: list[Filled] = []
    open_ = True
    for one in found:
        if one.role is Role.MEETING_ID:
            open_ = one.text == mine
        if open_:
            kept.append(one)
    return kept


def _not_of_pages(found: list[Filled], text: str, pages: frozenset[int]) -> list[Filled]:
    """Without passcodes that stand right behind the link of a page, nothing of the meeting between: a recording's."""
    if not pages:
        return found
    links = [one.start() for one in re.finditer(OBJECT, text)]
    kept: list[Filled] = []
    for at, one in enumerate(found):
        link = bisect_left(links, one.start) - 1
        since = max(found[at - 1].start if at else -1, one.start - _BEHIND)
        if one.role is not Role.PASSCODE or link not in pages or links[link] < since:
            kept.append(one)
    return kept


def _best_passcode(printed: list[str]) -> str | None:
    """The alphanumeric one; numbers alone are for telephones when both are printed."""
    return next((one for one in printed if not one.isdigit()), printed[0] if printed else None)


def _sip(printed: Sequence[Address], *, prefer_tenant: bool) -> Address | None:
    """The first address; in a Teams block the organisation's key for video systems before any other."""
    tenant = next((one for one in printed if one.tenant_key), None) if prefer_tenant else None
    return tenant or (printed[0] if printed else None)


def _direct(tenant_key: Address, labels: list[Labelled], instructions: Sequence[Instructions]) -> str | None:
    """The address that reaches the meeting without asking for the video id. Source: join-providers.md 2.1."""
    labelled = (values.number(one.value, 6, 12) for one in labels if Means.VIDEO in one.means)
    video_ids = (*labelled, *(one.video_id for one in instructions))
    video_id = next((one for one in video_ids if one), None)
    key, _, domain = tenant_key.address.partition("@")
    if video_id is None:
        return None
    if domain == "m.webex.com":
        return f"{video_id}.{key}@{domain}"
    return f"{key}.{video_id}@{domain}" if domain in ("t.plcm.vc", "teams.bjn.vc") else None
