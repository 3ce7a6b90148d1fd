"""Everything that intersects a window, in few requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from agent.model.sync import Window
from agent.sources.ews.items import RawItem
from agent.sources.ews.services import View
from agent.sources.instants import read_instant

MOST_VIEWS = 24
SHORTEST = timedelta(hours=1)
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Listing:
    """`items` by id, each once. `complete` False when the server cut a view that could not be split any further.
    `pieces`: the windows that were read.
    """

    items: dict[str, RawItem]
    unreadable: int
    complete: bool
    pieces: tuple[Window, ...]


def list_window(view: Callable[[Window], View], window: Window, pieces: tuple[Window, ...] = ()) -> Listing:
    """The window's items through `view`, one request for each piece.

    A truncated piece is read again as two halves, down to an hour and `MOST_VIEWS` requests. `pieces` of the last
    listing start this one where that one arrived; they count only when they are pieces of the same window.
    """
    known = bool(pieces) and (pieces[0].start, pieces[-1].end) == (window.start, window.end)
    waiting = list(pieces) if known else [window]
    items: dict[str, RawItem] = {}
    done: list[Window] = []
    complete, views, unreadable = True, 0, 0
    while waiting:
        piece = waiting.pop(0)
        answer = view(piece)
        views += 1
        if answer.truncated and views + len(waiting) + 2 <= MOST_VIEWS and piece.end - piece.start > SHORTEST:
            waiting = [*_halves(piece), *waiting]
            continue
        done.append(piece)
        complete = complete and not answer.truncated
        unreadable += sum(not item.item_id for item in answer.items)
        items.update((item.item_id, item) for item in answer.items if item.item_id and touches(item, window))
    return Listing(items, unreadable, complete, tuple(done))


def _halves(window: Window) -> tuple[Window, Window]:
    middle = (window.start + (window.end - window.start) / 2).replace(microsecond=0)
    return Window(window.start, middle), Window(middle, window.end)


def touches(item: RawItem, window: Window) -> bool:
    """Whether it intersects the half-open window; the server also lists what ends as it begins. True in doubt."""
    start, end = read_instant(item.texts.get("Start"), _UTC), read_instant(item.texts.get("End"), _UTC)
    if start is None or end is None or end < start:
        return True
    return start < window.end and (end > window.start or start >= window.start)
