"""One delta inside one transaction: occurrences out, ids passed on, occurrences in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, insert, or_, select, update

from agent.model.event import ItemId
from agent.model.sync import Entry
from agent.store.identity import Known, inherit
from agent.store.rows import key_of, place, to_row
from agent.store.schema import meeting, occurrence

REMEMBER = timedelta(days=7)
"""How long a meeting keeps its id without an occurrence: deleted and created again within it is the same meeting."""

REMEMBER_MAX = 5_000
_CHUNK = 400  # SQLite limits the variables of a statement


def write_delta(
    connection: Connection,
    scope: str,
    upserts: Sequence[Entry],
    removed: Collection[ItemId],
    as_of: datetime,
    new_id: Callable[[], str],
) -> None:
    """Removals first, then upserts; of two with one key or item the last counts. Runs in the caller's transaction."""
    by_item = {entry.occurrence.item_id: entry for entry in upserts}
    entries = {entry.occurrence.key: entry for entry in by_item.values()}
    items = {entry.occurrence.item_id for entry in entries.values()} | set(removed)
    known = list(_known(connection, {key.uid for key in entries}, items))
    ids = inherit(known, removed, [entry.occurrence for entry in entries.values()])
    claimed = set(ids.values())
    out = [each.meeting_id for each in known if each.item_id in items or each.meeting_id in claimed]
    if out:
        connection.execute(delete(occurrence).where(_by_id(occurrence)), [{"id": each} for each in out])
        gone = [{"id": each, "at": as_of} for each in out if each not in claimed]
        if gone:
            connection.execute(update(meeting).where(_by_id(meeting)).values(gone_since=bindparam("at")), gone)
    _name(connection, [{"id": ids[key], "to": key.uid, "at": place(key)} for key in entries if key in ids])
    fresh = {key: new_id() for key in entries if key not in ids}
    if fresh:
        rows = [{"meeting_id": id_, "uid": key.uid, "original_start": place(key)} for key, id_ in fresh.items()]
        connection.execute(insert(meeting), rows)
    if entries:
        ids |= fresh
        connection.execute(insert(occurrence), [to_row(entry, ids[key], scope) for key, entry in entries.items()])


def forget(connection: Connection, now: datetime) -> None:
    """Let go of ids that had no occurrence for `REMEMBER`, and of the oldest beyond `REMEMBER_MAX`."""
    connection.execute(delete(meeting).where(meeting.c.gone_since < now - REMEMBER))
    kept = (
        select(meeting.c.meeting_id)
        .where(meeting.c.gone_since.is_not(None))
        .order_by(meeting.c.gone_since.desc())
        .offset(REMEMBER_MAX)
    )
    connection.execute(delete(meeting).where(meeting.c.meeting_id.in_(kept)))


def _known(connection: Connection, uids: Collection[str], items: Collection[ItemId]) -> Iterator[Known]:
    """Stored and remembered meetings of these series, and those that hold these items; each once."""
    seen: set[str] = set()
    conditions = [meeting.c.uid.in_(part) for part in _chunks(uids)]
    conditions += [occurrence.c.item_id.in_(part) for part in _chunks(items)]
    columns = (*meeting.c, occurrence.c.item_id, occurrence.c.start)
    for condition in conditions:
        for row in connection.execute(select(*columns).select_from(meeting.outerjoin(occurrence)).where(condition)):
            if row.meeting_id not in seen:
                seen.add(row.meeting_id)
                yield Known(row.meeting_id, key_of(row.uid, row.original_start), row.item_id, row.start)


def _name(connection: Connection, rows: Sequence[dict[str, object]]) -> None:
    """Give meetings their (perhaps new) keys and their occurrences back."""
    if rows:
        there = or_(
            meeting.c.gone_since.is_not(None),
            meeting.c.uid != bindparam("to"),
            meeting.c.original_start != bindparam("at"),
        )
        statement = update(meeting).where(_by_id(meeting), there)
        connection.execute(statement.values(uid=bindparam("to"), original_start=bindparam("at"), gone_since=None), rows)


def _by_id(table: Table) -> ColumnElement[bool]:
    return table.c.meeting_id == bindparam("id")


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    rest = list(values)
    for begin in range(0, len(rest), _CHUNK):
        yield rest[begin : begin + _CHUNK]
