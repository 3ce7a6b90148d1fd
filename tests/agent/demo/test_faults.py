from __future__ import annotations

from typing import Any

import pytest
import requests
from exchangelib.errors import (
    ErrorInternalServerError,
    ErrorMailboxMoveInProgress,
    ErrorServerBusy,
    EWSError,
    MalformedResponseError,
    SOAPError,
    UnauthorizedError,
)

from agent.demo.exchange.faults import (
    BigBody,
    CustomZone,
    Duplicates,
    EmptyCalendar,
    ErrorCode,
    Fault,
    NoStart,
    ServerBusy,
    TruncatedView,
)
from agent.demo.http.faults import Effect, Faults, HttpStatus, Instead, NotXml, Reshape, Truncated, Wire
from tests.agent.demo.support import at, view
from tests.fakes.exchange import DemoExchange, booking
from tests.fakes.soap import post

BREAKS = (requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)


@pytest.fixture(autouse=True)
def three_meetings(demo_exchange: DemoExchange) -> None:
    for hour in (9, 10, 11):
        body = f"<p>{hour}</p>"
        demo_exchange.calendar.book(booking(f"at {hour}", at(hour), at(hour + 1), body_html=body))


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        (HttpStatus(401), UnauthorizedError),
        (HttpStatus(403), MalformedResponseError),
        (HttpStatus(429, retry_after_s=7), MalformedResponseError),
        (HttpStatus(500), MalformedResponseError),
        (HttpStatus(503, retry_after_s=7), ErrorServerBusy),
        (NotXml(), MalformedResponseError),
        (NotXml(b""), SOAPError),
        (ServerBusy(), ErrorServerBusy),
        (Fault("ErrorInternalServerError"), ErrorInternalServerError),
        (ErrorCode("ErrorMailboxMoveInProgress"), ErrorMailboxMoveInProgress),
        (Truncated(300), (EWSError, *BREAKS)),
        (Wire(drop_after=100), (EWSError, *BREAKS)),
        (Wire(drop_after=0), (EWSError, *BREAKS)),
        (Wire(lost=True), (EWSError, *BREAKS)),
    ],
    ids=repr,
)
def test_a_fault_hits_once_and_then_all_is_well(
    demo_exchange: DemoExchange, account: Any, effect: Effect, error: Any
) -> None:
    demo_exchange.server.faults.add(effect, operation="FindItem", times=1)
    with pytest.raises(error):
        view(account, at(8), at(12), "subject")
    assert demo_exchange.server.faults.armed() == []
    assert len(view(account, at(8), at(12), "subject")) == 3


def test_the_server_says_how_long_to_stay_away(demo_exchange: DemoExchange) -> None:
    faults, url = demo_exchange.server.faults, demo_exchange.server.http_url
    faults.add(HttpStatus(429, retry_after_s=7), times=1)
    answer = post(url, "GetFolder")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    faults.add(ServerBusy(back_off_ms=297749), times=1)
    answer = post(url, "GetFolder")
    assert (answer.status, answer.code, b">297749<" in answer.body) == (500, "ErrorServerBusy", True)


def test_a_fault_of_one_operation_spares_the_others(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.server.faults.add(HttpStatus(500), operation="GetItem")
    assert len(view(account, at(8), at(12), "subject")) == 3
    with pytest.raises(MalformedResponseError):
        view(account, at(8), at(12))


def test_an_item_can_lose_its_start(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.server.faults.add(NoStart(), operation="GetItem")
    assert [item.start is None for item in view(account, at(8), at(12), "start", "body")] == [True, False, False]


def test_bodies_can_be_huge(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.server.faults.add(BigBody(600))
    assert all(len(item.body) >= 600 * 1024 for item in view(account, at(8), at(12), "body"))


def test_zones_can_be_unknown(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(CustomZone())
    item = demo_exchange.calendar.items()[0].item_id
    shape = "<m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>"
    answer = post(demo_exchange.server.http_url, "GetItem", f'{shape}<m:ItemIds><t:ItemId Id="{item}"/></m:ItemIds>')
    assert answer.body.count(b"tzone://Microsoft/Custom") == 4


def test_a_view_can_be_cut_empty_or_repeat_itself(demo_exchange: DemoExchange, account: Any) -> None:
    faults = demo_exchange.server.faults
    for effect, expected in ((EmptyCalendar(), 0), (Duplicates(), 4)):
        number = faults.add(effect)
        assert len(view(account, at(8), at(12), "subject")) == expected
        faults.remove(number)
    faults.add(TruncatedView(keep=2), operation="FindItem")
    assert len(view(account, at(8), at(12), "subject", max_items=2)) == 2


def test_answers_can_be_late_and_slow(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.server.faults.add(Wire(delay_s=0.05, piece=200, pause_s=0.001), times=3)
    assert len(view(account, at(8), at(12), "subject")) == 3


def test_faults_are_used_up_by_kind_and_operation() -> None:
    faults = Faults()
    first = faults.add(HttpStatus(500), times=2)
    second = faults.add(NoStart(), operation="GetItem")
    assert faults.take(Reshape, "FindItem", "ews") == []
    assert faults.take(Reshape, "GetItem", "ews") == [NoStart()]
    assert [faults.take(Instead, "FindItem", "ews") for _ in range(3)] == [[HttpStatus(500)], [HttpStatus(500)], []]
    assert faults.armed() == [(second, NoStart())]
    faults.remove(first)
    faults.clear()
    assert faults.armed() == []
