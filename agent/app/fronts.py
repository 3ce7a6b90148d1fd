"""The front's servers as long as the process lives: they follow what the core tells, the screen's listeners stay.

The core is asked over its socket, in the same process as well: one code path. While it is down the screen's page is
served, and what serves the network goes on as it was told last.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog
from starlette.types import ASGIApp

from agent.app.listeners import REMOTE, WIZARD, Listeners, listen_at
from agent.app.servers import Servers
from agent.errors import RoomAgentError
from agent.front.app import create_front
from agent.front.core import Core, CoreUnreachable
from agent.front.settings import FrontSettings
from agent.supervise import Part
from agent.system.certificate import renew, tls_context
from agent.system.serve import Server
from agent.wire.front import FrontFacts

log = structlog.get_logger()

LAST_ANSWER_S = 2.0
"""What is not wanted any more goes on that long: the answer that changed the configuration leaves through it."""
LOOK_EVERY_S = 1.0
OF_A_PEER, OF_ALL = 16, 64
"""Connections to a listener of the network."""
PORTS_TRIED = {WIZARD: 20, REMOTE: 1}
KEYS = {WIZARD: "web.setup_listen", REMOTE: "web.remote_listen"}


class Fronts:
    """Serves pages and API on the screen's listeners; besides, before activation, the wizard for the network, and after
    it what `web.remote_listen` asks for. `linked`: another page of this machine links to the home page."""

    def __init__(
        self,
        core_socket: Path,
        listeners: Listeners,
        *,
        linked: bool = False,
        look_every_s: float = LOOK_EVERY_S,
        last_answer_s: float = LAST_ANSWER_S,
    ) -> None:
        self._look_every_s, self._last_answer_s = look_every_s, last_answer_s
        self._core_socket = core_socket
        self._core = Core(core_socket)
        self._listeners = listeners
        self._linked = linked
        self._facts = FrontFacts()
        self._tls: ssl.SSLContext | None = None
        self._certificate = ""
        self._open = set[str]()
        self._at: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._over, self._news = asyncio.Event(), asyncio.Event()
        self._servers = Servers(self._end)
        self.started = False

    def part(self) -> Part:
        """All servers as one part."""
        return Part("front", self.run, stop=self._end, started=lambda: self.started)

    @property
    def setup_port(self) -> int | None:
        """Where the network finds the wizard; None while it is closed."""
        return self._servers.port(WIZARD) if WIZARD in self._open else None

    async def run(self) -> None:
        """Until told to end. Raises RoomAgentError when a listener cannot be had at the start."""
        try:
            for number, listener in enumerate(self._listeners.screen):
                await self._servers.start(f"screen-{number}", Server(self._app(self._screen), listener))
            await self._look(first=True)
            self.started = True
            while not self._over.is_set():
                await _pause(self._news, self._look_every_s)
                self._news.clear()
                await self._look()
        finally:
            await self._servers.stop_all()
            self._listeners.close()
            await self._core.close()

    def look(self) -> None:
        """Ask the core now: another configuration is in effect."""
        self._news.set()

    def _end(self) -> None:
        self._over.set()
        self._news.set()

    # --- what the core tells -----------------------------------------------------------------------------------------

    async def _look(self, *, first: bool = False) -> None:
        try:
            facts = await self._core.facts(self.setup_port)
            await self._take_certificate(facts)
        except CoreUnreachable:
            return
        self._facts = facts
        for kind, address in ((WIZARD, facts.wizard), (REMOTE, facts.remote)):
            try:
                await (self._follow_passed if self._listeners.passed else self._follow_own)(kind, address)
            except RoomAgentError as error:  # the rest serves
                if first and kind == REMOTE:
                    raise
                self._warn(kind, "front.cannot_listen", str(error))

    async def _take_certificate(self, facts: FrontFacts) -> None:
        """Of the box, where something here listens to the network. One that is unusable leaves the one before."""
        here = self._listeners
        wanted = (here.wizard or here.remote) if here.passed else (facts.wizard or facts.remote)
        if not wanted or not facts.certificate or facts.certificate == self._certificate:
            return
        told = await self._core.tls()
        try:
            fresh = tls_context(told.certificate, told.key)
            if self._tls is None:
                self._tls = fresh
            else:
                renew(self._tls, told.certificate, told.key)
        except ValueError as error:
            self._warn("certificate", "front.certificate_unusable", str(error))
        else:
            self._certificate = facts.certificate

    async def _follow_own(self, kind: str, address: str) -> None:
        """Listen where it is wanted. Raises RoomAgentError where that cannot be."""
        if kind in self._servers and self._at[kind] != address:
            await _pause(self._over, self._last_answer_s)
            await self._servers.stop(kind)
            self._open.discard(kind)
        if address and kind not in self._servers and self._tls is not None:
            listener = listen_at(KEYS[kind], address, tries=PORTS_TRIED[kind])
            self._open.add(kind)
            self._at[kind] = address
            await self._start(kind, self._to_network(kind, listener))

    async def _follow_passed(self, kind: str, address: str) -> None:
        """Serve while it is wanted; else say that it is closed, since the socket is systemd's to close."""
        if address:
            self._open.add(kind)
        elif kind in self._open:
            await _pause(self._over, self._last_answer_s)
            self._open.discard(kind)
        for number, listener in enumerate(self._listeners.of(kind) if self._tls else ()):
            if f"{kind}-{number}" not in self._servers:
                await self._start(f"{kind}-{number}", self._to_network(kind, listener))

    async def _start(self, name: str, server: Server) -> None:
        await self._servers.start(name, server)
        self._news.set()  # the core is told where the wizard is

    def _warn(self, about: str, event: str, reason: str) -> None:
        """Once as long as it is the same."""
        if self._said.get(about) != reason:
            self._said[about] = reason
            log.warning(event, about=about, reason=reason)

    # --- the settings of each kind, as they are now ------------------------------------------------------------------

    def _screen(self) -> FrontSettings:
        return FrontSettings(hosts=tuple(self._facts.hosts), linked=self._linked)

    def _wizard(self) -> FrontSettings:
        return FrontSettings(hosts=self._names, setup=True, closed=WIZARD not in self._open)

    def _remote(self) -> FrontSettings:
        return FrontSettings(hosts=self._names, settings=self._facts.settings, closed=REMOTE not in self._open)

    @property
    def _names(self) -> tuple[str, ...]:
        """What the network calls the box: the names it is given, and the one it has."""
        return (*self._facts.hosts, self._facts.hostname)

    def _app(self, settings: Callable[[], FrontSettings]) -> ASGIApp:
        return create_front(settings, self._core_socket)

    def _to_network(self, kind: str, listener: socket.socket) -> Server:
        app = self._app(self._wizard if kind == WIZARD else self._remote)
        return Server(app, listener, tls=self._tls, per_peer=OF_A_PEER, total=OF_ALL)


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """That long, or until the event comes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
