"""The demo: an Exchange with a room's day, its control page, and an agent that reads it over EWS or Graph like any."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tzlocal import get_localzone_name

from agent.app.agent import Agent
from agent.app.box import Box, hold
from agent.app.core import Core
from agent.app.exchange import with_exchange
from agent.app.fronts import Fronts
from agent.app.lasting import Lasting
from agent.app.listeners import Listeners, server_part
from agent.app.programs import supervised
from agent.app.setup import shown_setup
from agent.config import Config, load
from agent.config.sections import Meetings, Room
from agent.demo.control.app import create_control_app
from agent.demo.control.settings import ControlSettings
from agent.demo.control.switches import ServerSwitches
from agent.demo.world import Processing
from agent.state.starts import Run
from agent.system import logs, places
from agent.system.clock import SystemClock
from agent.system.secrets import FileSecrets
from agent.system.serve import Server, listen_tcp

POLL_S, SAFETY_S = 3.0, 15.0
"""The demo's Exchange is on the same machine, and people are watching."""
PORTS_TRIED = 20


def run_demo(
    config_file: Path | None,
    state_dir: Path | None,
    *,
    source: str,
    port: int,
    control_port: int,
    started: Callable[[str, str], None],
    log_level: str,
) -> int:
    """`room-agent demo`, until Ctrl-C. Without a state directory everything is forgotten at the end.

    A configuration gives the room's name, time zone, rules and look; its calendar and its listeners are the demo's own.

    `started` is called with the URLs of home screen and control page once both answer. A taken port is replaced by
    the next free one.
    """
    logs.configure(log_level)
    with ExitStack() as resources:
        config, state = places.asked_for(config_file, state_dir)
        if state is None:
            state = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="room-agent-demo-")))
        box = demo_box(config, state)
        hold(box, resources)
        return asyncio.run(_run(box, resources, source, (port, control_port), started))


def demo_box(config_file: Path | None, state_dir: Path) -> Box:
    """The box before it has an Exchange. A file need not name an account: its calendar is the demo's own."""
    state = state_dir.absolute()
    config = _rules(load(config_file, complete=False)) if config_file else _plain()
    found = places.Places(state, None, state / "core.sock")
    places.prepare(found)
    return Box(config, found, SystemClock(), FileSecrets(state / "secrets"))


def _plain() -> Config:
    """Without one the box answers whatever waits in the inbox: nothing does until the control page lets it."""
    return Config(room=Room(timezone=get_localzone_name()), meetings=Meetings(process_requests=True))


def _rules(config: Config) -> Config:
    return Config(
        room=config.room,
        meetings=config.meetings,
        requests=config.requests,
        join=config.join,
        display=config.display,
        branding=config.branding,
        inputs=config.inputs,
    )


async def _run(
    bare: Box, resources: ExitStack, source: str, ports: tuple[int, int], started: Callable[[str, str], None]
) -> int:
    home, control = (listen_tcp("127.0.0.1", port, tries=PORTS_TRIED) for port in ports)
    home_url, control_url = (f"http://127.0.0.1:{each.getsockname()[1]}/" for each in (home, control))
    box, exchange = with_exchange(bare, resources, source)

    lasting = Lasting(run=Run(box.clock.now()), setup=shown_setup(box), home_url=home_url)
    make = partial(Core, lasting=lasting, steady_s=POLL_S, safety_s=SAFETY_S)
    agent = Agent(box, make, lambda: box)
    room = box.config.room
    page = create_control_app(
        exchange.world,
        ServerSwitches(exchange),
        ControlSettings(
            room=room.mailbox,
            timezone=room.timezone,
            home_url=home_url,
            by_box=Processing.UPDATE if source == "graph" else Processing.NONE,
        ),
    )
    fronts = Fronts(box.places.core_socket, Listeners([home]), linked=True)
    parts = [*agent.parts(), fronts.part(), server_part("control", Server(page, control)), *agent.last_parts()]
    return await supervised(parts, agent.alive, partial(started, home_url, control_url))
