"""Small files that a power cut leaves whole: the old one or the new one."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write beside, flush, rename. The directory is made where it is missing (0700)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    beside.rename(path)
    flush_directory(path.parent)


def remove(path: Path) -> None:
    """Gone for good, also after a power cut."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        flush_directory(path.parent)


def flush_directory(path: Path) -> None:
    """Make names in it durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_json(path: Path) -> Any:
    """What was written; None when it is not there or not whole."""
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: Any, mode: int = 0o600) -> None:
    """As `write`."""
    write(path, json.dumps(value, indent=1, sort_keys=True).encode() + b"\n", mode)
