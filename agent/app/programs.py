"""What runs until it is told to stop: the agent, a front on its own, the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import structlog

from agent import __version__
from agent.app.box import Box, hold, open_box, read_box
from agent.supervise import Part, Supervisor, feed_watchdog
from agent.system import logs, places
from agent.system.notify import ServiceManager

log = structlog.get_logger()


def run_agent(config_file: Path | None, state_dir: Path | None, *, front: bool, log_level: str) -> int:
    """`room-agent run`, until SIGTERM: 0, or 1 when a part failed."""
    logs.configure(log_level)
    box = open_box(config_file, state_dir)
    with ExitStack() as resources:
        hold(box, resources)
        if box.config.calendar.source == "demo":
            from agent.app.exchange import with_exchange

            box, _ = with_exchange(box, resources)
        return asyncio.run(_run(box, resources, front=front))


async def _run(box: Box, resources: ExitStack, *, front: bool) -> int:
    from agent.app.core import Core

    core = Core(box, resources)
    parts = core.parts()
    if front:
        from agent.app.front import front_parts

        parts += front_parts(box, box.places.core_socket)
    return await supervised([*parts, *core.last_parts()], core.alive)


def run_front(core: Path, config_file: Path | None, state_dir: Path | None, *, log_level: str) -> int:
    """`room-agent front`, until SIGTERM. Opens no database, takes no lock and needs no state directory, except for a
    certificate that it has to sign itself."""
    from agent.app.front import front_parts

    logs.configure(log_level)
    box = read_box(config_file, state_dir)
    if box.config.web.remote_listen and not box.config.web.certificate_file:
        places.prepare(box.places)

    async def run() -> int:
        return await supervised(front_parts(box, core), lambda: True)

    return asyncio.run(run())


async def supervised(parts: list[Part], alive: Callable[[], bool], started: Callable[[], None] | None = None) -> int:
    """Run parts under the service manager until they are stopped; the exit status. `started` is called when all are."""
    supervisor, manager = Supervisor(), ServiceManager()
    supervisor.heed_signals()
    for part in parts:
        await supervisor.start(part)
    if manager.watchdog_interval_s is not None:
        feed = partial(feed_watchdog, manager.watchdog_interval_s, manager.alive, alive)
        await supervisor.start(Part("watchdog", feed))
    if not supervisor.stopping:
        manager.ready()
        log.info("agent.started", version=__version__)
        if started is not None:
            started()
    status = await supervisor.wait()
    manager.stopping()
    log.info("agent.stopped", status=status)
    return status
