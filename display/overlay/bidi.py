"""The order in which mixed text is read: runs of one direction, from left to right as they stand on the screen. Pure.

The rules of Unicode's bidirectional algorithm (UAX #9) that a line without explicit embeddings needs: W1 to W7, N1, N2,
L2 and isolates. Shaping within a run, mirrored brackets included, is the font engine's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

_ISOLATES = {"\u2066": "L", "\u2067": "R", "\u2068": ""}
_POP = "\u2069"
_IGNORED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SHAPING = "\u200c\u200d"  # joiners mean something inside a word


@dataclass(frozen=True, slots=True)
class Run:
    """Text in the order it is read, all in one direction."""

    text: str
    rtl: bool


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    cls: str
    inner: tuple[Run, ...] | None = None  # of an isolate


def runs(text: str, *, rtl: bool) -> tuple[Run, ...]:
    """The runs of one line whose paragraph runs from right to left or not. Characters that only control are dropped."""
    items = tuple(_items(text))
    levels = _levels([item.cls for item in items], base=int(rtl))
    grouped = [
        (level, [items[index] for index, _ in group])
        for level, group in groupby(enumerate(levels), key=lambda pair: pair[1])
    ]
    return tuple(run for level, group in _reordered(grouped) for run in _visual(group, rtl=bool(level % 2)))


def begins_rtl(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left (rules P2, P3)."""
    strong = (cls for char in text if (cls := unicodedata.bidirectional(char)) in {"L", "R", "AL"})
    return next(strong, "L") != "L"


def _items(text: str) -> Iterator[_Item]:
    at = 0
    while at < len(text):
        char = text[at]
        if char in _ISOLATES:
            end = _end_of_isolate(text, at)
            inner = text[at + 1 : end]
            rtl = _ISOLATES[char] == "R" or (not _ISOLATES[char] and begins_rtl(inner))
            yield _Item(inner, "ON", runs(inner, rtl=rtl))
            at = end + 1
            continue
        at += 1
        if char in _SHAPING or unicodedata.category(char) not in _IGNORED:
            yield _Item(char, unicodedata.bidirectional(char) or "L")


def _end_of_isolate(text: str, start: int) -> int:
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in _ISOLATES) - (text[at] == _POP)
        if not depth:
            return at
    return len(text)


def _levels(classes: Sequence[str], *, base: int) -> list[int]:
    sides = _neutral_resolved(_weak_resolved(classes, base), base)
    return [base if side == "N" else _level(side, base) for side in sides]


def _level(side: str, base: int) -> int:
    if side == "R":
        return 1
    return 2 if base or side == "EN" else 0


def _weak_resolved(classes: Sequence[str], base: int) -> list[str]:
    """Every item as "L", "R", "EN" (a number beside right-to-left text) or "N"."""
    start = "R" if base else "L"
    found: list[str] = []
    strong, previous = start, "N"
    for index, cls in enumerate(classes):
        side = previous if cls in {"NSM", "BN"} else {"AL": "R", "AN": "EN"}.get(cls, cls)
        if cls in {"ES", "CS", "ET"}:
            after = classes[index + 1] if index + 1 < len(classes) else ""
            joins = after == "EN" or (cls == "ET" and previous == "EN")
            side = "EN" if joins and (previous == "EN" or cls == "ET") else "N"
        if side in {"L", "R"}:
            strong = side
        side = side if side in {"L", "R", "EN"} else "N"
        found.append("L" if side == "EN" and strong == "L" else side)
        previous = side
    return found


def _neutral_resolved(sides: Sequence[str], base: int) -> list[str]:
    start = "R" if base else "L"
    found = list(sides)
    at = 0
    while at < len(found):
        if found[at] != "N":
            at += 1
            continue
        end = at
        while end < len(found) and found[end] == "N":
            end += 1
        before = _side(sides[at - 1]) if at else start
        after = _side(sides[end]) if end < len(found) else start
        found[at:end] = [before if before == after else "N"] * (end - at)
        at = end
    return found


def _side(side: str) -> str:
    return "R" if side == "EN" else side


def _reordered(groups: list[tuple[int, list[_Item]]]) -> list[tuple[int, list[_Item]]]:
    ordered = list(groups)
    for level in range(max((level for level, _ in groups), default=0), 0, -1):
        at = 0
        while at < len(ordered):
            end = at
            while end < len(ordered) and ordered[end][0] >= level:
                end += 1
            ordered[at:end] = reversed(ordered[at:end])
            at = max(end, at + 1)
    return ordered


def _visual(items: list[_Item], *, rtl: bool) -> list[Run]:
    """One level's items as runs, from left to right; an isolate keeps its own."""
    found: list[tuple[Run, ...]] = []
    for isolated, group in groupby(items, key=lambda item: item.inner is not None):
        if isolated:
            found.extend(item.inner or () for item in group)
        else:
            found.append((Run("".join(item.text for item in group), rtl),))
    return [run for part in (reversed(found) if rtl else found) for run in part]
