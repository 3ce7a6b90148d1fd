"""From a path to a store that can be trusted: checked whole, brought to the present schema, or begun anew."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine, delete, insert, inspect, select

from agent.errors import StoreError
from agent.store import ballast
from agent.store.calendar import Rebuilt, SqliteCalendarStore
from agent.store.database import Database
from agent.store.engine import MAX_PAGES, make_engine, translated, writer
from agent.store.migrate import Schema, create, examine, is_servable, upgraded
from agent.store.rescue import readable_notes
from agent.store.schema import answer, attendance, calendar, meeting, occurrence, outbox

log = structlog.get_logger()

FILE = "room.db"
MakeRoom = Callable[[], bool]
_SUFFIXES = ("-wal", "-shm", "")  # SQLite's three files; the database itself goes last


class _UnusableError(Exception):
    """The file is there and is not a database of ours. `reason` as in `Rebuilt`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def open_store(state_dir: Path, mailbox: str, *, max_pages: int = MAX_PAGES) -> SqliteCalendarStore:
    """The store of one room in `STATE/room.db` (0600), created when there is none.

    A file that is damaged, of a newer program or not ours is set aside as `damaged-room.db` and a new one begun: the
    calendar is read again from the server, notes are taken over as far as they can be read. What is stored of another
    mailbox is deleted before anybody can see it. On a full disk, now or later, the ballast beside it makes some room.
    A file whose migration fails stays as it was and is served by what it has: `not_migrated` says why.
    Raises `StoreError` when the file cannot be used for a reason that may pass.
    """
    path = state_dir / FILE
    try:
        store = _open_or_begin(path, mailbox, max_pages)
    except StoreError as error:
        if error.code != "store.full" or not _drop_ballast(state_dir):
            raise
        return _open_or_begin(path, mailbox, max_pages)
    ballast.load(state_dir)
    return store


def _drop_ballast(state_dir: Path) -> bool:
    dropped = ballast.drop(state_dir)
    if dropped:
        log.warning("store.ballast_dropped", path=str(state_dir))
    return dropped


def _open_or_begin(path: Path, mailbox: str, max_pages: int) -> SqliteCalendarStore:
    make_room = partial(_drop_ballast, path.parent)
    with translated(path):
        _prepare(path)
        try:
            engine, not_migrated = _open(path, mailbox, max_pages, make_room)
            return SqliteCalendarStore(Database(engine, path, make_room), not_migrated=not_migrated)
        except _UnusableError as error:
            rebuilt = Rebuilt(error.reason, _set_aside(path))
        log.warning("store.rebuilt", reason=rebuilt.reason, kept_as=str(rebuilt.kept_as))
        notes = {} if rebuilt.reason == "foreign" else readable_notes(rebuilt.kept_as)
        _prepare(path)
        engine, _ = _open(path, mailbox, max_pages, make_room)
        store = SqliteCalendarStore(Database(engine, path, make_room), rebuilt=rebuilt)
    for key, value in notes.items():
        store.set_note(key, value)
    return store


def _open(path: Path, mailbox: str, max_pages: int, make_room: MakeRoom) -> tuple[Engine, str | None]:
    """The engine, and the code of why the file could not be migrated."""
    engine = make_engine(path, max_pages)
    with ExitStack() as undo:
        undo.callback(engine.dispose)
        try:
            with translated(path):
                not_migrated = _bring_up(engine, path, mailbox, make_room)
        except StoreError as error:
            if error.code == "store.damaged":
                raise _UnusableError("damaged") from error
            raise
        undo.pop_all()
    return engine, not_migrated


def _bring_up(engine: Engine, path: Path, mailbox: str, make_room: MakeRoom) -> str | None:
    with engine.connect() as connection:
        if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
            raise _UnusableError("damaged")
        found = examine(connection)
    if found in (Schema.NEWER, Schema.FOREIGN):
        raise _UnusableError(found.value)
    not_migrated = _migrate(engine, path, make_room) if found is Schema.DUE else None
    with writer(engine).begin() as connection:
        if found is Schema.EMPTY:
            create(connection)
        _own(connection, mailbox.strip().lower())
    return not_migrated


def _migrate(engine: Engine, path: Path, make_room: MakeRoom) -> str | None:
    """Bring the file to the present schema. Where that fails it stays as it was, and the code says why: its calendar
    can be served nevertheless, unless it is too old for that."""
    code = upgraded(engine, path)
    if code == "store.full" and make_room():
        code = upgraded(engine, path)
    if code is None:
        return None
    with engine.connect() as connection:
        if not is_servable(connection):
            raise _UnusableError("not_migrated")
    log.error("store.not_migrated", path=str(path), code=code)
    return code


def _own(connection: Connection, mailbox: str) -> None:
    """Make the database this room's: nothing of another mailbox stays. Notes of the process itself do.

    Without a mailbox (set-up mode) the database stays whose it was.
    """
    stored = connection.execute(select(calendar.c.mailbox)).scalar()
    if stored == mailbox or (stored is not None and not mailbox):
        return
    tables = inspect(connection)
    for table in (occurrence, meeting, calendar, outbox, attendance, answer):
        if tables.has_table(table.name):  # a file whose migration failed lacks some
            connection.execute(delete(table))
    connection.execute(insert(calendar).values(id=1, mailbox=mailbox))


def _prepare(path: Path) -> None:
    """Make sure of a plain file that only we can read. A symbolic link is refused: it was planted."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StoreError("store.unavailable", f"{path}: not a regular file")
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


def _set_aside(path: Path) -> Path:
    """Move the database and what belongs to it to `damaged-…`, in place of the last one that lay there."""
    kept = path.with_name(f"damaged-{path.name}")
    for suffix in _SUFFIXES:
        kept.with_name(kept.name + suffix).unlink(missing_ok=True)
    for suffix in _SUFFIXES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept
