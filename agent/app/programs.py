"""What runs until it is told to stop: the agent, a front on its own, the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from agent import __version__
from agent.app.box import Box, hold, open_box, read_box
from agent.app.lasting import Lasting
from agent.app.setup import administrators_script, make_setup, settle
from agent.errors import RoomAgentError
from agent.state.starts import Run
from agent.store.audit import AuditLog
from agent.supervise import Part, Supervisor, feed_watchdog
from agent.system import logs
from agent.system.notify import ServiceManager
from agent.system.running import RunMark

if TYPE_CHECKING:
    from agent.app.core import Core

log = structlog.get_logger()


def run_agent(config_file: Path | None, state_dir: Path | None, *, front: bool, log_level: str) -> int:
    """`room-agent run`, until SIGTERM: 0, or 1 when a part failed."""
    logs.configure(log_level)
    box = open_box(config_file, state_dir)
    with ExitStack() as resources:
        hold(box, resources)
        settle(box.places.state)
        read = partial(read_box, config_file, state_dir)
        mark = RunMark(box.places.state)
        run = Run(box.clock.now(), mark.begin())
        try:
            status = asyncio.run(_run(read(), read, run, front=front))
        except RoomAgentError:  # refused to start, and says why: no crash
            if run.previous is None:
                mark.end()
            raise
        if status == 0:
            mark.end()
        return status


async def _run(box: Box, read: Callable[[], Box], run: Run, *, front: bool) -> int:
    from agent.app.agent import Agent
    from agent.app.for_fronts import ForFronts
    from agent.app.fronts import Fronts
    from agent.app.listeners import Listeners, home_url_at, own_listeners, passed_listeners

    listeners = (passed_listeners(alone=False) or own_listeners(box.config.web.listen)) if front else Listeners()
    fronts = Fronts(box.places.core_socket, listeners)
    agent: Agent
    for_fronts = ForFronts(lambda: agent.box)

    async def again() -> None:
        await agent.reconfigure()

    setup = make_setup(
        box,
        again,
        found_at=for_fronts.wizard_urls,
        certificate=for_fronts.fingerprint,
        note=partial(_note, AuditLog(box.places.audit, box.clock)),
        commands=administrators_script,
    )
    lasting = Lasting(
        run=run, setup=setup, home_url=home_url_at(listeners.screen), fronts=for_fronts, reset=setup.reset_by_key
    )
    agent = Agent(box, partial(make_core, lasting=lasting), read, lambda _: fronts.look())
    shown = [fronts.part()] if front else []
    return await supervised([*agent.parts(), *shown, *agent.last_parts()], agent.alive)


def _note(audit: AuditLog, act: str, **facts: str) -> None:
    audit.add(act, facts.pop("who", "technician"), **facts)


def make_core(box: Box, resources: ExitStack, lasting: Lasting = Lasting()) -> Core:  # noqa: B008  frozen
    """The core of a box, whose calendar may be the demo's. Raises ConfigError where fronts could not serve as it is
    configured."""
    from agent.app.core import Core
    from agent.app.for_fronts import require_fronts

    require_fronts(box)
    if box.config.calendar.source == "demo":
        from agent.app.exchange import with_exchange

        box, _ = with_exchange(box, resources)
    return Core(box, resources, lasting)


def run_front(core: Path, config_file: Path | None, state_dir: Path | None, *, log_level: str) -> int:
    """`room-agent front`, until SIGTERM. All settings, the certificate and what tokens are right come from the core; a
    configuration is looked at for `web.listen` alone, and not where systemd passes the sockets."""
    from agent.app.fronts import Fronts
    from agent.app.listeners import own_listeners, passed_listeners

    logs.configure(log_level)
    listeners = passed_listeners(alone=True) or own_listeners(read_box(config_file, state_dir).config.web.listen)

    async def run() -> int:
        return await supervised([Fronts(core, listeners).part()], lambda: True)

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
    logs.sum_up(all_of_it=True)
    return status
