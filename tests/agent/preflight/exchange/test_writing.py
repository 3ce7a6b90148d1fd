"""The right to write: proven with an item nobody sees, which is removed whatever happens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.demo.exchange import faults
from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import Effect, HttpStatus, Wire
from agent.demo.world import Booking, Change
from agent.model.event import Sensitivity, ShowAs
from agent.model.preflight import Check, Status, Who
from agent.sources.write_check import SUBJECT, WINDOW
from tests.agent.preflight.exchange.looking import GRAPH_CONFIG, by_graph, by_password, looked, summary
from tests.fakes.exchange import ROOM, USER, DemoExchange, booking

BOTH = pytest.mark.parametrize("source", ["ews", "graph"])


def written(demo: DemoExchange, source: str) -> Check:
    account: Any = by_graph(demo) if source == "graph" else by_password(demo)
    return looked(demo, account, config=GRAPH_CONFIG if source == "graph" else None, write=True)["mailbox.write"]


def mine(demo: DemoExchange) -> int:
    return sum(item.booking.subject == SUBJECT for item in demo.calendar.items())


@BOTH
def test_what_is_written_is_seen_by_nobody_and_removed(demo_exchange: DemoExchange, source: str) -> None:
    seen: list[Booking] = []

    def look(change: Change) -> None:
        seen.extend(item.booking for item in demo_exchange.calendar.items() if item.item_id == change.item_id)

    demo_exchange.world.listen(look)
    assert written(demo_exchange, source).code == "mailbox.write"
    assert mine(demo_exchange) == 0
    (made,) = seen
    assert made.start == WINDOW.start == datetime(2001, 1, 1, tzinfo=UTC)
    assert (made.show_as, made.sensitivity, made.attendees) == (ShowAs.FREE, Sensitivity.PRIVATE, ())


@BOTH
def test_without_consent_nothing_is_written(demo_exchange: DemoExchange, source: str) -> None:
    account: Any = by_graph(demo_exchange) if source == "graph" else by_password(demo_exchange)
    check = looked(demo_exchange, account)["mailbox.write"]
    assert (check.status, check.code) == (Status.SKIPPED, "mailbox.write_not_asked")
    assert demo_exchange.world.change_number == 0


@pytest.mark.parametrize(
    ("source", "operation", "effect"),
    [
        ("ews", "CreateItem", faults.ErrorCode("ErrorAccessDenied")),
        ("graph", "createEvent", GraphSays(403, "ErrorAccessDenied")),
    ],
)
def test_a_refusal_is_the_exchange_administrators(
    demo_exchange: DemoExchange, source: str, operation: str, effect: Effect
) -> None:
    demo_exchange.server.faults.add(effect, operation=operation)
    check = written(demo_exchange, source)
    assert summary(check) == (Status.FAIL, "mailbox.write_denied", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert ROOM in check.command


@pytest.mark.parametrize(("source", "operation"), [("ews", "CreateItem"), ("graph", "createEvent")])
def test_an_item_whose_making_was_never_confirmed_is_removed(
    demo_exchange: DemoExchange, source: str, operation: str
) -> None:
    demo_exchange.schema = None
    demo_exchange.server.faults.add(Wire(drop_after=0), operation=operation)
    check = written(demo_exchange, source)
    assert (check.status, check.who) == (Status.FAIL, Who.NETWORK)
    assert demo_exchange.world.change_number >= 2  # it was there, and is gone
    assert mine(demo_exchange) == 0


@pytest.mark.parametrize(
    ("source", "operation", "effect"),
    [
        ("ews", "DeleteItem", faults.ErrorCode("ErrorAccessDenied")),
        ("graph", "deleteEvent", GraphSays(500, "ErrorInternalServerError")),
    ],
)
def test_what_cannot_be_removed_is_said_and_removed_by_the_next_run(
    demo_exchange: DemoExchange, source: str, operation: str, effect: Effect
) -> None:
    demo_exchange.server.faults.add(effect, operation=operation)
    check = written(demo_exchange, source)
    assert summary(check) == (Status.FAIL, "mailbox.write_left", Who.EXCHANGE_ADMIN)
    assert SUBJECT in check.detail
    assert check.command is not None
    assert SUBJECT in check.command
    assert mine(demo_exchange) == 1
    demo_exchange.server.faults.clear()
    assert written(demo_exchange, source).code == "mailbox.write"
    assert mine(demo_exchange) == 0


@pytest.mark.parametrize(("source", "operation"), [("ews", "DeleteItem"), ("graph", "deleteEvent")])
def test_a_removal_that_fails_once_is_tried_again(demo_exchange: DemoExchange, source: str, operation: str) -> None:
    demo_exchange.schema = None
    effect = faults.ErrorCode("ErrorInternalServerError") if source == "ews" else GraphSays(500, "UnknownError")
    demo_exchange.server.faults.add(effect, operation=operation, times=1)
    assert written(demo_exchange, source).code == "mailbox.write"
    assert mine(demo_exchange) == 0


@BOTH
def test_nothing_of_other_people_is_ever_removed(demo_exchange: DemoExchange, source: str) -> None:
    demo_exchange.calendar.book(booking("Millennium party", WINDOW.start, WINDOW.end))
    assert written(demo_exchange, source).code == "mailbox.write"
    assert [item.booking.subject for item in demo_exchange.calendar.items()] == ["Millennium party"]


@pytest.mark.parametrize("operation", ["CreateItem", "DeleteItem"])
def test_a_secret_that_is_refused_in_the_middle_is_not_shown_again(demo_exchange: DemoExchange, operation: str) -> None:
    demo_exchange.server.faults.add(HttpStatus(401), operation=operation)
    checks = looked(demo_exchange, by_password(demo_exchange), write=True, other_mailbox=USER)
    assert checks["mailbox.write"].status is Status.FAIL
    assert checks["mailbox.scope"].code == "account.unauthorized"
    assert demo_exchange.server.requests.records()[-1].status == 401
