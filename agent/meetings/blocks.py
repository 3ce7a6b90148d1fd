"""Which part of a text belongs to which meeting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.meetings import limits
from agent.meetings.addresses import find_sip
from agent.meetings.conferences.conference import Means
from agent.meetings.labels import Labelled, read_labels
from agent.meetings.phones import decode_tel, find_phones

_RULE = re.compile(r"^[ \t>]*(?:[_=*~.\-:#\u2500-\u2501\u2014]{12,}|-::~[^\n]*)[ \t]*$", re.MULTILINE)
_SECTION = 2_000
_DIALLING = Means.PHONE | Means.VIDEO
_OPENING = Means.MEETING | Means.PASSCODE
_LINKS = 200
"""Characters of a section that may be nothing but help links."""

_BLANK = re.compile(r"\n[ \t]*\n")


def boundary(text: str, one: int, other: int) -> int:
    """Where, between two links of different meetings, the second one's block begins: after the last ruled line, else
    with its paragraph, else with its line."""
    cut = -1
    for rule in _RULE.finditer(text, one, other):
        cut = rule.start()
    if cut >= 0:
        return cut
    for blank in _BLANK.finditer(text, one, other):
        cut = blank.end()
    return cut if cut >= 0 else max(one + 1, text.rfind("\n", one, other) + 1)


def next_rule(text: str, start: int, end: int) -> int:
    """The offset of the first ruled line between the two; `end` without one."""
    rule = _RULE.search(text, start, end)
    return rule.start() if rule is not None else end


def block_of(
    text: str, offset: int, own: Sequence[int], others: Sequence[int], *, framed: bool, limit: tuple[int, int]
) -> tuple[int, int]:
    """(start, end) of the block around a meeting's first link, at `offset`. `own`: offsets of other links that say a
    ruled line is inside the block; `others`: those of links of other meetings; `limit`: the part of the text it may not
    leave."""
    before = max((at for at in others if at < offset), default=None)
    after = min((at for at in others if at > offset), default=None)
    start = max(limit[0], offset - limits.BLOCK_BEFORE)
    end = min(limit[1], offset + limits.BLOCK_AFTER)
    if before is not None:
        start = max(start, boundary(text, max(before, start), offset))
    if after is not None:
        end = min(end, boundary(text, offset, min(after, end)) if after < end else end)
    return _frame(text, start, end, offset, own) if framed else (start, end)


def _frame(text: str, start: int, end: int, offset: int, own: Sequence[int]) -> tuple[int, int]:
    """The same, kept between the ruled lines around the link, if there is one below and more than the link above it.

    A ruled line within the block, before its telephone numbers or help links, does not end it. One that looks like the
    line above the block does, unless another one closes what follows. `pending`: where the block ends if no more of it
    comes behind a line of links.
    """
    above, opening = start, ""
    for rule in _RULE.finditer(text, start, offset):
        above, opening = rule.end(), rule[0].strip()
    opened = False
    at = offset
    pending: int | None = None
    for rule in _RULE.finditer(text, offset, end):
        opened = opened or _opens(text[at : rule.start()])
        at = rule.end()
        following = _RULE.search(text, rule.end(), end)
        stop = following.start() if following is not None else min(end, rule.end() + _SECTION)
        inner = opening not in ("", rule[0].strip())
        closed = following is not None or rule[0].strip() != opening
        inside = any(rule.end() <= link < stop for link in own)
        if closed and (inside or _continues(text[rule.end() : stop], opened=opened)):
            pending, end = None, stop if following is None else end
        elif inner and following is not None and stop - rule.end() < _LINKS:
            pending = rule.start() if pending is None else pending
        else:
            return above, rule.start() if pending is None else pending
    return above, end if pending is None else pending


def _opens(section: str) -> bool:
    """Whether id or passcode of a meeting are printed here."""
    return any(_is_opening(one) for one in read_labels(section))


def _is_opening(one: Labelled) -> bool:
    return bool(one.means & _OPENING and not one.means & _DIALLING)


def _continues(section: str, *, opened: bool) -> bool:
    """Whether the section below a ruled line still is about the meeting above it: it prints what to dial, or the id and
    passcode that have not been printed yet (`opened`), and opens no other meeting."""
    if len(section) > _SECTION:
        return False
    labels = list(read_labels(section))
    if any(_is_opening(one) for one in labels):
        return not opened
    dialled = decode_tel(section)
    return (
        any(one.means & _DIALLING for one in labels)
        or any(phone.code for phone in find_phones(dialled))
        or any(find_sip(dialled))
    )
