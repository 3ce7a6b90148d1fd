"""Which marks in a calendar are of another box that is alive, and which are of nobody. Pure.

Each box puts a mark there anew every few minutes. Ages are differences of the server's own times, so no box's clock
matters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model.event import ItemId
from agent.model.owner import OwnerMark

RENEW_S = 360.0
ALIVE = timedelta(minutes=15)
"""Two renewals may fail before a box counts as gone."""
KEPT = timedelta(days=1)
MOST_OLD = 10
"""Marks of others that are removed at a time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`second`: the mark of another box that is alive, the newest one; `mine`: this box's newest; `litter`: what may be
    removed: this box's older marks, and those of boxes that are long gone."""

    second: OwnerMark | None
    mine: OwnerMark | None
    litter: tuple[OwnerMark, ...]


def look(
    marks: Sequence[OwnerMark],
    owner: str,
    put: Collection[ItemId],
    since_put: timedelta | None,
    server_now: datetime | None = None,
) -> Seen:
    """What the marks mean to the box with this id.

    `put`: the marks this process has put there; `since_put`: how long ago the last one, None before the first. A mark
    with this box's own id that this process has not put there is of its last run, until it has put one itself: after
    that it is of a twin, a box that was made from a copy of this one's disk. `server_now`: the server's time as it was
    measured, for a box without a mark of its own: the newest mark may be of a box that is long gone.
    """
    own = [mark for mark in marks if mark.owner == owner and (since_put is None or mark.item_id in put)]
    mine = max(own, key=lambda mark: mark.at, default=None)
    others = [mark for mark in marks if mark not in own]
    newest = _now(marks, mine, since_put)
    unmarked = mine is None or since_put is None
    now = max(newest, server_now) if newest is not None and server_now is not None and unmarked else newest
    alive = [mark for mark in others if now is not None and now - mark.at <= ALIVE]
    old = [mark for mark in others if newest is not None and newest - mark.at > KEPT][:MOST_OLD]
    second = max(alive, key=lambda mark: mark.at, default=None)
    return Seen(second, mine, (*(mark for mark in own if mark is not mine), *old))


def _now(marks: Sequence[OwnerMark], mine: OwnerMark | None, since_put: timedelta | None) -> datetime | None:
    """The server's time, as far as the marks tell it: at least that of the newest one."""
    newest = max((mark.at for mark in marks), default=None)
    if mine is None or since_put is None or newest is None:
        return newest
    return max(newest, mine.at + since_put)
