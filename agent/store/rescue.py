"""What can still be read of a database that was set aside.

Occurrences are never taken from it: the server has them. Notes exist nowhere else: how often a secret was refused,
which revision the screen has seen. They may be altered, so their readers take nothing for granted.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

NOTES_MAX = 100
LENGTH_MAX = 10_000


def readable_notes(path: Path) -> dict[str, str]:
    """The notes of a damaged database; those before the first damage, none when nothing can be read."""
    notes: dict[str, str] = {}
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT key, value FROM note LIMIT ?", (NOTES_MAX,))
            notes.update((key, value) for key, value in rows if _plausible(key, value))
    except (sqlite3.Error, OSError, ValueError):
        return notes  # damage is why we are here
    return notes


def _plausible(key: object, value: object) -> bool:
    return isinstance(key, str) and isinstance(value, str) and len(key) + len(value) <= LENGTH_MAX
