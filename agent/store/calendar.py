"""`agent.ports.CalendarStore` on SQLite.

Safe to use from several threads. Readers never wait for a writer (WAL); a write may wait for another one and for the
disk, so nothing that must stay responsive writes from its own thread.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from agent.model.event import ChangeKey, ItemId
from agent.model.sync import Entry, SyncToken, Window
from agent.ports import StoredEntry
from agent.store.answers import SqliteAnswers
from agent.store.attendance import SqliteAttendance
from agent.store.database import Database
from agent.store.delta import forget, write_delta
from agent.store.history import SqliteHistory
from agent.store.outbox import SqliteOutbox
from agent.store.rows import from_row
from agent.store.schema import calendar, meeting, note, occurrence


def new_meeting_id() -> str:
    """Twelve characters that are safe in a URL; says nothing about the meeting."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The file could not be used at start. `reason`: damaged, newer, foreign. `kept_as`: where it lies now."""

    reason: str
    kept_as: Path


class SqliteCalendarStore:
    """The store on an opened, checked and migrated file: see `agent.store.opening.open_store`.

    `rebuilt`: it was begun anew. `not_migrated`: it still has an older program's schema, since its migration failed for
    the reason of this code; the calendar is served, the history is not kept.
    """

    def __init__(
        self,
        database: Database,
        *,
        rebuilt: Rebuilt | None = None,
        not_migrated: str | None = None,
        new_id: Callable[[], str] = new_meeting_id,
    ) -> None:
        self._database = database
        self.path = database.path
        self.rebuilt = rebuilt
        self.not_migrated = not_migrated
        self.history = SqliteHistory(database)
        """What this box remembers of its last days."""
        self.outbox = SqliteOutbox(database)
        """Writes on their way to the server."""
        self.attendance = SqliteAttendance(database)
        """Who came, meeting by meeting."""
        self.answers = SqliteAnswers(database)
        """The room's answers to invitations."""
        self._new_id = new_id

    def token(self, scope: str) -> SyncToken | None:
        with self._database.reading() as connection:
            token = connection.execute(select(calendar.c.token).where(calendar.c.scope == scope)).scalar()
        return None if token is None else SyncToken(token)

    def known(self, scope: str, window: Window) -> Mapping[ItemId, ChangeKey]:
        wanted = select(occurrence.c.item_id, occurrence.c.change_key).where(
            occurrence.c.scope == scope, _intersects(window)
        )
        with self._database.reading() as connection:
            return {ItemId(row.item_id): ChangeKey(row.change_key) for row in connection.execute(wanted)}

    def apply(
        self,
        scope: str,
        token: SyncToken | None,
        upserts: Sequence[Entry],
        removed: Sequence[ItemId],
        as_of: datetime,
    ) -> None:
        def act(connection: Connection) -> None:
            if upserts or removed:
                write_delta(connection, scope, upserts, removed, as_of, self._new_id)
                forget(connection, as_of)
            connection.execute(update(calendar).values(scope=scope, token=token, as_of=as_of))

        self._database.write(act)

    def entries(self, window: Window) -> Sequence[StoredEntry]:
        wanted = (
            select(occurrence, meeting.c.uid, meeting.c.original_start)
            .join(meeting)
            .where(_intersects(window))
            .order_by(occurrence.c.start, occurrence.c.meeting_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return [from_row(row) for row in rows]

    def as_of(self) -> datetime | None:
        with self._database.reading() as connection:
            found: datetime | None = connection.execute(select(calendar.c.as_of)).scalar()
        return found

    def forget_before(self, end: datetime) -> int:
        old = select(occurrence.c.meeting_id).where(_ended_before(end))
        with self._database.reading() as connection:
            if connection.execute(old.limit(1)).first() is None:
                return 0

        def act(connection: Connection) -> int:
            connection.execute(update(meeting).where(meeting.c.meeting_id.in_(old)).values(gone_since=end))
            return connection.execute(delete(occurrence).where(_ended_before(end))).rowcount

        return self._database.write(act)

    def note(self, key: str) -> str | None:
        with self._database.reading() as connection:
            value: str | None = connection.execute(select(note.c.value).where(note.c.key == key)).scalar()
        return value

    def set_note(self, key: str, value: str | None) -> None:
        def act(connection: Connection) -> None:
            if value is None:
                connection.execute(delete(note).where(note.c.key == key))
            else:
                write = insert(note).values(key=key, value=value)
                connection.execute(write.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

        self._database.write(act)

    def close(self) -> None:
        self._database.close()


def _intersects(window: Window) -> ColumnElement[bool]:
    """[start, end) meets the window; an occurrence without length does where it stands."""
    start, end = occurrence.c.start, occurrence.c.end
    return and_(start < window.end, or_(end > window.start, and_(start >= end, start >= window.start)))


def _ended_before(end: datetime) -> ColumnElement[bool]:
    """An occurrence that ends before it starts ended when it started."""
    return and_(occurrence.c.end < end, occurrence.c.start < end)
