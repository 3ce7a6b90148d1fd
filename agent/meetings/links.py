"""Addresses printed in a text: where they begin and where they end. What they mean is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.meetings import limits
from agent.meetings.characters import OBJECT
from agent.meetings.quoted_printable import repair_url

_IN_URL = r"[!#-;=?-{}~\u00c0-\u1fff]"
_PRINTED = re.compile(
    rf"{OBJECT}|(?<![A-Za-z0-9+.\-])(?:https?://|zoommtg://|msteams:/){_IN_URL}+"
    rf"|(?<![A-Za-z0-9_@./%=&?#\\+\-])(?:[a-z0-9-]{{1,40}}\.){{1,6}}[a-z]{{2,12}}/{_IN_URL}+",
    re.IGNORECASE,
)
_OBJECTS = re.compile(OBJECT)
_BRACKETED = re.compile(r"<((?:https?|zoommtg|msteams):[^<>]*)>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"[ \t]*\n[> \t]*")
_OTHER_SCHEME = re.compile(r"(?:javascript|data|vbscript|intent|file|blob|view-source|about):\S*\Z", re.IGNORECASE)
_TRAILING = ".,;:!?'*`\u060c\u061b\u061f\u06d4\u0964"
_PAIRS = {")": "(", "]": "[", "}": "{"}
_LAST = frozenset((*_TRAILING, *_PAIRS, "e", "E"))
_OPENING = frozenset(("", " ", "\t", "\n", "<", ">"))


@dataclass(frozen=True, slots=True)
class Link:
    """An address as printed, and where in the text its `OBJECT` stands."""

    offset: int
    target: str


@dataclass(frozen=True, slots=True)
class LinkedText:
    """A text in which every address is one `OBJECT` character, and the addresses in the same order."""

    text: str
    links: tuple[Link, ...]


def find_links(text: str, anchored: Sequence[str] = ()) -> LinkedText:
    """Take the addresses out of a text. `anchored` are those whose `OBJECT` stands in it already, in order."""
    pieces: list[str] = []
    links: list[Link] = []
    waiting = iter(anchored)
    length = copied = 0
    text = _joined(text)
    for start, end, target in _spans(text):
        pieces.append(text[copied:start])
        length += start - copied
        links.append(Link(length, next(waiting, "") if target is None else repair_url(target)))
        pieces.append(OBJECT)
        length += 1
        copied = end
    pieces.append(text[copied:])
    return LinkedText("".join(pieces), tuple(links))


def without_urls(text: str) -> str:
    """The text without what looks like an address."""
    kept: list[str] = []
    copied = 0
    for start, end, _ in _spans(text):
        kept.append(text[copied:start])
        copied = end
    return "".join([*kept, text[copied:]]) if kept else text


def _spans(text: str) -> Iterator[tuple[int, int, str | None]]:
    """(start, end, address) of every link; address None at an `OBJECT`."""
    for found in (_PRINTED if "/" in text else _OBJECTS).finditer(text):
        if found[0] == OBJECT:
            yield found.start(), found.end(), None
            continue
        if _follows_other_scheme(text, found.start()):
            continue
        target = _stripped(found[0]) if len(found[0]) <= limits.URL else found[0]
        yield found.start(), found.start() + len(target), target


def _follows_other_scheme(text: str, start: int) -> bool:
    """Whether the address is the tail of a `javascript:` or other address that is no link to join."""
    if text[start - 1 : start] in _OPENING:
        return False
    return _OTHER_SCHEME.search(text[max(0, start - 80) : start]) is not None


def _joined(text: str) -> str:
    """With addresses that are broken over lines inside angle brackets in one piece."""
    return _BRACKETED.sub(lambda found: f"<{_LINE_BREAK.sub('', found[1])}>", text)


def _stripped(target: str) -> str:
    """Without punctuation and brackets that belong to the sentence around it."""
    if target[-1] not in _LAST:
        return target
    surplus = {close: target.count(close) - target.count(opening) for close, opening in _PAIRS.items()}
    end = len(target)
    while end:
        last = target[end - 1]
        if last not in _TRAILING and surplus.get(last, 0) <= 0:
            break
        if last in surplus:
            surplus[last] -= 1
        end -= 1
    return re.sub(r"(?:%3[Ee])+\Z", "", target[:end])
