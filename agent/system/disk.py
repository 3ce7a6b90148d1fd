"""How much room a file system has, and what files take of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from agent.model.machine import Storage


def storage_of(folder: Path) -> Storage | None:
    """Free for us and in all, in bytes; None where nobody can say."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return None
    writable = not found.f_flag & os.ST_RDONLY
    return Storage(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, writable)


def size_of(*files: Path) -> int:
    """Bytes of these files together; one that is not there has none."""
    total = 0
    for file in files:
        with suppress(OSError):
            total += file.stat().st_size
    return total
