"""The chain of an audit log: each line holds the SHA-256 of the line before it. Pure.

A line that was changed, moved or taken out breaks the link of the one that follows. The last line has no follower and
the first ones may have been let go of: for both the mark beside the log says where it begins and ends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

Fact = str | int | float | bool | None

FIRST_HASH = "0" * 64
WHO_MAX, ACT_MAX, FACT_MAX, FACTS_MAX = 100, 60, 200, 12
"""Characters of a text; facts of an entry."""
BROKEN, REPAIRED, LOST = "audit.broken", "audit.repaired", "audit.lost"
"""Acts of the log itself: it was not as it was left; a line that a power cut tore was taken off; entries could not be
written in their time."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`n` counts from 1; `at` is an instant; `hash` the SHA-256 of the line before, without its line end."""

    n: int
    at: str
    who: str
    act: str
    facts: Mapping[str, Fact]
    hash: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the log ends: number and SHA-256 of its last line. `first`: the lowest number that must be there."""

    n: int
    hash: str
    first: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the log is as it was written; if not, a sentence that says where it is not."""

    intact: bool
    problem: str | None = None


def to_line(entry: AuditEntry) -> bytes:
    """An entry as it is written, without a line end. Texts and facts are bounded."""
    facts = {name[:FACT_MAX]: _bounded(value) for name, value in list(entry.facts.items())[:FACTS_MAX]}
    data = {**asdict(entry), "who": entry.who[:WHO_MAX], "act": entry.act[:ACT_MAX], "facts": facts}
    return json.dumps(data, separators=(",", ":"), allow_nan=False).encode()


def from_line(line: bytes) -> AuditEntry | None:
    """The entry of a line; None when it is none."""
    try:
        data: Any = json.loads(line)
        entry = AuditEntry(**data)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (entry.at, entry.who, entry.act, entry.hash)
    good = type(entry.n) is int and all(isinstance(each, str) for each in texts) and isinstance(entry.facts, dict)
    return entry if good else None


def to_mark(mark: Mark) -> bytes:
    """A mark as it is written."""
    return json.dumps(asdict(mark)).encode()


def mark_of(content: bytes) -> Mark | None:
    """The mark that was written; None when it is none."""
    try:
        data: Any = json.loads(content)
        mark = Mark(**data)
    except (ValueError, TypeError, RecursionError):
        return None
    return mark if type(mark.n) is int and type(mark.first) is int and isinstance(mark.hash, str) else None


def hash_of(line: bytes) -> str:
    """What the next line holds of this one."""
    return hashlib.sha256(line).hexdigest()


def check(lines: Sequence[bytes], mark: Mark | None) -> Verdict:
    """Whether whole lines, oldest first, are a log as it was written.

    The mark is written after the line: a power cut in between leaves it one line behind, or not there after the first.
    """
    before: AuditEntry | None = None
    expected = FIRST_HASH
    for place, line in enumerate(lines, 1):
        entry = from_line(line)
        if entry is None:
            return _broken(f"Line {place} is not an entry.")
        if entry.act == BROKEN:
            return _broken(f"Before entry {entry.n} the log was not as it had been left.")
        if before is not None and entry.n != before.n + 1:
            return _broken(f"Entry {entry.n} follows entry {before.n}.")
        if (before is not None or entry.n == 1) and entry.hash != expected:
            return _broken(f"Entry {entry.n} was not written after what stands before it now.")
        if before is None and entry.n > (mark.first if mark is not None else 1):
            return _broken(f"What was written before entry {entry.n} is missing.")
        before, expected = entry, hash_of(line)
    return _end(before, expected, mark)


def is_noted(lines: Sequence[bytes], mark: Mark | None) -> bool:
    """Whether a log that is not as it was written says so itself, and is good from there on."""
    noted = max((n for n, line in enumerate(lines) if (e := from_line(line)) and e.act == BROKEN), default=None)
    if noted is None:
        return False
    since = lines[noted + 1 :]
    return not since or check(since, mark and replace(mark, first=mark.n)).intact


def _end(last: AuditEntry | None, hashed: str, mark: Mark | None) -> Verdict:
    """Whether the log ends where the mark says."""
    number = last.n if last is not None else 0
    if mark is None:
        return Verdict(intact=True) if number <= 1 else _broken("The mark beside the log is missing.")
    if number < mark.n:
        return _broken(f"What was written after entry {number} is missing.")
    if number == mark.n and hashed == mark.hash:
        return Verdict(intact=True)
    if last is not None and number == mark.n + 1 and last.hash == mark.hash:
        return Verdict(intact=True)
    return _broken(f"Entry {number} is not what was written last.")


def _broken(problem: str) -> Verdict:
    return Verdict(intact=False, problem=problem)


def _bounded(value: object) -> Fact:
    """Facts are small: a text is cut, a number that JSON or a reader cannot hold becomes a text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return value
    if isinstance(value, float) and isfinite(value):
        return value
    return str(value)[:FACT_MAX]
