"""An Exchange inside the process, for `room-agent demo` and `calendar.source = "demo"`: a room to look around in."""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from agent.app.box import Box
from agent.config import Config
from agent.config.model import Ews
from agent.demo.day import ROOM, fill_day, open_organisation
from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.ports import Clock

ACCOUNT = "mailboxservice@contoso.example"


def with_exchange(box: Box, resources: ExitStack) -> tuple[Box, DemoServer]:
    """The box with its calendar in a demo Exchange, which runs as long as the resources live.

    The agent reaches it as it would any other: HTTPS with a CA of its own, a service account, impersonation.
    """
    password = secrets.token_urlsafe(12)
    world = _world(box.clock, box.config.room.timezone, password)
    server = resources.enter_context(DemoServer(world))
    file = box.places.state / "secrets" / "demo-exchange"
    _write_secret(file, password)
    return replace(box, config=_config(box.config, server, file)), server


def _world(clock: Clock, timezone: str, password: str) -> World:
    world = World(clock)
    open_organisation(world)
    world.add_service_account(ACCOUNT, password)
    fill_day(world, ROOM.address, timezone, clock.now())
    return world


def _write_secret(file: Path, secret: str) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as writer:
        writer.write(secret + "\n")


def _config(config: Config, server: DemoServer, password_file: Path) -> Config:
    ews = Ews(
        endpoint=server.https_url,
        username=ACCOUNT,
        password_file=str(password_file),
        ca_file=str(server.ca_file),
    )
    room = config.room.model_copy(update={"mailbox": ROOM.address, "name": config.room.name or ROOM.name})
    calendar = config.calendar.model_copy(update={"source": "ews", "ews": ews})
    return config.model_copy(update={"room": room, "calendar": calendar})
