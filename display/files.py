"""Small files of JSON objects: written whole or not at all; what cannot be read counts as empty."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

_LARGEST = 256 * 1024
_disk = ThreadPoolExecutor(1, "disk")


def read(path: Path) -> dict[str, Any]:
    """The object in a file; empty for a file that is missing or holds anything else."""
    try:
        with path.open("rb") as file:
            kept = json.loads(file.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write(path: Path, kept: Mapping[str, Any]) -> bool:
    """Replace a file, its folder made where it is missing; False where that failed: a full disk costs the memory, not
    the display. Waits for the disk."""
    draft = path.with_suffix(".new")
    try:
        with _as_its_owner(path.parent):
            make_folder(path.parent)
            with draft.open("w") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
    except OSError as error:
        log.warning("%s could not be written: %s", path.name, error.strerror)
        return False
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing, for their owner alone. Raises OSError."""
    with _as_its_owner(folder):
        for each in reversed([each for each in (folder, *folder.parents) if not each.is_dir()]):
            each.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _as_its_owner(folder: Path) -> Iterator[None]:
    """What root writes in a service's folder it writes as that service, which can read and replace it afterwards, and
    whose links lead nowhere that it could not go itself. The owner is that of the first folder above that is there."""
    there = next(each for each in (folder, *folder.parents) if os.path.lexists(each))
    owner = there.lstat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        yield
        return
    group, groups = os.getegid(), os.getgroups()
    os.setgroups([])
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def write_later(path: Path, kept: Mapping[str, Any]) -> Future[bool]:
    """The same by a thread, one file after the other: no event loop waits for a slow disk."""
    return _disk.submit(write, path, dict(kept))
