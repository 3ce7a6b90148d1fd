"""One living mpv, from its start to its end."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import suppress

from display.model import Source
from display.player.command_line import BLACK_METADATA, load
from display.player.failures import DIED, FORMAT, HUNG
from display.player.ipc import Closed, Ipc, NoAnswer, Refused
from display.player.showing import Limits, Showing
from display.ports import PlayerEvents

log = logging.getLogger(__name__)


class Session:
    """An mpv and what it shows. `wanted` is what it was told to show and has not failed at. No method raises."""

    def __init__(
        self, process: asyncio.subprocess.Process, end: socket.socket, events: PlayerEvents, limits: Limits
    ) -> None:
        self._process = process
        self._end = end
        self._events = events
        self._limits = limits
        self._showing = Showing(self, limits, self.kill)
        self._ipc = Ipc(self._showing.take)
        self._turn = asyncio.Lock()
        self._code: str | None = None
        self.wanted: Source | None = None
        self.version: str | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    async def run(self) -> str:
        """Look after it until it is gone: the code of why."""
        tasks: list[asyncio.Task[object]] = []
        try:
            await self._ipc.open(self._end)
            tasks = [asyncio.create_task(each) for each in (self._ipc.run(), self._process.wait(), self._keep())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.kill(DIED)
            self._showing.forget()
            for each in tasks:
                each.cancel()
            await asyncio.gather(self._process.wait(), *tasks, return_exceptions=True)
        return self._code or DIED

    def kill(self, code: str) -> None:
        """End it at once, because of `code`; the first reason is the one that counts."""
        self._code = self._code or code
        with suppress(ProcessLookupError):
            self._process.kill()

    async def load(self, source: Source) -> None:
        """Show `source` instead of what is shown; one that has only just been started does so as soon as it answers."""
        self.wanted = source
        if self.version is None:
            return
        async with self._turn:
            self._showing.expect(source)
            try:
                async with asyncio.timeout(self._limits.first_picture):
                    await self._ipc.ask(load(source))
                    await self._showing.begun.wait()
            except Refused:
                self.failed(source, FORMAT)
            except Closed:
                self.kill(DIED)
            except (NoAnswer, TimeoutError):
                self.kill(HUNG)

    async def stop(self) -> None:
        """Show nothing. The source's device is closed when this returns: mpv tells of a file's end after it closed the
        file, and an mpv that does not is killed."""
        self.wanted = None
        async with self._turn:
            if self._showing.source is None:
                return
            try:
                async with asyncio.timeout(self._limits.stop):
                    await self._ipc.ask(["stop"])
                    await self._showing.over.wait()
            except (NoAnswer, Closed, TimeoutError, Refused):
                self.kill(HUNG)
                await self._process.wait()

    async def _keep(self) -> None:
        try:
            await self._ipc.ask(["request_log_messages", "error"], self._limits.start)
            await self._ipc.ask(["observe_property", 1, BLACK_METADATA])
            self.version = str(await self._ipc.ask(["get_property", "mpv-version"]))
            if self.wanted is not None:
                await self.load(self.wanted)
            while True:
                await asyncio.sleep(self._limits.ping_every)
                if self._showing.source is not None:
                    await self._ipc.ask(["get_property", "pid"])
        except Closed:
            self.kill(DIED)
        except (NoAnswer, Refused):
            self.kill(HUNG)

    def started(self, source: Source) -> None:
        self._events.started(source)

    def failed(self, source: Source, code: str) -> None:
        """It cannot be shown, and is not tried again unless it is asked for again."""
        log.info("the player cannot show its source: %s", code)
        if self.wanted == source:
            self.wanted = None
        self._events.failed(source, code)

    def black(self, source: Source, *, is_black: bool) -> None:
        self._events.black(source, is_black=is_black)
