"""Small files of JSON objects: written whole or not at all; what cannot be read counts as empty."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
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
        make_folder(path.parent)
        with draft.open("w") as file:
            _give_to_owner_above(draft)
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
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give_to_owner_above(folder)


def _give_to_owner_above(path: Path) -> None:
    """What root makes in a service's folder is the service's, which could neither read nor replace it otherwise."""
    above = path.parent.stat()
    if os.geteuid() == 0 and above.st_uid != 0:
        os.chown(path, above.st_uid, above.st_gid, follow_symlinks=False)


def write_later(path: Path, kept: Mapping[str, Any]) -> Future[bool]:
    """The same by a thread, one file after the other: no event loop waits for a slow disk."""
    return _disk.submit(write, path, dict(kept))
