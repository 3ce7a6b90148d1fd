"""`agent.ports.AttendanceStore` in the store's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from agent.model.control import Attendance
from agent.store.database import Database
from agent.store.schema import attendance as table

_CHUNK = 400  # SQLite limits the variables of a statement


class SqliteAttendance:
    """Safe to use from several threads. Where the schema is not migrated every method raises `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, meeting_ids: Sequence[str]) -> Mapping[str, Attendance]:
        parts = [meeting_ids[begin : begin + _CHUNK] for begin in range(0, len(meeting_ids), _CHUNK)]
        with self._database.reading() as connection:
            wanted = [select(table).where(table.c.meeting_id.in_(part)) for part in parts]
            rows = [row for each in wanted for row in connection.execute(each).mappings()]
        return {row.meeting_id: Attendance(**row) for row in rows}

    def put(self, attendance: Attendance) -> None:
        values = {column.name: getattr(attendance, column.name) for column in table.c}
        write = insert(table).values(values)

        def act(connection: Connection) -> None:
            connection.execute(write.on_conflict_do_update(index_elements=["meeting_id"], set_=values))

        self._database.write(act)

    def strikes(self, uid: str, since: datetime) -> int:
        wanted = select(func.count()).where(table.c.uid == uid, table.c.released >= since, table.c.kept.is_(None))
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar_one()

    def forget(self, before: datetime) -> int:
        def act(connection: Connection) -> int:
            return connection.execute(delete(table).where(table.c.start < before)).rowcount

        return self._database.write(act)
