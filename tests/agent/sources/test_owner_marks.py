"""Marks of owners over both protocols, against the demo Exchange."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.ports import OwnerMarks
from agent.sources import open_owner_marks
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphSettings
from agent.sources.owner_marks import mark_of, subject_of
from agent.sources.transport.settings import HttpSettings
from tests.contracts.calendar_source import ROOM, SECRET
from tests.contracts.owner_marks import ME, OwnerMarksContract
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

SERVICE = "mailboxservice@contoso.example"
TENANT, CLIENT = "11111111-2222-3333-4444-555555555555", "66666666-7777-8888-9999-000000000000"


class Office:
    """The demo Exchange behind `tests.contracts.owner_marks.OwnerOffice`."""

    def __init__(self, server: DemoServer, clock: FakeClock, source: str) -> None:
        server.world.add_room(ROOM, "San Jose")
        server.world.add_service_account(SERVICE, SECRET)
        server.world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT, secret=SECRET))
        self.calendar = server.world.calendar(ROOM)
        self._server, self._clock, self._source = server, clock, source
        self._open: list[OwnerMarks] = []

    def marks(self) -> OwnerMarks:
        marks = open_owner_marks(self._ews() if self._source == "ews" else self._graph(), self._clock)
        self._open.append(marks)
        return marks

    def close(self) -> None:
        for marks in self._open:
            marks.close()

    def _ews(self) -> EwsSettings:
        return EwsSettings(
            mailbox=ROOM,
            endpoint=self._server.https_url,
            auth=Auth.BASIC,
            username=SERVICE,
            password=lambda: SECRET,
            http=HttpSettings(ca_file=str(self._server.ca_file)),
        )

    def _graph(self) -> GraphSettings:
        return GraphSettings(
            mailbox=ROOM,
            endpoint=self._server.authority,
            authority=self._server.authority,
            tenant_id=TENANT,
            client_id=CLIENT,
            client_secret=lambda: SECRET,
            http=HttpSettings(ca_file=str(self._server.ca_file)),
        )


@pytest.fixture(params=["ews", "graph"])
def office(request: pytest.FixtureRequest, demo_certificates: Path) -> Iterator[Office]:
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=demo_certificates, observe=schema) as server:
        office = Office(server, clock, request.param)
        yield office
        office.close()
    assert not schema.violations


class TestOwnerMarks(OwnerMarksContract):
    """Over HTTPS."""


@pytest.mark.parametrize(
    "subject",
    [
        None,
        "",
        "room-agent write test (safe to delete)",
        "room-agent owner 0123456789abcdef  (safe to delete)",
        "room-agent owner 0123456789ABCDEF here (safe to delete)",
        "room-agent owner 0123456789abcdef he\u202ere (safe to delete)",
        subject_of(ME, "here") + "!",
    ],
)
def test_what_else_stands_there_is_no_mark(subject: str | None) -> None:
    assert mark_of("id", subject, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_a_mark_without_a_time_is_none() -> None:
    assert mark_of("id", subject_of(ME, "here"), None) is None
