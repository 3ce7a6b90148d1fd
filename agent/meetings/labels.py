"""Labels and the values behind them: `Meeting ID: 912 3456 7890`, in many languages, over cells and lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from agent.meetings import limits, vocabulary
from agent.meetings.conferences.conference import Means

_Tree = dict[str, "_Tree"]
_GAP = r"[ \-]?"
_BETWEEN = re.compile(
    r"(?:[ \t\n]{0,3}\([^()\n]{0,60}\))?"
    r"(?:[ \t]{0,3}(?:is|ist|est|es|è|är|er|on)(?:[ \t]*(?=[:=])|[ \t]+(?=\d)))?"
    r"[ \t\n]{0,12}(?:([:=])|-(?=[ \t]))?[ \t\n*|>•\"']{0,12}"
)
"""A remark in brackets, a verb, a colon, a dash or none, ornaments, up to a few line ends."""

_WORDS = {
    Means.MEETING: vocabulary.MEETING,
    Means.PASSCODE: vocabulary.PASSCODE,
    Means.PHONE: vocabulary.PHONE,
    Means.ACCESS: vocabulary.ACCESS,
    Means.PIN: vocabulary.PIN,
    Means.VIDEO: vocabulary.VIDEO,
    Means.HOST: vocabulary.HOST,
}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label at `start` and what follows it. `value`: the rest of the line, or of the next line when nothing is left
    of the first (`next_line`). `colon`: a colon or equals sign stands between."""

    means: Means
    start: int
    at: int
    value: str
    colon: bool
    next_line: bool


def terms(words: str) -> list[str]:
    """The entries of a vocabulary list."""
    return [term.strip() for line in words.strip().splitlines() for term in line.split("|") if term.strip()]


def matcher(words: Iterable[str]) -> re.Pattern[str]:
    """One pattern for many words, as a tree of common beginnings: its cost does not grow with their number."""
    tree: _Tree = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return re.compile(_pattern(tree))


def read_labels(text: str) -> Iterator[Labelled]:
    """The labels of a plain text (`characters.plain`), in order. Where one label contains another the longer counts."""
    return islice(_labels(text), limits.LABELS)


def _labels(text: str) -> Iterator[Labelled]:
    lower = text.lower()
    if len(lower) != len(text):
        return
    for found in _LABEL.finditer(lower):
        start, end = found.span()
        means = _MEANS.get(_key(found[0]))
        if means is None or _inside_word(lower, start, end):
            continue
        between = _BETWEEN.match(lower, end)
        at = between.end() if between else end
        stop = lower.find("\n", at)
        value = text[at : stop if stop >= 0 else len(text)][:120]
        gap = lower[end:at]
        yield Labelled(means, start, at, value.strip(), bool(between and between[1]), "\n" in gap)


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether the match is a piece of a longer word. Scripts without spaces have no such thing."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (_joins(before) and _joins(text[start])) or (_joins(after) and _joins(text[end - 1]))


def _joins(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0e00"


def _key(term: str) -> str:
    return term.replace(" ", "").replace("-", "")


def _pattern(tree: _Tree) -> str:
    branches = [
        (_GAP if letter == " " else re.escape(letter)) + _pattern(below) for letter, below in tree.items() if letter
    ]
    if not branches:
        return ""
    body = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return body + ("?" if "" in tree else "")


def _meanings() -> dict[str, Means]:
    found: dict[str, Means] = {}
    for means, words in _WORDS.items():
        for term in terms(words):
            found[_key(term)] = found.get(_key(term), means) | means
    return found


_MEANS = _meanings()
_LABEL = matcher(sorted({term.replace("-", " ") for words in _WORDS.values() for term in terms(words)}))
