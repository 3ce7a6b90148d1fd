"""The core as long as the process lives: its configuration may change, the socket it answers at stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress

import structlog
from starlette.types import Receive, Scope, Send

from agent.api.problems import problem
from agent.app.box import Box
from agent.app.core import Core
from agent.app.generation import Generation, GenerationFailed
from agent.errors import RoomAgentError
from agent.supervise import Part
from agent.system.serve import Server, listen_unix

log = structlog.get_logger()

SOCKET_MODE = 0o660
"""Owner and group: the group holds the front's and the display's users."""
MOST_OF_A_USER, MOST = 192, 256
"""Connections to the socket: a front has one for each request that it passes on, and for each stream."""

PATIENCE_S = 10.0
"""A request waits that long for the next core: one begins within a second."""


class Agent:
    """Runs one core after the other. `make` builds the core of a box; `read` reads the box as it is configured now
    (raises ConfigError); `changed` is called with each box that came into effect after the first."""

    def __init__(
        self,
        box: Box,
        make: Callable[[Box, ExitStack], Core],
        read: Callable[[], Box],
        changed: Callable[[Box], None] = lambda _: None,
    ) -> None:
        self._patience_s = PATIENCE_S
        self._make, self._read, self._changed = make, read, changed
        self._serving = asyncio.Event()
        self._stopping, self._ended = asyncio.Event(), asyncio.Event()
        self._failed = False
        self._gone_on = False
        self._changing = asyncio.Lock()
        self._now = Generation(box, make, self._fail)

    @property
    def box(self) -> Box:
        """What is in effect."""
        return self._now.box

    def alive(self) -> bool:
        """Whether every worker makes progress, for the watchdog."""
        return not self._serving.is_set() or self._now.core.alive()

    def parts(self) -> list[Part]:
        """The core and its socket. Start `last_parts` after those that serve them to others."""
        api = Server(self, listen_unix(self.box.places.core_socket, SOCKET_MODE), per_peer=MOST_OF_A_USER, total=MOST)
        return [
            Part("core", self._run, stop=self._ended.set, started=self._serving.is_set),
            Part("api", api.run, stop=api.stop, started=lambda: api.started),
        ]

    def last_parts(self) -> list[Part]:
        """What starts when the stored list is already served, and whose end must come first: reading the calendar, and
        the event streams, since nobody can be asked to hang up."""
        return [Part("calendar", self._go_on, stop=self._stopping.set)]

    async def reconfigure(self) -> None:
        """Put the configuration as it is now into effect. Raises RoomAgentError when that cannot be; what was in
        effect is then in effect again."""
        async with self._changing:
            box, before = self._read(), self._now
            self._serving.clear()
            with suppress(GenerationFailed):
                await before.end()
            try:
                await self._begin(box)
            except RoomAgentError as error:
                log.warning("agent.not_reconfigured", code=error.code)
                await self._begin_again(before.box)
                raise
        log.info("agent.reconfigured")
        self._changed(box)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The API of the core that serves now. Between two of them requests wait, and not for ever."""
        if scope["type"] == "lifespan":  # a core begins and ends by its generation
            return
        try:
            async with asyncio.timeout(self._patience_s):
                await self._serving.wait()
        except TimeoutError:
            sentence = "The room agent is changing over to its new configuration; ask again."
            await problem(503, "room.starting", sentence, {"Retry-After": "1"})(scope, receive, send)
            return
        await self._now.core.api(scope, receive, send)

    async def _begin(self, box: Box) -> None:
        self._now = Generation(box, self._make, self._fail)
        await self._now.begin()
        self._serving.set()
        if self._gone_on:
            await self._now.go_on()

    async def _begin_again(self, box: Box) -> None:
        try:
            await self._begin(box)
        except RoomAgentError:
            self._fail()
            raise

    def _fail(self) -> None:
        self._failed = True
        self._ended.set()

    async def _run(self) -> None:
        """Until told to end. Raises GenerationFailed when a part of the core ended by itself."""
        await self._now.begin()
        self._serving.set()
        try:
            await self._ended.wait()
        finally:
            await self._now.end()
        if self._failed:
            raise GenerationFailed

    async def _go_on(self) -> None:
        self._gone_on = True
        await self._now.go_on()
        await self._stopping.wait()
        await self._now.stop()
