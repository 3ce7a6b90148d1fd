"""The browsers' processes, where no unit starts them: found or started, and started again when they end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from display.channel import Listener
from display.processes import clean_environment

log = logging.getLogger(__name__)

FOUND_S = 1.0
"""Within this time a process of before has told us that it is there."""
FIRST_S, LONGEST_S, CALM_S = 1.0, 30.0, 60.0
END_S = 10.0


class Child:
    """One of our own commands in a process group of its own: it outlives a shell that is killed, and the next shell
    finds it by its socket."""

    def __init__(self, command: Sequence[str], listener: Listener) -> None:
        self._name = command[0]
        self._command = [sys.executable, "-m", "display", *command]
        self._listener = listener
        self._process: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keep it running until cancelled; then end it, found or started."""
        loop = asyncio.get_running_loop()
        wait = FIRST_S
        try:
            await asyncio.sleep(FOUND_S)
            while True:
                if self._listener.connected:
                    await asyncio.sleep(FOUND_S)
                    continue
                begun = loop.time()
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL,
                    env=clean_environment(os.environ),
                    start_new_session=True,
                )
                status = await self._process.wait()
                wait = FIRST_S if loop.time() - begun > CALM_S else wait
                log.warning("%s ended with status %s; again in %.0f s", self._name, status, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_S)
        finally:
            await self._end()

    async def _end(self) -> None:
        """Ask it to end, and wait a moment until it has: a browser takes its time. One that does not is killed, and
        its browser ends with it."""
        running = self._process is not None and self._process.returncode is None
        pid = self._process.pid if running and self._process else self._listener.pid
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(END_S):
                await _ended(pid)
        if self._process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await self._process.wait()


async def _ended(pid: int) -> None:
    """Returns when a process that was told to end has; one that is waited for no longer is killed. Raises OSError where
    there is none."""
    watch = os.pidfd_open(pid)
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(watch, over.set)
    try:
        signal.pidfd_send_signal(watch, signal.SIGTERM)
        await over.wait()
    except asyncio.CancelledError:
        signal.pidfd_send_signal(watch, signal.SIGKILL)
        raise
    finally:
        loop.remove_reader(watch)
        os.close(watch)
