"""The demo's own processes: kept running, and none is left when it ends, whoever started it."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from display.processes import clean_environment, die_with_parent

log = logging.getLogger(__name__)

PATIENCE_S = 8.0
"""How long one may take to end when asked to; its own children included."""
FIRST_S, LONGEST_S, CALM_S = 0.5, 10.0, 30.0
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


async def spawn(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    pass_fds: Sequence[int] = (),
    stdout: int = asyncio.subprocess.DEVNULL,
    stderr: int | None = asyncio.subprocess.DEVNULL,
) -> asyncio.subprocess.Process:
    """A child that dies with us, and hears no Ctrl-C but ours. Raises OSError."""
    return await asyncio.create_subprocess_exec(
        *command,
        env=clean_environment(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        pass_fds=pass_fds,
        preexec_fn=die_with_parent,
        start_new_session=True,
    )


async def ended(process: asyncio.subprocess.Process, patience_s: float = PATIENCE_S) -> None:
    """Return when it has ended: by itself, by SIGTERM, by SIGKILL."""
    for blow in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(blow)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await process.wait()


class Program:
    """A child that is started again when it ends. `starts`: how often it was; `changed` is called at each change."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], changed: Callable[[], None]) -> None:
        self._command = command
        self._environment = environment
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self._process.pid if self._process is not None and self._process.returncode is None else 0

    async def run(self) -> None:
        """Keep it running until cancelled; it has ended when this has."""
        loop = asyncio.get_running_loop()
        wait = FIRST_S
        try:
            while True:
                begun = loop.time()
                self._process = await spawn(self._command, self._environment, stderr=None)
                self.starts += 1
                self._changed()
                await self._process.wait()
                self._changed()
                wait = FIRST_S if loop.time() - begun > CALM_S else min(wait * 2, LONGEST_S)
                await asyncio.sleep(wait)
        finally:
            if self._process is not None:
                await ended(self._process)


def adopt_orphans() -> None:
    """From now on grandchildren whose parents end become our children, and so cannot get away (prctl(2))."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)


async def end_all(patience_s: float = PATIENCE_S) -> None:
    """End every descendant that is left, and collect it. For the very end: children of asyncio's are among them."""
    loop = asyncio.get_running_loop()
    for blow, patience in ((signal.SIGTERM, patience_s), (signal.SIGKILL, patience_s)):
        until = loop.time() + patience
        told: set[int] = set()
        while left := list(descendants(os.getpid())):
            for pid in set(left) - told:
                with suppress(ProcessLookupError):
                    os.kill(pid, blow)
            told |= set(left)
            _collect(left)
            if loop.time() > until:
                break
            await asyncio.sleep(0.02)


def _collect(pids: Sequence[int]) -> None:
    """Take in the exit status of those that have ended."""
    for pid in pids:
        with suppress(ChildProcessError):  # a grandchild, or one somebody else waits for
            os.waitpid(pid, os.WNOHANG)


def descendants(ancestor: int) -> Iterator[int]:
    """The processes below one, nearest first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = children.get(ancestor, [])
    while found:
        yield from found
        found = [child for pid in found for child in children.get(pid, ())]
