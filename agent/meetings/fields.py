"""Which labelled value fills which field, by the service's use of words; and values whose label we do not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.meetings import values
from agent.meetings.conferences.conference import READING, Conference, Means, Role
from agent.meetings.labels import Labelled

_LABEL = r"[^\n:\ufffc]{2,60}[ \t\n]{0,6}:[ \t\n]{0,6}"
_ID_LINE = re.compile(rf"^{_LABEL}(\d{{2,5}}(?:[ \-]\d{{1,5}}){{2,5}}|\d{{9,15}})[ \t]*$", re.MULTILINE)
_CODE_LINE = re.compile(rf"\s{{0,6}}{_LABEL}(\S{{4,16}})[ \t]*(?:\([^\n]{{0,80}}\)[ \t]*)?(?:\n|\Z)")
_HASHED_LINE = re.compile(rf"^{_LABEL}(\d[\d \-]{{1,22}}\d)#[ \t]*$", re.MULTILINE)
_ANY_NUMBER = (3, 20)


@dataclass(frozen=True, slots=True)
class Filled:
    """A value for a field, and where its label stands."""

    role: Role
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Unlabelled:
    meeting_id: str | None = None
    passcode: str | None = None


def fill_roles(labels: Sequence[Labelled], conference: Conference | None) -> list[Filled]:
    """The labelled values that have a role here and look like it; in order."""
    found = []
    for label in labels:
        role = _role(label.means, conference)
        value = _value(role, label, conference) if role is not None else None
        if role is not None and value is not None:
            found.append(Filled(role, value, label.start))
    return found


def by_structure(
    text: str,
    labels: Sequence[Labelled],
    conference: Conference,
    known_id: str | None,
    video_ids: Collection[str] = (),
) -> Unlabelled:
    """Id and passcode of a block in a language whose labels we do not know: a line that ends in grouped digits after a
    colon, or in `known_id` however it is grouped, and a code on the line after it. The number below an
    address, or one of `video_ids`, is the one that video systems ask for."""
    others = {one.at for one in labels if _role(one.means, conference) is not Role.MEETING_ID}
    for found in _ID_LINE.finditer(text):
        meeting_id = values.number(found[1], *(conference.id_length or _ANY_NUMBER))
        if meeting_id is None or found.start(1) in others or known_id not in (None, meeting_id):
            continue
        if known_id is None and (found[1].isdigit() or meeting_id in video_ids or _below_address(text, found.start())):
            continue
        after = _CODE_LINE.match(text, found.end())
        code = values.passcode(after[1], colon=True, next_line=True) if after is not None else None
        return Unlabelled(meeting_id, code if after is not None and after.start(1) not in others else None)
    return Unlabelled()


def _below_address(text: str, line: int) -> bool:
    above = text[max(0, line - 200) : line].rstrip().rpartition("\n")[2]
    return "@" in above


def phone_code_by_structure(text: str) -> list[Filled]:
    """The code to type on a telephone when its label is unknown: digits that end in "#" behind a colon."""
    found = ((line.start(), values.number(line[1], *_ANY_NUMBER)) for line in _HASHED_LINE.finditer(text))
    return [Filled(Role.PHONE_CODE, digits, start) for start, digits in found if digits is not None]


def _value(role: Role, label: Labelled, conference: Conference | None) -> str | None:
    if role is Role.PASSCODE:
        return values.passcode(label.value, colon=label.colon, next_line=label.next_line)
    if role is Role.MEETING_ID and conference is not None and conference.id_length is not None:
        return values.number(label.value, *conference.id_length)
    return values.number(label.value, *_ANY_NUMBER)


def _role(means: Means, conference: Conference | None) -> Role | None:
    if means & (Means.VIDEO | Means.HOST):
        return None
    reading = conference.reading if conference is not None else READING
    return next((role for one, role in reading if one in means), None)
