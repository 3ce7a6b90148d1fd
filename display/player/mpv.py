"""The player of content inputs: one idle mpv, started again when it dies or hangs, with what it showed."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress

from display.model import Source
from display.player.child import start
from display.player.failures import DIED, MISSING
from display.player.session import Session
from display.player.showing import Limits
from display.ports import PlayerEvents

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 0.1, 10.0
STEADY_S = 10.0
"""The pause after one that lived this long is the first one again."""


class MpvPlayer:
    """A `Player`. `program` is found on PATH; `environment` is this process's own, or another one for its child."""

    def __init__(
        self,
        events: PlayerEvents,
        *,
        program: str = "mpv",
        environment: Mapping[str, str] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._events = events
        self._program = program
        self._environment = os.environ if environment is None else environment
        self._limits = limits or Limits()
        self._session: Session | None = None
        self._wanted: Source | None = None  # while there is no session
        self._wake = asyncio.Event()
        self._version: str | None = None

    @property
    def pids(self) -> frozenset[int]:
        """The process of its windows; empty while there is none."""
        return frozenset() if self._session is None else frozenset({self._session.pid})

    @property
    def version(self) -> str | None:
        """Such as "mpv 0.35.1"; None until one has started."""
        return self._version if self._session is None else self._session.version or self._version

    async def play(self, source: Source) -> None:
        """Show `source`, as soon as there is a player."""
        if self._session is None:
            self._wanted = source
            self._wake.set()
        else:
            await self._session.load(source)

    async def stop(self) -> None:
        """Show nothing; the source's device is closed when this returns."""
        self._wanted = None
        if self._session is not None:
            await self._session.stop()

    async def run(self) -> None:
        """Keep one mpv alive until cancelled. A source asked for cuts the pause before the next one short."""
        loop = asyncio.get_running_loop()
        pause = FIRST_S
        while True:
            began = loop.time()
            code = await self._once()
            self._wake.clear()
            if self._wanted is not None:
                self._events.failed(self._wanted, code)
            if loop.time() - began >= STEADY_S:
                pause = FIRST_S
            log.warning("the player is away (%s), next try in %.1f s", code, pause)
            await asyncio.sleep(FIRST_S)  # also where each failure is answered with the next wish
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()
            pause = min(pause * 2, LONGEST_S)

    async def _once(self) -> str:
        """One mpv from its start to its end: the code of why it ended. What it showed is wanted of the next one."""
        if shutil.which(self._program, path=self._environment.get("PATH")) is None:
            return MISSING
        try:
            process, connection = await start(self._program, self._environment)
        except OSError as error:
            log.warning("the player does not start: %s", error)
            return DIED
        self._session = Session(process, connection, self._events, self._limits)
        self._session.wanted, self._wanted = self._wanted, None
        try:
            return await self._session.run()
        finally:
            self._version, self._wanted = self._session.version, self._session.wanted
            self._session = None
