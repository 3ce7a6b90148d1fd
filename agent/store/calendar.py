"""`agent.ports.CalendarStore` on SQLite.

Safe to use from several threads. Readers never wait for a writer (WAL); a write may wait for another one and for the
disk, so nothing that must stay responsive writes from its own thread.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from agent.errors import StoreError
from agent.model.event import ChangeKey, ItemId
from agent.model.sync import Entry, SyncToken, Window
from agent.ports import StoredEntry
from agent.store.delta import forget, write_delta
from agent.store.engine import translated, writer
from agent.store.rows import from_row
from agent.store.schema import calendar, meeting, note, occurrence

T = TypeVar("T")

CLOSE_WITHIN_S = 2.0
"""A disk that stalls must not keep the process from ending; the transaction is then as if power had failed."""


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

    `make_room` is asked when the disk is full: it frees some space, or has none and says False.
    """

    def __init__(
        self,
        engine: Engine,
        path: Path,
        *,
        rebuilt: Rebuilt | None = None,
        new_id: Callable[[], str] = new_meeting_id,
        make_room: Callable[[], bool] = lambda: False,
    ) -> None:
        self._make_room = make_room
        self.path = path
        self.rebuilt = rebuilt
        self._engine = engine
        self._new_id = new_id
        self._writing = threading.Lock()
        self._closed = False

    def token(self, scope: str) -> SyncToken | None:
        with self._reading() as connection:
            token = connection.execute(select(calendar.c.token).where(calendar.c.scope == scope)).scalar()
        return None if token is None else SyncToken(token)

    def known(self, scope: str, window: Window) -> Mapping[ItemId, ChangeKey]:
        wanted = select(occurrence.c.item_id, occurrence.c.change_key).where(
            occurrence.c.scope == scope, _intersects(window)
        )
        with self._reading() as connection:
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

        self._write(act)

    def entries(self, window: Window) -> Sequence[StoredEntry]:
        wanted = (
            select(occurrence, meeting.c.uid, meeting.c.original_start)
            .join(meeting)
            .where(_intersects(window))
            .order_by(occurrence.c.start, occurrence.c.meeting_id)
        )
        with self._reading() as connection:
            rows = connection.execute(wanted).all()
        return [from_row(row) for row in rows]

    def as_of(self) -> datetime | None:
        with self._reading() as connection:
            found: datetime | None = connection.execute(select(calendar.c.as_of)).scalar()
        return found

    def forget_before(self, end: datetime) -> int:
        old = select(occurrence.c.meeting_id).where(_ended_before(end))
        with self._reading() as connection:
            if connection.execute(old.limit(1)).first() is None:
                return 0

        def act(connection: Connection) -> int:
            connection.execute(update(meeting).where(meeting.c.meeting_id.in_(old)).values(gone_since=end))
            return connection.execute(delete(occurrence).where(_ended_before(end))).rowcount

        return self._write(act)

    def note(self, key: str) -> str | None:
        with self._reading() as connection:
            value: str | None = connection.execute(select(note.c.value).where(note.c.key == key)).scalar()
        return value

    def set_note(self, key: str, value: str | None) -> None:
        def act(connection: Connection) -> None:
            if value is None:
                connection.execute(delete(note).where(note.c.key == key))
            else:
                write = insert(note).values(key=key, value=value)
                connection.execute(write.on_conflict_do_update(index_elements=["key"], set_={"value": value}))

        self._write(act)

    def close(self) -> None:
        self._closed = True
        waited = self._writing.acquire(timeout=CLOSE_WITHIN_S)  # a transaction under way may end first
        self._engine.dispose()
        if waited:
            self._writing.release()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._using(), self._engine.connect() as connection:
            yield connection

    def _write(self, act: Callable[[Connection], T]) -> T:
        """What `act` gives, in one transaction; on a full disk once more with the spare room."""
        try:
            return self._transact(act)
        except StoreError as error:
            if error.code != "store.full" or not self._make_room():
                raise
        return self._transact(act)

    def _transact(self, act: Callable[[Connection], T]) -> T:
        with self._writing, self._using(), writer(self._engine).begin() as connection:
            return act(connection)

    @contextmanager
    def _using(self) -> Iterator[None]:
        if self._closed:
            raise StoreError("store.closed", f"{self.path}: the database is closed")
        try:
            with translated(self.path):
                yield
        except StoreError as error:
            if error.code == "store.unavailable":
                self._engine.dispose()  # after an I/O error only new connections can be trusted
            raise


def _intersects(window: Window) -> ColumnElement[bool]:
    """[start, end) meets the window; an occurrence without length does where it stands."""
    start, end = occurrence.c.start, occurrence.c.end
    return and_(start < window.end, or_(end > window.start, and_(start >= end, start >= window.start)))


def _ended_before(end: datetime) -> ColumnElement[bool]:
    """An occurrence that ends before it starts ended when it started."""
    return and_(occurrence.c.end < end, occurrence.c.start < end)
