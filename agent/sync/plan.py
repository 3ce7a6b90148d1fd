"""Stored entries + the source's answer → what to change. Pure.

A view that may be incomplete deletes nothing. An item that could not be read keeps its stored version. A calendar that
is suddenly empty is doubted until a second, full read at least `DOUBT_S` later says so too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from agent.model.event import Fetched, ItemId, Occurrence, OccurrenceKey
from agent.model.sync import Delta, Window

DOUBT_S = 60.0

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Verdict(StrEnum):
    """What to do with an answer."""

    APPLY = "apply"
    DOUBT = "doubt"  # keep everything, the token too, and ask for everything again


@dataclass(frozen=True, slots=True)
class Plan:
    """`upserts` are unique by key and by item id; `removals` are item ids of stored entries no upsert replaces.

    `added` and `changed` add up to the upserts.
    """

    verdict: Verdict
    upserts: tuple[Fetched, ...] = ()
    removals: tuple[ItemId, ...] = ()
    added: int = 0
    changed: int = 0


def plan(stored: Sequence[Occurrence], delta: Delta, window: Window, *, empty_believed: bool) -> Plan:
    """What the answer changes.

    `stored`: what the store has in the window, of whatever scope, unique by key and by item id. `empty_believed`:
    the second read that was asked for has said so too. Content without a head, and heads whose content is neither
    stored nor delivered, change nothing.
    """
    if delta.heads is None:
        return Plan(Verdict.APPLY)
    if not delta.heads and delta.complete and stored and not empty_believed:
        return Plan(Verdict.DOUBT)
    heads = {head.item_id for head in delta.heads}
    fetched = _unique(each for each in delta.fetched if each.occurrence.item_id in heads)
    unread = heads - fetched.keys()
    present = [item for item in stored if item.item_id in unread]
    inside = [each for each in fetched.values() if _touches(each.occurrence, window)]  # others moved while we read
    winners = _winners([*present, *(each.occurrence for each in inside)])
    upserts = tuple(each for each in inside if winners[each.occurrence.key] is each.occurrence)
    replaced = _Replaced(upserts)
    changed = len({id(each) for item in stored for each in replaced.by(item)})
    removals: tuple[ItemId, ...] = ()
    if delta.complete:
        removals = tuple(item.item_id for item in stored if item.item_id not in unread and not replaced.by(item))
    return Plan(Verdict.APPLY, upserts, removals, len(upserts) - changed, changed)


class _Replaced:
    """Which upserts take a stored entry's place: the one of its key, the one of its item."""

    def __init__(self, upserts: Iterable[Fetched]) -> None:
        self._by_key = {each.occurrence.key: each for each in upserts}
        self._by_item = {each.occurrence.item_id: each for each in upserts}

    def by(self, item: Occurrence) -> list[Fetched]:
        found = (self._by_key.get(item.key), self._by_item.get(item.item_id))
        return [each for each in found if each is not None]


def _unique(fetched: Iterable[Fetched]) -> dict[ItemId, Fetched]:
    """By item id; of several the newest."""
    result: dict[ItemId, Fetched] = {}
    for each in fetched:
        other = result.get(each.occurrence.item_id)
        if other is None or _rank(each.occurrence) > _rank(other.occurrence):
            result[each.occurrence.item_id] = each
    return result


def _winners(items: Iterable[Occurrence]) -> dict[OccurrenceKey, Occurrence]:
    """One for each key: the newest, whatever the order in which they came."""
    result: dict[OccurrenceKey, Occurrence] = {}
    for item in items:
        other = result.get(item.key)
        if other is None or _rank(item) > _rank(other):
            result[item.key] = item
    return result


def _rank(item: Occurrence) -> tuple[datetime, str, str]:
    return (item.last_modified or _LONG_AGO, item.item_id, item.change_key)


def _touches(item: Occurrence, window: Window) -> bool:
    return item.start <= window.end and max(item.start, item.end) >= window.start
