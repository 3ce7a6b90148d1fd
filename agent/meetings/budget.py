"""How much of a long text is read: its beginning and its end, as much as may be spent on it."""

from __future__ import annotations

from collections.abc import Callable

from agent.meetings import limits

_STEP = 4_096


def affordable(text: str, costs: Callable[[str], int], budget: int, seams: str) -> tuple[int, int]:
    """(end of the head, start of the tail): the parts of the text whose costs stay within the budget, two thirds of it
    for the head. Both are the text's length when all of it does. Cut is before one of `seams`: no link or tag in two.

    The newest words of a mail stand at its beginning, the links of an invitation often at its end; between them is what
    was quoted before."""
    if len(text) <= _STEP:
        return len(text), len(text)
    steps = range(0, len(text), _STEP)
    spent = [costs(text[at : at + _STEP]) for at in steps]
    if sum(spent) <= budget:
        return len(text), len(text)
    head = _run(spent, budget * 2 // 3)
    tail = len(spent) - _run(spent[:head:-1], budget // 3)
    ends = (text.rfind(seam, 0, head * _STEP) for seam in seams)
    starts = (text.find(seam, tail * _STEP) for seam in seams)
    return max(0, *ends), min((at for at in starts if at >= 0), default=len(text))


def of_markup(piece: str) -> int:
    """What it costs to parse: every tag and reference calls back, an anchor's caption is read again."""
    tags, anchors = piece.count("<"), piece.count("<a") + piece.count("<A")
    return len(piece) // 64 + 8 * tags + 40 * anchors + 6 * piece.count("&") + piece.count("=")


def of_text(piece: str) -> int:
    """What it costs to search."""
    return len(piece) + limits.LINK_COST * (piece.count("://") + piece.count("/l/"))


def _run(spent: list[int], budget: int) -> int:
    """How many of the steps the budget pays; at least one."""
    for count, cost in enumerate(spent):
        budget -= cost
        if budget < 0:
            return max(1, count)
    return len(spent)
