"""Which requests the room has answered, in the store's file: written down before an answer is sent, and after it.

What was begun and has not ended may have been sent: after a crash somebody has to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from agent.model.event import ItemId, Response
from agent.model.requests import Answer
from agent.store.database import Database
from agent.store.schema import answer as table

_FIELDS = ("message_id", "uid", "code", "before", "after", "begun", "ended", "outcome", "request_id")
_COLUMNS = [table.c[name] for name in (*_FIELDS, "response")]


class SqliteAnswers:
    """Safe to use from several threads. All is on disk when a method returns; any may raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, answer: Answer) -> None:
        """It is about to be sent; in place of an earlier attempt."""
        values: dict[str, Any] = {name: getattr(answer, name) for name in _FIELDS}
        values |= {"response": answer.response.value, "ended": None, "audited": False}
        write = insert(table).values(values)
        write = write.on_conflict_do_update(index_elements=["message_id"], set_=values)
        self._database.write(lambda connection: connection.execute(write))

    def withdraw(self, message_id: ItemId) -> None:
        """It was certainly not sent."""
        self._execute(delete(table).where(_is(message_id), table.c.ended.is_(None)))

    def end(self, message_id: ItemId, at: datetime, outcome: str, request_id: str) -> None:
        """It has ended; harmless when it had before."""
        values = {"ended": at, "outcome": outcome, "request_id": request_id}
        self._execute(update(table).where(_is(message_id), table.c.ended.is_(None)).values(values))

    def begun(self) -> Sequence[Answer]:
        """Those that may have been sent or not, the oldest first."""
        return self._those(table.c.ended.is_(None))

    def of(self, message_ids: Sequence[ItemId]) -> Mapping[ItemId, Answer]:
        """What is written down about these messages; nothing is of one that is absent."""
        return {each.message_id: each for each in self._those(table.c.message_id.in_(message_ids))}

    def unaudited(self) -> Sequence[Answer]:
        """Those that ended and that `audited` was not called for, the oldest first."""
        return self._those(and_(table.c.ended.is_not(None), table.c.audited.is_(False)))

    def audited(self, message_id: ItemId) -> None:
        """It stands in the audit log."""
        self._execute(update(table).where(_is(message_id)).values(audited=True))

    def forget(self, before: datetime) -> int:
        """Delete what ended before this instant and stands in the audit log; how many."""
        old = delete(table).where(table.c.ended < before, table.c.audited.is_(True))
        return self._database.write(lambda connection: connection.execute(old).rowcount)

    def _those(self, which: ColumnElement[bool]) -> list[Answer]:
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).where(which).order_by(table.c.begun, table.c.message_id)).all()
        return [_answer(row._asdict()) for row in rows]

    def _execute(self, statement: Any) -> None:
        self._database.write(lambda connection: connection.execute(statement))


def _is(message_id: ItemId) -> ColumnElement[bool]:
    return table.c.message_id == message_id


def _answer(row: dict[str, Any]) -> Answer:
    return Answer(**{**row, "message_id": ItemId(row["message_id"]), "response": Response(row["response"])})
