"""A demo Exchange for tests, with an organisation in it and Microsoft's schema watching every message.

In the `conftest.py` of a test directory:

    from tests.fakes.exchange import demo_certificates, demo_exchange

    __all__ = ["demo_certificates", "demo_exchange"]

and in a test:

    def test_something(demo_exchange: DemoExchange) -> None:
        item = demo_exchange.calendar.book(booking("Planning", start, end))      # the room's calendar: agent.demo.world
        source = open_source(demo_exchange.server.http_url, ACCOUNT, PASSWORD)   # or https_url with ca_file
        demo_exchange.server.faults.add(HttpStatus(503), times=1)                # agent.demo.exchange.faults
        assert len(demo_exchange.server.requests.records("GetItem")) == 1        # agent.demo.http.request_log
        demo_exchange.server.down()

At the end of each test every request and answer must have been valid; set `demo_exchange.schema = None` in a test that
damages answers beyond the schema on purpose. OAuth: TENANT, CLIENT_ID, CLIENT_SECRET, `server.authority`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agent.demo.http.options import Options, StreamTimes
from agent.demo.server import DemoServer
from agent.demo.world import Application, Booking, Calendar, World
from agent.ports import Clock
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.settings import HttpSettings
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

ROOM = "sjroom@contoso.example"
ROOM_ALIAS = "sanjose@contoso.example"
OTHER_ROOM = "nyroom@contoso.example"
USER = "ann.lee@contoso.example"
ROOM_LIST = "rooms@contoso.example"
ACCOUNT = "mailboxservice@contoso.example"
PASSWORD = "correct horse"
TENANT = "2f6a1c3e-0d5b-4a77-9c1e-8b1f6f0f4a11"
CLIENT_ID = "7d0f5a52-7c1e-4f0a-a5a4-1f2b3c4d5e6f"
CLIENT_SECRET = "s3cret~value"


@dataclass(slots=True)
class DemoExchange:
    """A running server and what stands behind it. `calendar` is ROOM's."""

    server: DemoServer
    world: World
    clock: FakeClock
    schema: SchemaCheck | None

    @property
    def calendar(self) -> Calendar:
        return self.world.calendar(ROOM)


def make_world(clock: Clock) -> World:
    """Two rooms in a list, a person, a service account and an application that may open the rooms."""
    world = World(clock)
    world.add_room(ROOM, "San Jose", aliases=(ROOM_ALIAS,))
    world.add_room(OTHER_ROOM, "New York")
    world.add_user(USER, "Ann Lee")
    world.add_service_account(ACCOUNT, PASSWORD)
    world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT_ID, secret=CLIENT_SECRET))
    world.directory.add_room_list("All rooms", ROOM_LIST, [ROOM, OTHER_ROOM])
    return world


def booking(subject: str, start: datetime, end: datetime, **more: Any) -> Booking:
    """What Ann Lee booked."""
    organizer: dict[str, Any] = {"organizer_name": "Ann Lee", "organizer_address": USER}
    return Booking(subject=subject, start=start, end=end, **(organizer | more))


def graph_settings(server: DemoServer, **more: Any) -> GraphSettings:
    """How the application reads ROOM over the server's Graph."""
    plain: dict[str, Any] = {
        "mailbox": ROOM,
        "endpoint": server.authority,
        "authority": server.authority,
        "tenant_id": TENANT,
        "client_id": CLIENT_ID,
        "client_secret": lambda: CLIENT_SECRET,
        "http": HttpSettings(ca_file=str(server.ca_file)),
    }
    return GraphSettings(**(plain | more))


@pytest.fixture(scope="session")
def demo_certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One directory of certificates for all servers of a test run."""
    return tmp_path_factory.mktemp("demo-certificates")


@pytest.fixture
def demo_exchange(demo_certificates: Path) -> Iterator[DemoExchange]:
    """A server of its own for each test, on free ports; a minute of a stream lasts two seconds."""
    clock, schema = FakeClock(), SchemaCheck()
    world = make_world(clock)
    options = Options(times=StreamTimes(heartbeat_s=0.2, minute_s=2.0))
    with DemoServer(world, directory=demo_certificates, options=options, observe=schema) as server:
        exchange = DemoExchange(server, world, clock, schema)
        yield exchange
    assert exchange.schema is None or exchange.schema.violations == []
