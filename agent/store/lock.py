"""One agent for each state directory, by `flock`: the kernel lets go when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent.errors import AlreadyRunning

FILE = "lock"


class DirectoryLock:
    """`agent.ports.StateLock` on `STATE/lock`. A missing directory is created, 0700."""

    def __init__(self, state_dir: Path) -> None:
        self._directory = state_dir

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Held until exit. Raises `AlreadyRunning`, which names the directory and the other process, or `OSError`."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(self._directory / FILE, flags, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._taken(descriptor) from None
            with suppress(OSError):  # a full disk: the number is for people, the lock holds without it
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def _taken(self, descriptor: int) -> AlreadyRunning:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        who = f"process {holder}" if holder.isdigit() else "another process"
        message = f"{self._directory}: in use by {who}; stop that room-agent or choose another --state-dir"
        return AlreadyRunning("state.in_use", message)
