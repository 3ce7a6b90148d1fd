"""What home and meeting have in common: a process that serves until it is told to end."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from agent.wire import DisplayConfig, DisplayReport
from display import logs
from display.channel import State, Teller
from display.core.client import CoreClient, Event
from display.core.decode import Malformed, decode
from display.core.orders import Orders
from display.core.reporter import Reporter
from display.notify import ServiceManager

log = logging.getLogger(__name__)


class Post:
    """The ways from and to one of the browsers' owners: orders and reports of the core, requests and states of the
    shell. `name`: whose they are. `state` and `report` are asked for again after every `changed`."""

    def __init__(
        self,
        core: CoreClient,
        name: str,
        *,
        state: Callable[[], State],
        report: Callable[[], DisplayReport],
        configure: Callable[[DisplayConfig], None],
        ordered: Callable[[Event], None],
        asked: Callable[[State], None],
        chance: Random | None = None,
    ) -> None:
        self._state = state
        self._configure = configure
        self._ordered = ordered
        self._orders = Orders(core, name, self._connected, chance)
        self.reporter = Reporter(core, report, chance)
        self.teller = Teller(asked)

    def changed(self) -> None:
        """Say how things are now."""
        self.teller.tell(self._state())
        self.reporter.changed()

    async def run(self) -> None:
        """Take orders and bring reports, for good."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.reporter.run())
            async for event in self._orders:
                try:
                    if event.name == "config":
                        self._configure(decode(DisplayConfig, event.json()))
                    else:
                        self._ordered(event)
                except (Malformed, ValueError):
                    log.warning("an order that makes no sense: %s", event.name[:40])

    def _connected(self, connected: bool) -> None:
        log.info("the core is %s", "there" if connected else "away")
        if connected:
            self.reporter.again()


async def serve(socket: Path, post: Post, work: Coroutine[Any, Any, None]) -> None:
    """Do the work and its post until SIGTERM or SIGINT, telling the service manager and who listens at `socket`."""
    manager = ServiceManager()
    async with post.teller.serving(socket):
        running = asyncio.create_task(_together(work, post.run(), manager.keep_alive()))
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, running.cancel)
        post.changed()
        manager.ready()
        with suppress(asyncio.CancelledError):
            await running
        manager.stopping()


async def _together(*works: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for work in works:
            tasks.create_task(work)


def run_alone(socket: Path, work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Do the work unless another process does it already; the exit status. Two would wipe each other's profiles, and
    a shell that finds nobody at the socket yet, since its predecessor died a moment ago, starts a second one."""
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with socket.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another one serves %s already: this one ends", socket)
            return 1
        asyncio.run(work())
    return 0


def begin(display: str | None, log_level: str) -> None:
    """Logging, and the X server of all children."""
    logs.configure(log_level)
    if display:
        os.environ["DISPLAY"] = display
