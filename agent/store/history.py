"""`agent.ports.HistoryStore` in the tables of the same file: rows by natural keys: writing twice is harmless."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.sqlite import Insert, insert

from agent.model.history import QUARTER, InputSpan, JoinPress, Outage, Past, Previous, Quarter, Start
from agent.store.database import Database
from agent.store.schema import agent_start, input_span, join_press, outage, sync_quarter

KEEP = timedelta(days=8)
AHEAD = timedelta(days=1)
"""What lies further in the future was written by a clock that was wrong."""
MOST: Mapping[Table, int] = {outage: 2_000, sync_quarter: 800, join_press: 2_000, input_span: 5_000, agent_start: 500}
"""Rows of a table; the oldest go. With all of them the history takes about 1 MiB."""
_SPANS = (outage, input_span)

Row = dict[str, Any]  # a row's columns, for the driver alone


class SqliteHistory:
    """The history in the store's own file. Never takes the spare room of a full disk."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, past: Past, now: datetime) -> None:
        def act(connection: Connection) -> None:
            for table, rows in _rows(past).items():
                if rows:
                    connection.execute(_upsert(table), rows)
            for table in MOST:
                _forget(connection, table, now)

        self._database.write_if_room(act)

    def read(self, since: datetime, until: datetime) -> Past:
        with self._database.reading() as connection:
            return read_past(connection, since, until)

    def end_spans(self, now: datetime) -> None:
        def act(connection: Connection) -> None:
            alive = _last_sign(connection, now)
            for table in _SPANS:
                ended = func.max(table.c.since, literal(alive, table.c.since.type))
                connection.execute(update(table).where(table.c.until.is_(None)).values(until=ended))

        self._database.write_if_room(act)


def read_past(connection: Connection, since: datetime, until: datetime) -> Past:
    """What a file holds of a stretch of time: for the store, and for who reads it while no agent runs."""

    def rows(table: Table) -> list[Any]:
        wanted = select(table).where(table.c.since < until, _ends_after(table, since)).order_by(table.c.since)
        return list(connection.execute(wanted))

    return Past(
        outages=tuple(Outage(row.since, row.until, row.code) for row in rows(outage)),
        quarters=tuple(Quarter(*row) for row in rows(sync_quarter)),
        joins=tuple(JoinPress(*row) for row in rows(join_press)),
        inputs=tuple(InputSpan(*row) for row in rows(input_span)),
        starts=tuple(Start(row.since, Previous(row.previous)) for row in rows(agent_start)),
    )


def _rows(past: Past) -> dict[Table, list[Row]]:
    return {
        outage: [{"since": e.since, "code": e.code, "until": e.until} for e in past.outages],
        sync_quarter: [
            {"since": e.since, "ok": e.ok, "failed": e.failed, "changes": e.changes, "slowest_s": e.slowest_s}
            for e in past.quarters
        ],
        join_press: [{"id": e.id, "since": e.at, "provider": e.provider, "outcome": e.outcome} for e in past.joins],
        input_span: [{"name": e.name, "since": e.since, "until": e.until, "state": e.state} for e in past.inputs],
        agent_start: [{"since": e.at, "previous": e.previous.value} for e in past.starts],
    }


def _upsert(table: Table) -> Insert:
    write = insert(table)
    keys = [column.name for column in table.primary_key]
    values = {each.name: _merged(each, write.excluded[each.name]) for each in table.c if each.name not in keys}
    return write.on_conflict_do_update(index_elements=keys, set_=values)


def _merged(old: Column[Any], new: Any) -> Any:
    """The new value; of figures that only grow the greater one, should the clock have been set back."""
    return func.max(old, new) if old.table is sync_quarter else new


def _ends_after(table: Table, since: datetime) -> Any:
    if table is sync_quarter:
        return table.c.since > since - QUARTER
    return or_(table.c.until.is_(None), table.c.until > since) if table in _SPANS else table.c.since >= since


def _forget(connection: Connection, table: Table, now: datetime) -> None:
    old = table.c.since < now - KEEP
    if table in _SPANS:
        old = and_(table.c.until.is_not(None), table.c.until < now - KEEP)
    connection.execute(delete(table).where(or_(old, table.c.since > now + AHEAD)))
    too_old = select(table.c.since).order_by(table.c.since.desc()).limit(1).offset(MOST[table]).scalar_subquery()
    connection.execute(delete(table).where(table.c.since <= too_old))


def _last_sign(connection: Connection, now: datetime) -> datetime:
    """When the process before this one was certainly alive: what it wrote last says so, to a quarter of an hour."""
    newest = {table: connection.execute(select(func.max(table.c.since))).scalar() for table in MOST}
    written = newest[sync_quarter]
    signs = [*newest.values(), written + QUARTER if written else None]
    return min(now, max((each for each in signs if each is not None), default=now))
