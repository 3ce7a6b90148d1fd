"""A meeting id as a person types it: `912 3456 7890`, `Meeting ID: 912-3456-7890, passcode: x`, `abc-defg-hij`.

Of what service it is, is decided elsewhere. What is more than an id and its passcode is prose and none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agent.meetings import values
from agent.meetings.characters import OBJECT, plain
from agent.meetings.conferences.conference import Conference, Means
from agent.meetings.labels import Labelled, read_labels

_LONGEST = 200
"""Characters of an id without a label, with all that may stand around it."""

_DIGITS = re.compile(r"[0-9]{1,20}(?:[ .\-]{1,3}[0-9]{1,20}){0,9}")
_ADDRESS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_LETTERS = re.compile(r"([a-z]{3})[ .\-]?([a-z]{4})[ .\-]?([a-z]{3})", re.IGNORECASE)
_NAME = re.compile(r"(?=[^\s#,;]{0,63}[0-9])(?=[0-9_-]{0,63}[A-Za-z])[A-Za-z0-9][A-Za-z0-9_-]{2,63}(?=[\s#,;]|\Z)")
_MARK = re.compile(r"\s*[#,;/|(\n][\s#,;/|(]*|\s+")
_PASS = re.compile(r"(?:pass|pwd?|code)\b[ :=]*", re.IGNORECASE)
_BEFORE = frozenset(["meet", "meeting", "join", "id", "call", "code", "number", "no", "nr", "video", "conference"])
_PRINTED_LIKE_ZOOM = {(3, 3, 3), (3, 3, 4), (3, 4, 4)}
_OTHER = Means.PHONE | Means.VIDEO | Means.HOST
"""Numbers that lead nowhere without a telephone, a room system, the organiser."""

_SHORTEST = 9
"""Digits of the shortest id that is read with a passcode of digits behind it."""


@dataclass(frozen=True, slots=True)
class TypedId:
    """`value`: digits without gaps, a code of letters with dashes, or a name as typed. `label`: what stood before."""

    value: str
    passcode: str | None = None
    label: Labelled | None = None


@dataclass(frozen=True, slots=True)
class TypedIds:
    """The ways to read it, likeliest first, and the slugs of services that are named beside it."""

    ids: tuple[TypedId, ...]
    named: frozenset[str]


def read_ids(text: str, conferences: Iterable[Conference]) -> TypedIds:
    """`text` is clean and of bounded length."""
    text = plain(unicodedata.normalize("NFKC", text).replace(OBJECT, " "))
    named, rest = _without_names(text, conferences)
    labels = list(read_labels(rest))
    numbered = [one for one in labels if _DIGITS.match(one.value) is not None]
    labelled = next((one for means in (Means.MEETING, Means.ACCESS) for one in numbered if one.means & means), None)
    if labelled is None and any(one.means & _OTHER for one in labels):
        return TypedIds((), named)
    ids = _labelled(labelled, labels) if labelled is not None else _alone(rest.strip())
    return TypedIds(tuple(ids), named)


def _labelled(label: Labelled, labels: list[Labelled]) -> Iterator[TypedId]:
    found = _DIGITS.match(label.value)
    assert found is not None
    behind = label.value[found.end() :]
    codes = (
        values.passcode(one.value, colon=one.colon, next_line=one.next_line)
        for one in labels
        if one.means & (Means.PASSCODE | Means.PIN) and one is not label
    )
    passcode = next((code for code in codes if code), None) or _passcode(behind)
    yield from (TypedId(value, code, label) for value, code in _readings(found[0], passcode))


def _alone(text: str) -> Iterator[TypedId]:
    if len(text) > _LONGEST:
        return
    letters = _LETTERS.fullmatch(text) or _code_behind_words(text)
    if letters is not None and letters[0].lower() not in _BEFORE:
        yield TypedId("-".join(letters.groups()).lower())
        return
    first = re.search("[0-9]", text)
    if first is None:
        return
    found = _DIGITS.match(text, first.start())
    if found is not None and _introduces(text[: first.start()]) and _ADDRESS.fullmatch(found[0]) is None:
        passcode = _passcode(text[found.end() :])
        if passcode is not None:
            yield from (TypedId(value, code) for value, code in _readings(found[0], passcode or None))
            return
    name = _NAME.match(text)
    passcode = _passcode(text[name.end() :]) if name is not None else None
    if name is not None and passcode is not None:
        yield TypedId(name[0], passcode or None)


def _code_behind_words(text: str) -> re.Match[str] | None:
    """`Code: abc-defg-hij`, with its dashes: letters alone would be words."""
    before, _, code = text.rpartition(" ")
    return _LETTERS.fullmatch(code) if code.count("-") == 2 and _introduces(before) else None


def _introduces(before: str) -> bool:
    """Whether nothing but words for an id stand before it; a plus makes it a telephone number."""
    return "+" not in before and set(re.split(r"[\W_]+", before.lower())) <= _BEFORE | {""}


def _passcode(behind: str) -> str | None:
    """The passcode in what follows an id, "" when nothing does, None when that is no passcode."""
    if re.search(r"\w", behind) is None:
        return ""
    mark = _MARK.match(behind)
    if mark is None:
        return None
    text = behind[mark.end() :].strip()
    label = next((one for one in read_labels(text) if one.start == 0), None)
    word = _PASS.match(text)
    if label is not None and label.means & (Means.PASSCODE | Means.PIN | Means.ACCESS):
        text, sure = label.value, True
    elif word is not None and text[word.end() :]:
        text, sure = text[word.end() :], True
    else:
        sure = bool(mark[0].strip())
    if re.search(r"\s", text):
        return None
    mixed = not (text.islower() or text.isupper() or text.istitle())
    return values.passcode(text, colon=sure or mixed, next_line=False)


def _readings(digits: str, passcode: str | None) -> list[tuple[str, str | None]]:
    """All digits as the id; also, where the last group may be one, with that as the passcode."""
    groups = re.findall("[0-9]+", digits)
    whole = ("".join(groups), passcode or None)
    first = "".join(groups[:-1])
    long_enough = len(first) >= (3 if len(groups) == 2 else _SHORTEST)
    if passcode or not long_enough or not 4 <= len(groups[-1]) <= 10:
        return [whole]
    split = (first, groups[-1])
    telling = len(groups[0]) >= _SHORTEST or tuple(map(len, groups[:-1])) in _PRINTED_LIKE_ZOOM
    return [split, whole] if telling else [whole, split]


def _without_names(text: str, conferences: Iterable[Conference]) -> tuple[frozenset[str], str]:
    """Services that the text names, and the text without their names."""
    named = set()
    lower = text.lower()
    if len(lower) != len(text):
        return frozenset(), text
    for conference in conferences:
        for word in (conference.name.lower(), *conference.words):
            if word not in lower:
                continue
            pattern = rf"(?<![\w@./#-]){re.escape(word)}(?![\w@.-]|/)"
            text, count = re.subn(pattern, lambda found: " " * len(found[0]), text, flags=re.IGNORECASE)
            if count:
                named.add(conference.slug)
    return frozenset(named), text
