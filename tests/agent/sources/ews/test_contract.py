"""The calendar source contract against the demo Exchange, for every way to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.exchange.faults import NoStart, TruncatedView
from agent.demo.http.faults import HttpStatus, NotXml
from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.ports import CalendarSource, WritableCalendar
from agent.sources import open_source, open_writer
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.transport.settings import HttpSettings
from tests.contracts.calendar_source import FOREIGN, ROOM, ROOM_LIST, SECRET, CalendarSourceContract
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

SERVICE = "mailboxservice@contoso.example"
TENANT, CLIENT = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"


class DemoOffice:
    """The demo Exchange behind `Office`."""

    def __init__(self, server: DemoServer, clock: FakeClock, auth: Auth) -> None:
        world = server.world
        world.add_room(ROOM, "San Jose")
        world.add_user(FOREIGN, "The Boss")
        world.directory.add_room_list("Building 1", ROOM_LIST, [ROOM])
        world.add_service_account(SERVICE, SECRET)
        world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT, secret=SECRET))
        self.calendar = world.calendar(ROOM)
        self.server = server
        self.clock = clock
        self._auth = auth
        self._secrets: dict[str, str] = {}
        self._open: list[CalendarSource | WritableCalendar] = []

    def source(self, *, mailbox: str = ROOM, secret: str = SECRET) -> CalendarSource:
        source = open_source(self._settings(mailbox, secret), self.clock)
        self._open.append(source)
        return source

    def writer(self, *, mailbox: str = ROOM, secret: str = SECRET) -> WritableCalendar:
        writer = open_writer(self._settings(mailbox, secret), self.clock)
        self._open.append(writer)
        return writer

    def _settings(self, mailbox: str, secret: str) -> EwsSettings:
        secrets = {"secret": secret}
        self._secrets = secrets
        return EwsSettings(
            mailbox=mailbox,
            endpoint=self.server.https_url,
            auth=self._auth,
            username=SERVICE,
            password=lambda: secrets["secret"],
            tenant_id=TENANT,
            client_id=CLIENT,
            client_secret=lambda: secrets["secret"],
            authority=self.server.authority,
            http=HttpSettings(ca_file=str(self.server.ca_file)),
        )

    def contents_read(self) -> int:
        return len(self.server.requests.records("GetItem"))

    def go_down(self) -> None:
        self.server.down()

    def come_back(self) -> None:
        self.server.up()

    def change_secret(self, secret: str) -> None:
        directory = self.server.world.directory
        directory.accounts[:] = [replace(account, password=secret) for account in directory.accounts]
        directory.applications[:] = [replace(application, secret=secret) for application in directory.applications]
        self.server.tokens.revoke_all()
        self._secrets["secret"] = secret

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(HttpStatus(503, retry_after_s=seconds), times=1)

    def lose_a_start(self) -> None:
        self.server.faults.add(NoStart(), operation="GetItem", times=1)

    def lose_contents(self) -> None:
        self.server.faults.add(NotXml(b"<a>" * 10), operation="GetItem", times=1)

    def truncate_lists(self) -> None:
        self.server.faults.add(TruncatedView(keep=1), operation="FindItem")

    def close(self) -> None:
        for source in self._open:
            source.close()


@pytest.fixture(params=[Auth.BASIC, Auth.NTLM, Auth.OAUTH])
def office(request: pytest.FixtureRequest, certificates: Path) -> Iterator[DemoOffice]:
    """With every request and answer held against Microsoft's schema, where that is there."""
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=certificates, observe=schema) as server:
        office = DemoOffice(server, clock, request.param)
        yield office
        office.close()
    assert not schema.violations


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


class TestEwsSource(CalendarSourceContract):
    """Over HTTPS, impersonating the room."""
