"""Doing away with a database so that nothing of it can be read from its files any more."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from agent.system.durable import sync_directory


def erase(directory: Path) -> None:
    """Delete a directory with its databases, their content overwritten first; gone from disk when this returns.

    Overwritten is what SQLite wrote into its files: `secure_delete` puts zeros over rows, and the log, which holds
    copies of them, is emptied into the file and truncated. What a file system or a flash drive keeps of older blocks
    is beyond a program; disk encryption is for that. Raises OSError when something cannot be deleted.
    """
    for database in directory.glob("*.db"):
        with suppress(sqlite3.Error):  # damaged, or in use by a call that hangs: unlinked below in any case
            _overwrite(database)
    if directory.is_symlink():
        directory.unlink()
    elif directory.exists():
        shutil.rmtree(directory)
        sync_directory(directory.parent)


def _overwrite(database: Path) -> None:
    with closing(sqlite3.connect(database, timeout=1.0, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (name,) in tables.fetchall():
            quoted = '"' + str(name).replace('"', '""') + '"'
            connection.execute(f"DELETE FROM {quoted}")  # noqa: S608  an identifier, quoted
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
