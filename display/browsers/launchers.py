"""Meetings in another program than a browser: an argument list, run without a shell."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from display.processes import clean_environment, die_with_parent

LONGEST_LIST, LONGEST_ARGUMENT = 64, 4_096
SOON_S = 5.0
"""A program that fails within this time did not start."""
END_S = 3.0


class CannotLaunch(Exception):
    """The message is the code: "display.launcher_missing" or "display.launcher_failed"."""


class Program:
    """A running program, in a process group of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @property
    def pids(self) -> frozenset[int]:
        """The program and all its descendants: whose windows are the meeting's."""
        return frozenset({self._process.pid}) | _descendants(self._process.pid)

    async def settled(self) -> None:
        """Returns when it runs for a while, or ended well before. Raises CannotLaunch."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SOON_S):
                if await self._process.wait() != 0:
                    raise CannotLaunch("display.launcher_failed")

    async def wait(self) -> int:
        """Its exit status, when it has ended."""
        return await self._process.wait()

    async def close(self) -> None:
        """End it by SIGTERM, then by SIGKILL. Returns when it is gone."""
        if self._process.returncode is None:
            self._signal(signal.SIGTERM)
            with suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


async def launch(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Program:
    """Start the program that the first element names, found on PATH. Raises CannotLaunch."""
    if not command or len(command) > LONGEST_LIST or any(not _usable(each) for each in command):
        raise CannotLaunch("display.launcher_failed")
    inherited = clean_environment(environment or os.environ)
    program = shutil.which(command[0], path=inherited.get("PATH"))
    if program is None:
        raise CannotLaunch("display.launcher_missing")
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *command[1:],
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env=inherited,
            preexec_fn=die_with_parent,
            start_new_session=True,
        )
    except OSError:
        raise CannotLaunch("display.launcher_failed") from None
    return Program(process)


def _usable(argument: str) -> bool:
    return len(argument) <= LONGEST_ARGUMENT and "\0" not in argument


def _descendants(pid: int, proc: Path = Path("/proc")) -> frozenset[int]:
    """All processes below `pid`; those that end meanwhile are left out."""
    children = dict[int, list[int]]()
    for status in proc.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            parent = int(status.read_text(errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(status.parent.name))
    found, unseen = set[int](), [pid]
    while unseen:
        below = [child for child in children.get(unseen.pop(), ()) if child not in found]
        found.update(below)
        unseen.extend(below)
    return frozenset(found)
