"""A demo with a running Exchange and its control page, over real HTTP."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from agent.demo.control import ControlSettings, ServerSwitches, create_control_app
from agent.demo.day import ROOM, fill_day, open_organisation
from agent.demo.server import DemoServer
from agent.demo.world import Calendar, Handling, Processing, World
from agent.wire import TOKEN_HEADER
from tests.builders import at
from tests.fakes.clock import FakeClock

ZONE = "America/Los_Angeles"
HOME_URL = "http://127.0.0.1:8080/"
SERVICE_ACCOUNT, PASSWORD = "mailboxservice@contoso.example", "secret"


@dataclass(slots=True)
class Demo:
    """`url` of the control page without a trailing slash. `exchange` runs on a port of its own."""

    url: str
    world: World
    clock: FakeClock
    exchange: DemoServer
    client: httpx.Client
    token: str

    @property
    def calendar(self) -> Calendar:
        return self.world.calendar(ROOM.address)

    def state(self, **asked: str) -> dict[str, Any]:
        answer = self.client.get("/api/state", params=asked)
        assert answer.status_code == 200, answer.text
        state: dict[str, Any] = answer.json()
        return state

    def post(self, path: str, body: object = None, **asked: str) -> httpx.Response:
        headers = {TOKEN_HEADER: self.token}
        return self.client.post(f"/api/{path}", json={} if body is None else body, params=asked, headers=headers)

    def meeting(self, subject: str, **asked: str) -> dict[str, Any]:
        """The one meeting of the day that has this subject."""
        (found,) = [row for row in self.state(**asked)["meetings"] if row["subject"] == subject]
        assert isinstance(found, dict)
        return found


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo-certificates")


@pytest.fixture(scope="session")
def running(certificates: Path) -> Iterator[Demo]:
    """One demo for all tests; `demo` is how they get it."""
    with running_demo(certificates) as demo:
        yield demo


@pytest.fixture
def demo(running: Demo) -> Demo:
    """The running demo, put back to ten past ten on Monday, 23 November 2026, and to that day's meetings."""
    running.post("heal")
    running.exchange.requests.clear()
    running.clock.set(at(10, 10))
    for room in running.world.directory.rooms():
        calendar = running.world.calendar(room.address)
        running.world.mail.forget(room.address)
        running.world.mail.set_handling(room.address, Handling(Processing.AUTO, allow_conflicts=True))
        for item in calendar.items():
            calendar.delete(item.item_id)
    fill_day(running.world, ROOM.address, ZONE, running.clock.now())
    return running


@contextmanager
def running_demo(certificates: Path) -> Iterator[Demo]:
    """A demo Exchange and its control page, each on a free port."""
    clock = FakeClock(at(10, 10))
    world = make_world(clock, clock.now())
    with DemoServer(world, directory=certificates) as exchange:
        settings = ControlSettings(room=ROOM.address, timezone=ZONE, home_url=HOME_URL)
        app = create_control_app(world, ServerSwitches(exchange), settings)
        with served(app) as url, httpx.Client(base_url=url) as client:
            found = re.search(r'name="control-token" content="([^"]+)"', client.get("/").text)
            assert found is not None
            yield Demo(url, world, clock, exchange, client, found[1])


def make_world(clock: FakeClock, now: datetime) -> World:
    world = World(clock)
    open_organisation(world)
    world.add_service_account(SERVICE_ACCOUNT, PASSWORD)
    fill_day(world, ROOM.address, ZONE, now)
    return world


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The URL of an ASGI app on a free port of loopback, served in a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        host, port = listener.getsockname()
        yield f"http://{host}:{port}"
        server.should_exit = True
        thread.join()
