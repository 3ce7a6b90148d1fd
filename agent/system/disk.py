"""How much room a file system has."""

from __future__ import annotations

import os
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
