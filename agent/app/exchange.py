"""An Exchange inside the process, for `room-agent demo` and `calendar.source = "demo"`: a room to look around in.

It speaks EWS and Microsoft Graph over the same calendars; either can be the room's source, and the other its fallback.
"""

from __future__ import annotations

import os
import secrets
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from agent.app.box import Box
from agent.config import Config
from agent.config.model import Ews, Graph
from agent.demo.day import ROOM, fill_day, open_organisation
from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.ports import Clock

ACCOUNT = "mailboxservice@contoso.example"
TENANT, CLIENT = "0d3c6f1e-5c52-4d0e-9a53-1f6f3b0f7a21", "b7f1c9de-24a4-4f5b-8a83-6d2a6f2e9c04"


def with_exchange(box: Box, resources: ExitStack, source: str = "ews") -> tuple[Box, DemoServer]:
    """The box with its calendar in a demo Exchange, which runs as long as the resources live.

    The agent reaches it as it would any other: HTTPS with a CA of its own; a service account that impersonates the
    room, or a registered app with a client secret.
    """
    password, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(24)
    world = _world(box.clock, box.config.room.timezone, password, secret)
    server = resources.enter_context(DemoServer(world))
    folder = box.places.state / "secrets"
    files = _write_secret(folder / "demo-exchange", password), _write_secret(folder / "demo-app", secret)
    return replace(box, config=_config(box.config, server, files, source)), server


def _world(clock: Clock, timezone: str, password: str, secret: str) -> World:
    world = World(clock, int(clock.now().timestamp()) * 1000)  # what an earlier demo said may still be stored
    open_organisation(world)
    world.add_service_account(ACCOUNT, password)
    world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT, secret=secret))
    fill_day(world, ROOM.address, timezone, clock.now())
    return world


def _write_secret(file: Path, secret: str) -> str:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "w") as writer:
        writer.write(secret + "\n")
    return str(file)


def _config(config: Config, server: DemoServer, files: tuple[str, str], source: str) -> Config:
    ca_file = str(server.ca_file)
    ews = Ews(endpoint=server.https_url, username=ACCOUNT, password_file=files[0], ca_file=ca_file)
    graph = Graph(
        endpoint=server.authority,
        authority=server.authority,
        tenant_id=TENANT,
        client_id=CLIENT,
        client_secret_file=files[1],
        ca_file=ca_file,
    )
    room = config.room.model_copy(update={"mailbox": ROOM.address, "name": config.room.name or ROOM.name})
    calendar = config.calendar.model_copy(update={"source": source, "ews": ews, "graph": graph})
    return config.model_copy(update={"room": room, "calendar": calendar})
