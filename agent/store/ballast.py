"""A file that is there to be deleted: on a full disk SQLite cannot even open its log, nor free anything by itself."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

FILE = "ballast"
SIZE = 1024 * 1024


def load(state_dir: Path) -> None:
    """Put the ballast in its place if it is not there and half of the disk's free space is enough for it."""
    path = state_dir / FILE
    with suppress(OSError):  # no ballast is no reason not to start
        if path.exists() and path.stat().st_size == SIZE:
            return
        free = os.statvfs(state_dir)
        if free.f_bavail * free.f_frsize < 2 * SIZE:
            return
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, SIZE)
        finally:
            os.close(descriptor)


def drop(state_dir: Path) -> bool:
    """Free the space; whether there was any."""
    try:
        (state_dir / FILE).unlink()
    except OSError:
        return False
    return True
