"""The telephone numbers of a meeting, each with the code to type."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence

from agent.meetings import limits
from agent.meetings.characters import OBJECT
from agent.meetings.fields import Filled
from agent.meetings.phones import announcements, find_phones
from agent.model.join import DialIn

_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_SENTENCE = 10
"""Words of a line that is more than a number with its place."""

_NEAR = 120
"""Characters behind a number within which a labelled code belongs to it."""


def read_dial_in(
    text: str, codes: Sequence[Filled], ids: Sequence[Filled], meeting_id: str | None, *, announced: bool
) -> tuple[DialIn, ...]:
    """Every number that has a code: its own, the one printed close behind it, or the block's. A number that looks like
    somebody's own (`Tel.:`), or stands in a paragraph that is not about dialling, needs a code of its own.

    `ids`: where the meeting's id is printed. `meeting_id`: serves as code where none is printed. `announced`: labels
    show that the block is about dialling in.
    """
    printed = list(find_phones(text))
    if not printed:
        return ()
    own = next((one.code for one in printed if one.code), None)
    common = (codes[0].text if codes else None) or meeting_id or own
    words = announcements(text.replace(OBJECT, " "))
    announced = announced or own is not None or bool(words)
    subject = _Paragraphs(text)
    coded = {one.number for one in printed if one.code}
    subject.mark(
        [one.start for one in (*codes, *ids)], [*words, *(one.start for one in printed if one.number in coded)]
    )
    found: dict[str, str] = {}
    for at, phone in enumerate(printed):
        stop = min(phone.end + _NEAR, printed[at + 1].start if at + 1 < len(printed) else len(text))
        elsewhere = subject.in_prose(phone.start)
        near = next((one.text for one in codes if phone.end <= one.start < stop), None) if not elsewhere else None
        code = phone.code or near
        if code is None and announced and not (phone.contact or elsewhere) and subject.covers(phone.start):
            code = common
            subject.add(phone.start)
        if code is not None and (phone.number not in found or phone.code):
            found[phone.number] = code
    return tuple(DialIn(number, code) for number, code in found.items())[: limits.DIAL_IN]


class _Paragraphs:
    """Which paragraphs of a text are about dialling in."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(blank.end() for blank in _BLANK.finditer(text))]
        self._marks: list[int] = []
        self._about: set[int] = set()
        self._codes: set[int] = set()

    def mark(self, codes: Iterable[int], others: Iterable[int]) -> None:
        """Offsets of printed codes, and of whatever else is about dialling."""
        codes, others = list(codes), list(others)
        self._marks = sorted((*codes, *others))
        self._codes.update(map(self._index, codes))
        self._about.update(map(self._index, self._marks))

    def add(self, at: int) -> None:
        """One more offset that is about dialling."""
        insort(self._marks, at)
        self._about.add(self._index(at))

    def covers(self, at: int) -> bool:
        """Whether a number at this offset stands in such a paragraph, or opens one (behind nothing, or behind a country
        and a colon) below such a one or right above the code."""
        here = self._index(at)
        before = self._text[self._starts[here] : at].rstrip(" \t(+")
        opens = before.endswith((":", "\t")) or not any(letter.isalpha() for letter in before)
        return here in self._about or (opens and (here - 1 in self._about or here + 1 in self._codes))

    def in_prose(self, at: int) -> bool:
        """Whether the line is a sentence that speaks of something else."""
        start, end = self._text.rfind("\n", 0, at) + 1, self._text.find("\n", at)
        line = self._text[start : end if end >= 0 else len(self._text)]
        mark = bisect_left(self._marks, start)
        marked = mark < len(self._marks) and self._marks[mark] < start + len(line)
        return not marked and len(line.split()) > _SENTENCE

    def _index(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1


def joined(first: Sequence[DialIn], second: Sequence[DialIn]) -> tuple[DialIn, ...]:
    """Both, each number once, the first one's code counting."""
    numbers = {one.number for one in first}
    return (*first, *(one for one in second if one.number not in numbers))[: limits.DIAL_IN]
