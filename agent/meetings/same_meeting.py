"""Two links that lead to one meeting although nothing in them says so: Teams prints one by number and one by thread.

What decides is the text around them: both stand in one block, which prints that number and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agent.meetings.blocks import next_rule
from agent.meetings.candidates import BODY, Candidate, Material, Source
from agent.meetings.conferences.conference import Role
from agent.meetings.fields import by_structure, fill_roles
from agent.meetings.labels import read_labels

Group = list[Candidate]
"""All links of one meeting."""

_REACH = 3_000
"""Characters between two links of one block, and behind the second of them."""


def united(groups: Sequence[Group], material: Material) -> list[Group]:
    """The groups, those of one meeting together; in order of their first members."""
    found = list(groups)
    for one, other in _pairs_in_body(groups, material):
        _unite(found, one, other)
    for one, other in _pairs_beside_body(found, material):
        _unite(found, one, other)
    return found


def number_of(group: Group) -> str | None:
    """The id that a link of this meeting carries, if any does."""
    return next((one.meeting.meeting_id for one in group if one.meeting.meeting_id is not None), None)


def _unite(groups: list[Group], one: Candidate, other: Candidate) -> None:
    """Put their groups together, unless each has a number, or each a key, of its own."""
    first = next(group for group in groups if one in group)
    second = next(group for group in groups if other in group)
    if first is second or _forms(first) & _forms(second):
        return
    first.extend(second)
    groups[:] = [group for group in groups if group is not second]


def _forms(group: Group) -> set[bool]:
    return {_by_number(one) for one in group}


def _by_number(one: Candidate) -> bool:
    return one.meeting.meeting_id is not None


def _pairs_in_body(groups: Sequence[Group], material: Material) -> Iterator[tuple[Candidate, Candidate]]:
    """Neighbours in the body, one by number and one by key, that stand in one block."""
    links = sorted(
        (one for group in groups for one in group if one.source in BODY and one.meeting.conference.two_links),
        key=lambda one: one.order,
    )
    for at, (one, other) in enumerate(pairwise(links)):
        if one.source is not other.source or _by_number(one) == _by_number(other):
            continue
        stop = links[at + 2].order if at + 2 < len(links) else len(material.body)
        if _in_one_block(material.body, one, other, stop):
            yield one, other


def _in_one_block(text: str, one: Candidate, other: Candidate, stop: int) -> bool:
    """Whether the number of one of them is printed between or below them, no other id is, and no new block begins
    between them: the service's name, which no language translates, heads each."""
    number = one.meeting.meeting_id or other.meeting.meeting_id or ""
    if other.order - one.order > _REACH:
        return False
    end = next_rule(text, other.order, min(stop, other.order + _REACH))
    window = text[one.order + 1 : end]
    printed = [found.end() for found in re.finditer(r"[ \-]?".join(number), window)]
    middle = other.order - one.order - 1
    below = max((at for at in printed if at <= middle), default=0)
    new_block = any(word in window[below:middle].lower() for word in one.meeting.conference.words)
    return bool(printed) and not new_block and not _prints_other_id(window, one, number)


def _prints_other_id(text: str, one: Candidate, number: str) -> bool:
    conference = one.meeting.conference
    labels = list(read_labels(text))
    ids = {filled.text for filled in fill_roles(labels, conference) if filled.role is Role.MEETING_ID}
    unlabelled = by_structure(text, labels, conference, None).meeting_id if not ids else None
    return bool(ids - {number}) or unlabelled not in (None, number)


def _pairs_beside_body(groups: Sequence[Group], material: Material) -> Iterator[tuple[Candidate, Candidate]]:
    """Two properties of one item, for Outlook writes both; a link outside the body and the only meeting of the service
    in the body, when that prints no other id: nothing tells them apart."""
    services = [group for group in groups if group[0].meeting.conference.two_links]
    properties = [one for group in services for one in group if one.source is Source.PROPERTY]
    yield from pairwise(properties)
    current = [group for group in services if any(one.source is Source.CURRENT for one in group)]
    if len(current) != 1:
        return
    described = next(one for one in current[0] if one.source is Source.CURRENT)
    end = next_rule(material.body, described.order, min(material.quoted, described.order + _REACH))
    block = material.body[described.order : end]
    for group in services:
        if group is current[0] or group[0].source not in (Source.PROPERTY, Source.LOCATION):
            continue
        number = number_of(group) or number_of(current[0])
        if number is None or not _prints_other_id(block, described, number):
            yield group[0], described
