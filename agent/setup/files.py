"""Files of the set-up: how they are written, read and cleared away."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path

from agent.errors import RoomAgentError
from agent.system.durable import make_directory, replace_whole, sync_directory


def write(path: Path, content: bytes) -> None:
    """`replace_whole`, in a directory that is made where it is missing. Raises RoomAgentError (`setup.unwritable`)."""
    try:
        make_directory(path.parent)
        replace_whole(path, content)
    except OSError as error:
        raise RoomAgentError("setup.unwritable", f"{path}: cannot be written: {error.strerror}") from error


def read(path: Path, limit: int = 1024 * 1024) -> bytes | None:
    """What a file holds; None where there is none that can be read, or a larger one."""
    try:
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError:
        return None
    return content if len(content) <= limit else None


def names(directory: Path) -> list[str]:
    """What lies in a directory, in order; nothing where there is none."""
    try:
        return sorted(os.listdir(directory))  # noqa: PTH208  names, not paths
    except OSError:
        return []


def empty(directory: Path, but: Collection[str] = ()) -> None:
    """Remove everything in a directory but the entries of these names. What is no file of ours goes as well; a link
    goes, not what it leads to, be it in the directory or in its place."""
    if directory.is_symlink():
        directory.unlink()
    for name in names(directory):
        if name in but:
            continue
        entry = directory / name
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)
    if directory.is_dir():
        sync_directory(directory)
