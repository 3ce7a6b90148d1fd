"""A copy of the agent's database before an upgrade, and its return.

The file belongs to the agent and so may hold anything: it is opened by a child with the agent's own rights, never by
root. The child shares an unnamed file with root, and is this program itself, whatever becomes of its files meanwhile.
"""

from __future__ import annotations

import os
import pwd
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from room_upgrade import durable
from room_upgrade.record import KEPT

USER = "room-agent"
LIVE = Path("/var/lib/room-agent/room.db")
COPY = KEPT / "room.db"
LARGEST = 256 * 1024 * 1024  # four times what the agent lets it grow to
PATIENCE_S = 120
_MIGRATION = "python3.*/site-packages/agent/store/migrations/versions/v[0-9][0-9][0-9][0-9]_*.py"


MIGRATIONS = Path("/usr/lib/room-agent/lib")


class DatabaseError(Exception):
    """It could not be copied or brought back, and why."""


def keep() -> None:
    """Copy it to /var/lib/room-upgrade, or note that there is none. Raises DatabaseError."""
    durable.remove(COPY)
    with _shared() as shared:
        _as_agent(_read, shared)
        if shared.seek(0, os.SEEK_END) > LARGEST:
            raise DatabaseError("it is larger than any that the agent makes")
        shared.seek(0)
        if content := shared.read():
            durable.write(COPY, content)


def bring_back() -> None:
    """Put the copy in its place, while the agent does not run; without a copy, nothing. Raises DatabaseError."""
    if COPY.exists():
        with _shared() as shared:
            _fill(shared, COPY.read_bytes())
            shared.seek(0)
            _as_agent(_write, shared)


def is_current() -> bool:
    """Whether the file has the schema of the newest migration that is installed.

    The status says it as well (`store.not_migrated`); this does not rely on what a version on trial says of itself.
    """
    newest = max((path.name[1:5] for path in MIGRATIONS.glob(_MIGRATION)), default="")
    with _shared() as shared:
        try:
            _as_agent(_revision, shared)
        except DatabaseError:
            return False
        shared.seek(0)
        return shared.read().decode(errors="replace") in ("", newest)


def _shared() -> BinaryIO:
    return os.fdopen(os.memfd_create("room-upgrade"), "w+b", buffering=0)


def _fill(shared: BinaryIO, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[shared.write(rest) :]


def _as_agent(work: Callable[[BinaryIO], None], shared: BinaryIO) -> None:
    try:
        account = pwd.getpwnam(USER)
    except KeyError:
        raise DatabaseError(f"there is no user {USER}") from None
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(PATIENCE_S)
            os.setgroups([])
            os.setgid(account.pw_gid)
            os.setuid(account.pw_uid)
            os.umask(0o077)
            work(shared)
            status = 0
        except (OSError, sqlite3.Error) as error:
            print(f"room-upgrade: database: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if status:
        raise DatabaseError(f"{work.__name__.strip('_')}: {os.waitstatus_to_exitcode(status)}")


def _read(shared: BinaryIO) -> None:
    """The database as one file, whatever its log holds; nothing when there is none."""
    if not LIVE.exists():
        return
    with (
        closing(sqlite3.connect(f"file:{LIVE}?mode=rw", uri=True)) as source,
        closing(sqlite3.connect(":memory:")) as whole,
    ):
        source.backup(whole)
        _fill(shared, whole.serialize())


def _revision(shared: BinaryIO) -> None:
    if LIVE.exists():
        with closing(sqlite3.connect(f"file:{LIVE}?mode=rw", uri=True)) as database:
            [found] = database.execute("SELECT version_num FROM alembic_version").fetchone()
            _fill(shared, str(found)[:100].encode())


def _write(shared: BinaryIO) -> None:
    beside = LIVE.with_name("before-upgrade.db")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(shared.read())
        file.flush()
        os.fsync(descriptor)
    for suffix in ("-wal", "-shm"):  # a log of the newer file must not be applied to the older one
        LIVE.with_name(LIVE.name + suffix).unlink(missing_ok=True)
    beside.rename(LIVE)
    durable.flush_directory(LIVE.parent)
