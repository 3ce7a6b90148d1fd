"""The contract of writing halves against the demo Exchange, for every way to sign in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent.demo.exchange.faults import ErrorCode
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.model.control import Mail
from agent.sources.ews.settings import Auth
from tests.agent.sources.ews.test_contract import DemoOffice
from tests.contracts.calendar_source import ROOM
from tests.contracts.writable_calendar import WritableCalendarContract
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

OPERATIONS = {"create": "CreateItem", "send": "CreateItem", "set_end": "UpdateItem", "delete": "DeleteItem"}


class WritableOffice(DemoOffice):
    """The demo Exchange behind the contract's `Office`."""

    def lose_next_answer(self, what: str) -> None:
        self.server.faults.add(Wire(drop_after=0), operation=OPERATIONS[what], times=1)

    def sent(self) -> Sequence[Mail]:
        return [
            Mail(to=each.recipients[0].address, subject=each.subject, body=each.body)
            for each in self.server.world.mailbox(ROOM).sent()
        ]

    def deny_writing(self) -> None:
        for operation in ("CreateItem", "UpdateItem", "DeleteItem"):
            self.server.faults.add(ErrorCode("ErrorAccessDenied"), operation=operation)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(params=[Auth.BASIC, Auth.NTLM, Auth.OAUTH])
def office(request: pytest.FixtureRequest, certificates: Path) -> Iterator[WritableOffice]:
    """With every request and answer held against Microsoft's schema, where that is there."""
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=certificates, observe=schema) as server:
        office = WritableOffice(server, clock, request.param)
        yield office
        office.close()
    assert not schema.violations


class TestEwsWriter(WritableCalendarContract):
    """Over HTTPS, impersonating the room."""
