"""calendarView/delta: what changed in a window since a token was given out."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from agent.demo import world as w
from agent.demo.graph.errors import GraphError
from agent.demo.graph.events import event, stub
from agent.demo.graph.query import Query

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A token: of which run and calendar, which window (ISO), changes after `since` up to `upto` (0: not fixed yet),
    and how many elements of them were told."""

    instance: str
    guid: str
    start: str
    end: str
    since: int
    upto: int = 0
    told: int = 0

    def text(self) -> str:
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Mark:
        try:
            return cls(**json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))
        except (binascii.Error, ValueError, TypeError):
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.") from None


def page(
    world: w.World, calendar: w.Calendar, room: w.MailboxEntry, query: Query, oldest: int
) -> tuple[Json, Mark, bool]:
    """Elements, the next token, and whether more pages follow. `oldest`: older tokens are forgotten."""
    mark = _mark(world, calendar, query, oldest)
    upto = mark.upto or world.change_number
    elements = _elements(calendar, room, mark, upto, query)
    size = query.page_size or 50
    shown = elements[mark.told : mark.told + size]
    more = mark.told + size < len(elements)
    following = replace(mark, upto=upto, told=mark.told + size) if more else replace(mark, since=upto, upto=0, told=0)
    return {"value": shown}, following, more


def _mark(world: w.World, calendar: w.Calendar, query: Query, oldest: int) -> Mark:
    token = query.options.get("$skiptoken") or query.options.get("$deltatoken")
    if token is None:
        start, end = query.window()
        return Mark(world.instance, str(calendar.guid), start.isoformat(), end.isoformat(), -1)
    mark = Mark.read(token)
    if (mark.instance, mark.guid) != (world.instance, str(calendar.guid)) or 0 <= mark.since < oldest:
        raise GraphError(410, "SyncStateNotFound", "The sync state generation is not found.")
    return mark


def _elements(calendar: w.Calendar, room: w.MailboxEntry, mark: Mark, upto: int, query: Query) -> list[Json]:
    start, end = datetime.fromisoformat(mark.start), datetime.fromisoformat(mark.end)
    inside = calendar.view(start, end)
    if mark.since < 0:
        changed = dict.fromkeys(item.master_id or item.item_id for item in inside)
    else:
        changed = dict.fromkeys(each.item_id for each in calendar.changes_since(mark.since) if each.number <= upto)
    return [element for item_id in changed for element in _of(calendar, room, item_id, inside, query)]


def _of(calendar: w.Calendar, room: w.MailboxEntry, item_id: w.ItemId, inside: Any, query: Query) -> list[Json]:
    """All elements of one stored item: a single; or a master, its occurrences as stubs, exceptions whole."""
    there = [item for item in inside if item_id in (item.item_id, item.master_id)]
    if not there:
        reason = {"reason": "deleted"}
        return [{"@odata.type": "#microsoft.graph.event", "id": item_id, "@removed": reason}]
    everything = replace(query, select=None, expanded=frozenset())
    whole = [item for item in there if item.kind is not w.Kind.OCCURRENCE]
    if there[0].master_id is not None:
        whole.insert(0, calendar.item(item_id))
    told = [{"@odata.type": "#microsoft.graph.event", **event(each, room, everything, listed=False)} for each in whole]
    return told + [stub(each, query) for each in there if each.kind is w.Kind.OCCURRENCE]
