"""Which meeting id belongs to which occurrence after a delta. Pure.

A meeting keeps its id over edits, moves, a new item id, and a removal that is taken back; a series that moves as a
whole keeps the ids of its occurrences, in their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model.event import ItemId, Occurrence, OccurrenceKey

SAME_OFFSET = timedelta(hours=3)
"""Occurrences of a series that moved keep their distance, but for a change to summer time or a zone's other rules."""


@dataclass(frozen=True, slots=True)
class Known:
    """A stored meeting. `item_id` and `start` are None when its occurrence is gone and only the id is remembered."""

    meeting_id: str
    key: OccurrenceKey
    item_id: ItemId | None = None
    start: datetime | None = None


def inherit(
    known: Collection[Known], removed: Collection[ItemId], upserts: Collection[Occurrence]
) -> dict[OccurrenceKey, str]:
    """The stored meeting id for each upserted key that has one; a key that is absent needs a new id.

    In this order: the same key, stored or remembered; the same item under another key; the same uid and place in a
    series that moved as a whole. No id is given twice.
    """
    by_key = {each.key: each.meeting_id for each in known}
    keys = {each.key for each in upserts}
    given = {key: by_key[key] for key in keys if key in by_key}
    leaving = {each.item_id: each for each in known if each.item_id is not None and each.key not in keys}
    for each in upserts:
        old = leaving.get(each.item_id)
        if each.key not in given and old is not None:
            given[each.key] = old.meeting_id
            del leaving[each.item_id]
    given.update(_moved_series(known, leaving, set(removed), [each for each in upserts if each.key not in given]))
    return given


def _moved_series(
    known: Collection[Known], leaving: Mapping[ItemId, Known], removed: set[ItemId], new: Sequence[Occurrence]
) -> dict[OccurrenceKey, str]:
    """Ids for series whose stored occurrences all leave while new ones of the same uid arrive."""
    arriving: dict[str, dict[datetime, OccurrenceKey]] = defaultdict(dict)
    for each in new:
        arriving[each.key.uid][each.key.original_start or each.start] = each.key
    left: dict[str, dict[datetime, str]] = defaultdict(dict)
    stayed: dict[str, list[datetime]] = defaultdict(list)
    for old in known:
        place = old.key.original_start or old.start
        if old.item_id is None or place is None or old.key.uid not in arriving:
            continue
        if old.item_id in removed and old.item_id in leaving:
            left[old.key.uid][place] = old.meeting_id
        else:
            stayed[old.key.uid].append(place)
    given: dict[OccurrenceKey, str] = {}
    for uid, places in left.items():
        if any(place >= min(places) for place in stayed[uid]):
            continue  # some occurrences are where they were: the others were cancelled, not moved
        for old_place, new_place in _pairs(sorted(places), sorted(arriving[uid])):
            given[arriving[uid][new_place]] = places[old_place]
    return given


def _pairs(old: Sequence[datetime], new: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """Which old place became which new one.

    As many on both sides: in order. Otherwise some moved across the window's edge: then by the offset that fits most
    of them, the smallest of those.
    """
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    offsets = [place - old[0] for place in new] + [new[0] - place for place in old]
    fits = {offset: _at_offset(old, new, offset) for offset in offsets}
    best = max(fits, key=lambda offset: (len(fits[offset]), -abs(offset)))
    return fits[best]


def _at_offset(old: Sequence[datetime], new: Sequence[datetime], offset: timedelta) -> list[tuple[datetime, datetime]]:
    free = list(new)
    pairs = []
    for place in old:
        nearest = min(free, key=lambda other: abs(other - place - offset), default=None)
        if nearest is not None and abs(nearest - place - offset) <= SAME_OFFSET:
            pairs.append((place, nearest))
            free.remove(nearest)
    return pairs
