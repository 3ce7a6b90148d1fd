"""The calendar source contract against the demo's Graph, with a secret and with a certificate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.graph.errors import GraphSays, WithoutStart
from agent.demo.http.faults import NotXml, Wire
from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.model.control import Mail
from agent.ports import CalendarSource, WritableCalendar
from agent.sources import open_source, open_writer
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.settings import HttpSettings
from tests.contracts.calendar_source import FOREIGN, ROOM, ROOM_LIST, SECRET, CalendarSourceContract
from tests.contracts.writable_calendar import WritableCalendarContract
from tests.fakes.clock import FakeClock

TENANT, CLIENT = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"

_WRITES = {"create": "createEvent", "set_end": "updateEvent", "delete": "deleteEvent", "send": "sendMail"}


class GraphOffice:
    """The demo's Graph behind `Office`."""

    def __init__(self, server: DemoServer, clock: FakeClock) -> None:
        world = server.world
        world.add_room(ROOM, "San Jose")
        world.add_user(FOREIGN, "The Boss")
        world.directory.add_room_list("Building 1", ROOM_LIST, [ROOM])
        world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT, secret=SECRET))
        self.calendar = world.calendar(ROOM)
        self.server = server
        self._clock = clock
        self._secrets: dict[str, str] = {}
        self._open: list[CalendarSource | WritableCalendar] = []

    def source(self, *, mailbox: str = ROOM, secret: str = SECRET) -> CalendarSource:
        source = open_source(self._settings(mailbox, secret), self._clock)
        self._open.append(source)
        return source

    def writer(self, *, mailbox: str = ROOM, secret: str = SECRET) -> WritableCalendar:
        writer = open_writer(self._settings(mailbox, secret), self._clock)
        self._open.append(writer)
        return writer

    def _settings(self, mailbox: str, secret: str) -> GraphSettings:
        secrets = {"secret": secret}
        self._secrets = secrets
        return GraphSettings(
            mailbox=mailbox,
            endpoint=self.server.authority,
            authority=self.server.authority,
            tenant_id=TENANT,
            client_id=CLIENT,
            client_secret=lambda: secrets["secret"],
            http=HttpSettings(ca_file=str(self.server.ca_file)),
        )

    def contents_read(self) -> int:
        return sum(record.items > 0 for record in self.server.requests.records("calendarView"))

    def go_down(self) -> None:
        self.server.down()

    def come_back(self) -> None:
        self.server.up()

    def lose_next_answer(self, what: str) -> None:
        self.server.faults.add(Wire(lost=True), operation=_WRITES[what], times=1)

    def sent(self) -> Sequence[Mail]:
        notes = self.server.world.mailbox(ROOM).sent()
        return [Mail(to=each.recipients[0].address, subject=each.subject, body=each.body) for each in notes]

    def deny_writing(self) -> None:
        applications = self.server.world.directory.applications
        applications[:] = [replace(each, writes_calendars=False) for each in applications]
        self.server.tokens.revoke_all()  # roles are in the token

    def change_secret(self, secret: str) -> None:
        directory = self.server.world.directory
        directory.applications[:] = [replace(application, secret=secret) for application in directory.applications]
        self.server.tokens.revoke_all()
        self._secrets["secret"] = secret

    def throttle(self, seconds: int) -> None:
        self.server.faults.add(GraphSays(429, "ApplicationThrottled", retry_after=str(seconds)), times=1)

    def lose_a_start(self) -> None:
        self.server.faults.add(WithoutStart(), operation="calendarView", times=1)

    def lose_contents(self) -> None:
        self.server.faults.add(NotXml(b"{" * 10), operation="calendarView", times=1)

    def truncate_lists(self) -> None:
        self.server.graph.longest_page = 1

    def close(self) -> None:
        for source in self._open:
            source.close()


@pytest.fixture
def office(demo_certificates: Path) -> Iterator[GraphOffice]:
    clock = FakeClock()
    with DemoServer(World(clock), directory=demo_certificates) as server:
        office = GraphOffice(server, clock)
        yield office
        office.close()


class TestGraphSource(CalendarSourceContract):
    """Over HTTPS, with an app's token."""


class TestGraphWriter(WritableCalendarContract):
    """The same."""
