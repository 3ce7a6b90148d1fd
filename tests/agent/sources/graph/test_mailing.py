"""A room's own messages: sent once, whatever gets lost and whatever the app may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.graph.errors import EmptyView, GraphSays
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from agent.errors import AccessDenied, SourceError, SourceThrottled, SourceUnavailable
from agent.model.control import Mail
from agent.sources.graph.mailing import SETTLES_S
from agent.sources.graph.writing import GraphWriter
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ROOM, USER, graph_settings, make_world

MAIL = Mail(to=USER, subject="Your meeting was ended", body="Nobody came.\nÜber die Gründe …")
LOST = Wire(lost=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(demo_certificates: Path, clock: FakeClock) -> Iterator[DemoServer]:
    with DemoServer(make_world(clock), directory=demo_certificates) as server:
        yield server


@pytest.fixture
def writer(server: DemoServer, clock: FakeClock) -> Iterator[GraphWriter]:
    writer = GraphWriter(graph_settings(server), clock)
    yield writer
    writer.close()


def received(server: DemoServer) -> list[Mail]:
    messages = server.world.mailbox(USER).inbox()
    return [Mail(to=each.recipients[0].address, subject=each.subject, body=each.body) for each in messages]


def without(server: DemoServer, **roles: bool) -> None:
    applications = server.world.directory.applications
    applications[:] = [replace(each, **roles) for each in applications]  # type: ignore[arg-type]  # flags alone


def test_message_arrives_and_stays_among_the_sent_items(writer: GraphWriter, server: DemoServer) -> None:
    assert writer.send("k", MAIL)
    assert received(server) == [MAIL]
    assert [each.subject for each in server.world.mailbox(ROOM).sent()] == [MAIL.subject]


def test_message_whose_answer_was_lost_is_found_among_the_sent_items(writer: GraphWriter, server: DemoServer) -> None:
    server.faults.add(LOST, operation="sendMail", times=1)
    with pytest.raises(SourceUnavailable):
        writer.send("k", MAIL)
    assert writer.send("k", MAIL) == ""
    assert received(server) == [MAIL]


def test_message_that_is_not_filed_yet_is_waited_for(writer: GraphWriter, server: DemoServer, clock: FakeClock) -> None:
    server.faults.add(LOST, operation="sendMail", times=1)
    server.faults.add(EmptyView(), operation="messages", times=2)
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            writer.send("k", MAIL)
    clock.advance(SETTLES_S)
    writer.send("k", MAIL)
    assert received(server) == [MAIL]


def test_message_that_never_got_out_is_sent_in_the_end(
    writer: GraphWriter, server: DemoServer, clock: FakeClock
) -> None:
    server.faults.add(GraphSays(500, "UnknownError"), operation="sendMail", times=1)
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            writer.send("k", MAIL)
    clock.advance(SETTLES_S)
    assert writer.send("k", MAIL)
    assert received(server) == [MAIL]


def test_without_sight_of_the_sent_items_what_may_be_sent_is_not_repeated(
    writer: GraphWriter, server: DemoServer, clock: FakeClock
) -> None:
    without(server, handles_mail=False)
    server.faults.add(LOST, operation="sendMail", times=1)
    with pytest.raises(SourceUnavailable):
        writer.send("k", MAIL)
    clock.advance(SETTLES_S)
    assert writer.send("k", MAIL) == ""
    assert writer.send("another", MAIL)
    assert len(received(server)) == 2


def test_where_keys_cannot_be_searched_for_it_is_the_same(writer: GraphWriter, server: DemoServer) -> None:
    server.faults.add(GraphSays(400, "ErrorInvalidUrlQueryFilter"), operation="messages")
    first = writer.send("k", MAIL)
    assert writer.send("k", MAIL) == first
    assert received(server) == [MAIL]


def test_what_was_put_off_by_the_server_is_sent_later(writer: GraphWriter, server: DemoServer) -> None:
    server.faults.add(GraphSays(429, "ApplicationThrottled", retry_after="3"), operation="sendMail", times=1)
    with pytest.raises(SourceThrottled):
        writer.send("k", MAIL)
    assert writer.send("k", MAIL)
    assert received(server) == [MAIL]


def test_app_that_may_not_send_is_told_so(writer: GraphWriter, server: DemoServer) -> None:
    without(server, sends_mail=False)
    with pytest.raises(AccessDenied) as denied:
        writer.send("k", MAIL)
    assert denied.value.code == "calendar.mail_denied"
    assert received(server) == []


def test_address_that_is_none_is_not_worth_another_attempt(writer: GraphWriter) -> None:
    with pytest.raises(SourceError) as refused:
        writer.send("k", replace(MAIL, to="nobody"))
    assert type(refused.value) is SourceError
    assert refused.value.code == "calendar.write_refused"
