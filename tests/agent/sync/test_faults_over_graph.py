"""The same over Microsoft Graph: what a tenant's, a service's or a network's fault costs, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.demo.graph.errors import EmptyView, GraphSays
from agent.demo.http.faults import GRAPH, OAUTH, Effect, HttpStatus, NotXml, Truncated
from agent.demo.http.oauth import WrongSecret
from agent.demo.server import DemoServer
from agent.sources.graph.source import GraphSource
from tests.agent.sync.living import LivingRoom, most_in_a_minute
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.exchange import (
    CLIENT_SECRET,
    ROOM,
    booking,
    demo_certificates,
    graph_settings,
    make_world,
)

__all__ = ["demo_certificates"]


class Room(LivingRoom):
    """Over Graph. The demo's clock is the test's."""

    poll_s = 30

    def __init__(self, server: DemoServer, state: Path, clock: FakeClock) -> None:
        super().__init__(state, CLIENT_SECRET, clock)
        self.server = server

    @property
    def times(self) -> Sequence[float]:
        return [(record.at - NOON).total_seconds() for record in self.server.requests.records()]

    def make_source(self) -> GraphSource:
        settings = graph_settings(self.server, client_secret=lambda: self.secret)
        return GraphSource(settings, self.clock)


@pytest.fixture
def room(demo_certificates: Path, tmp_path: Path) -> Iterator[Room]:
    clock = FakeClock()
    world = make_world(clock)
    for number in range(12):
        start = NOON + timedelta(hours=number)
        world.calendar(ROOM).book(booking(str(number), start, start + timedelta(hours=1)))
    with DemoServer(world, directory=demo_certificates) as server:
        yield Room(server, tmp_path, clock)


FAULTS: dict[str, tuple[Effect, str]] = {
    "503": (HttpStatus(503, only=GRAPH), "calendar.throttled"),
    "502": (HttpStatus(502, only=GRAPH), "calendar.server_error"),
    "504": (HttpStatus(504, only=GRAPH), "calendar.server_timeout"),
    "429 with a fraction": (GraphSays(429, "ApplicationThrottled", retry_after="2.128"), "calendar.throttled"),
    "429 in the past": (
        GraphSays(429, "TooManyRequests", retry_after="Mon, 23 Nov 2020 00:00:00 GMT"),
        "calendar.throttled",
    ),
    "429 with junk": (GraphSays(429, "TooManyRequests", retry_after="soon"), "calendar.throttled"),
    "denied": (GraphSays(403, "ErrorAccessDenied"), "calendar.graph_access_denied"),
    "out of scope": (
        GraphSays(403, "ErrorAccessDenied", "Access to OData is disabled."),
        "calendar.mailbox_out_of_scope",
    ),
    "no role": (GraphSays(403, "Authorization_RequestDenied"), "calendar.app_role_missing"),
    "unknown mailbox": (GraphSays(404, "ErrorInvalidUser"), "calendar.mailbox_not_found"),
    "no licence": (GraphSays(404, "MailboxNotEnabledForRESTAPI"), "calendar.mailbox_not_in_cloud"),
    "a portal": (NotXml(), "calendar.not_graph"),
    "a proxy's page": (HttpStatus(403, only=GRAPH), "calendar.not_graph"),
    "half an answer": (Truncated(after=10), "calendar.not_graph"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_graph_is_named_asked_about_politely_and_over_two_minutes_after_its_end(
    room: Room, name: str
) -> None:
    effect, code = FAULTS[name]

    async def test() -> None:
        assert room.list() == 12
        number = room.server.faults.add(effect)
        await room.until(lambda: room.code() == code, within=70)
        room.server.requests.clear()
        await room.passes(600)
        assert (room.list(), room.code()) == (12, code)
        assert most_in_a_minute(room.times) <= 6
        room.server.faults.remove(number)
        await room.until(lambda: room.code() is None, within=120)

    room.live(test)


def test_the_quiet_costs_one_request_for_each_poll(room: Room) -> None:
    async def test() -> None:
        room.server.requests.clear()
        await room.passes(600)
        assert 17 <= len(room.times) <= 24

    room.live(test)


def test_a_token_that_ended_is_renewed_in_passing(room: Room) -> None:
    async def test() -> None:
        await room.passes(3700)
        assert (room.code(), room.list()) == (None, 12)
        assert len(room.server.requests.records("token")) == 2

    room.live(test)


def test_a_revoked_token_heals_in_the_same_round(room: Room) -> None:
    async def test() -> None:
        room.server.tokens.revoke_all()
        await room.passes(40)
        assert room.code() is None

    room.live(test)


def test_a_wrong_app_secret_is_tried_twice_then_once_in_a_quarter_of_an_hour_over_restarts(room: Room) -> None:
    room.secret = "wrong"

    async def a_while() -> None:
        assert room.code() == "calendar.sign_in_failed"
        await room.passes(20)

    async def an_hour() -> None:
        await room.passes(3600)

    for _ in range(5):
        room.live(a_while)
    room.live(an_hour)
    tries = [(each.at - NOON).total_seconds() for each in room.server.requests.records("token")]
    waits = [later - earlier for earlier, later in pairwise(tries)]
    assert 60 <= waits[0] <= 90
    assert all(900 <= wait <= 1020 for wait in waits[1:])

    async def mended() -> None:
        room.secret = CLIENT_SECRET
        await room.until(lambda: room.code() is None and room.list() == 12, within=60)

    room.live(mended)


def test_a_token_service_that_is_away_is_no_refusal(room: Room) -> None:
    number = room.server.faults.add(HttpStatus(500, only=OAUTH))

    async def test() -> None:
        assert room.code() == "calendar.token_service_unreachable"
        await room.passes(300)
        assert most_in_a_minute(room.times) <= 6
        room.server.faults.remove(number)
        await room.until(lambda: room.list() == 12, within=120)

    room.live(test)


def test_an_app_that_was_removed_and_registered_again_comes_back(room: Room) -> None:
    directory = room.server.world.directory
    (app,) = directory.applications

    async def test() -> None:
        directory.applications[:] = [replace(app, client_id="another")]
        room.server.tokens.revoke_all()
        await room.until(lambda: room.code() == "calendar.app_unknown", within=70)
        directory.applications[:] = [app]
        await room.until(lambda: room.code() is None, within=130)

    room.live(test)


def test_a_sporadic_refusal_of_the_secret_heals(room: Room) -> None:
    async def test() -> None:
        room.server.tokens.revoke_all()
        room.server.faults.add(WrongSecret(), operation="token", times=1)
        await room.until(lambda: room.code() == "calendar.sign_in_failed", within=70)
        await room.until(lambda: room.code() is None, within=130)

    room.live(test)


def test_a_delta_that_the_service_forgot_starts_over_in_the_same_round(room: Room) -> None:
    async def test() -> None:
        room.server.world.calendar(ROOM).book(booking("new", NOON + timedelta(hours=20), NOON + timedelta(hours=21)))
        room.server.graph.oldest_delta = room.server.world.change_number + 1
        await room.until(lambda: room.list() == 13, within=40)
        assert room.code() is None

    room.live(test)


def test_a_delta_that_is_always_refused_is_left_alone(room: Room) -> None:
    async def test() -> None:
        room.server.faults.add(GraphSays(410, "SyncStateNotFound"), operation="delta")
        await room.passes(60)
        room.server.requests.clear()
        await room.passes(500)
        assert (room.code(), room.list()) == (None, 12)
        assert len(room.server.requests.records("delta")) <= 2

    room.live(test)


def test_a_view_of_graph_that_is_empty_by_mistake_is_never_believed(room: Room) -> None:
    async def test() -> None:
        number = room.server.faults.add(EmptyView())
        room.server.graph.oldest_delta = room.server.world.change_number + 1
        await room.passes(900)
        assert (room.list(), room.code()) == (12, "calendar.suddenly_empty")
        room.server.faults.remove(number)
        await room.until(lambda: room.code() is None, within=120)

    room.live(test)


def test_a_room_of_graph_that_was_emptied_is_believed_after_a_second_look(room: Room) -> None:
    async def test() -> None:
        calendar = room.server.world.calendar(ROOM)
        for item in calendar.items():
            calendar.delete(item.item_id)
        await room.passes(55)
        assert room.list() == 12
        await room.until(lambda: room.list() == 0, within=120)

    room.live(test)
