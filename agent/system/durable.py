"""Small private files that survive a power cut: a whole line or none, the old content or the new.

One process writes a file, one thread at a time. Functions raise OSError.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

NEW = ".new"
"""Ends the name of a content that has not taken its place yet; one that a power cut left may be removed."""
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_whole(path: Path, content: bytes) -> None:
    """Give a file (0600) this content, on disk when this returns. Whoever looks, after a power cut as well, finds the
    old content or the new; where it fails, the old one."""
    fresh = path.with_name(path.name + NEW)
    fresh.unlink(missing_ok=True)
    try:
        descriptor = os.open(fresh, _FLAGS | os.O_EXCL, 0o600)
        try:
            _write(descriptor, content)
        finally:
            os.close(descriptor)
        give(fresh)
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


@contextmanager
def claimed(path: Path) -> Iterator[Callable[[bytes], None]]:
    """A new file (0600) that gets its content with the function, by `replace_whole`. Raises FileExistsError where there
    is one; what got no content is gone again."""
    os.close(os.open(path, _FLAGS | os.O_EXCL, 0o600))
    written = False

    def write(content: bytes) -> None:
        nonlocal written
        replace_whole(path, content)
        written = True

    try:
        yield write
    finally:
        if not written:
            path.unlink(missing_ok=True)


def append_whole(path: Path, line: bytes) -> None:
    """Add to a file (0600), made where it is missing: all of it or nothing, on disk when this returns. ENOSPC is for a
    disk that took only a part."""
    created = not path.exists()
    descriptor = os.open(path, _FLAGS | os.O_APPEND, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write(descriptor, line)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
    if created:
        sync_directory(path.parent)


def make_directory(directory: Path) -> None:
    """The directory is there and on disk, made 0700 where it or one above it is missing."""
    if not directory.is_dir():
        make_directory(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        give(directory)
        sync_directory(directory.parent)


def give(path: Path) -> None:
    """Let a file belong to whoever its directory belongs to, where root made it for the agent."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Exclusive use of the files of a directory among those who ask for it, until exit."""
    with _opened(directory) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def sync_directory(path: Path) -> None:
    """What was made, renamed or removed in a directory is on disk when this returns."""
    with _opened(path) as descriptor:
        os.fsync(descriptor)


@contextmanager
def _opened(directory: Path) -> Iterator[int]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    if os.write(descriptor, content) != len(content):  # a file takes less only when the disk is full
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)
