"""Worker, guard, puller, SQLite and the EWS source against a server of other make: what a fault costs and how long.

Time is the test's: ten minutes of a fault pass in a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from tests.agent.sync.living import LivingRoom, most_in_a_minute
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, ROOM, Meeting, OtherExchange
from tests.fakes.other_http import Asked, Reply

A_DAY = timedelta(days=1)


class Room(LivingRoom):
    """Over EWS. `fault`: what the server does instead of answering."""

    def __init__(self, exchange: OtherExchange, state: Path) -> None:
        super().__init__(state, PASSWORD, FakeClock())
        self.exchange = exchange
        self.asked: list[float] = []
        self.fault: Callable[[Asked], Reply | None] = lambda _: None
        exchange.trouble = self._asked

    @property
    def times(self) -> list[float]:
        return self.asked

    def _asked(self, asked: Asked) -> Reply | None:
        self.asked.append(self.clock.monotonic())
        return self.fault(asked)

    def make_source(self) -> EwsSource:
        settings = EwsSettings(
            mailbox=ROOM,
            endpoint=self.exchange.url,
            auth=Auth.BASIC,
            username=ACCOUNT,
            password=lambda: self.secret,
        )
        return EwsSource(settings, self.clock)


@pytest.fixture
def exchange() -> Iterator[OtherExchange]:
    with OtherExchange() as exchange:
        for number in range(12):
            start = NOON + timedelta(hours=number)
            exchange.book(Meeting(subject=str(number), start=start, end=start + timedelta(hours=1), uid=str(number)))
        yield exchange
        assert exchange.refusals == []


@pytest.fixture
def room(exchange: OtherExchange, tmp_path: Path) -> Room:
    return Room(exchange, tmp_path)


FAULTS: dict[str, tuple[Callable[[OtherExchange], Reply], str]] = {
    "503": (lambda _: Reply(503), "calendar.throttled"),
    "502": (lambda _: Reply(502, b"<html/>"), "calendar.server_error"),
    "429 in the past": (
        lambda _: Reply(429, b"", {"Retry-After": "Mon, 23 Nov 2020 00:00:00 GMT"}),
        "calendar.throttled",
    ),
    "429 with junk": (lambda _: Reply(429, b"", {"Retry-After": "soon"}), "calendar.throttled"),
    "429 with a fraction": (lambda _: Reply(429, b"", {"Retry-After": "2.128"}), "calendar.throttled"),
    "403": (lambda _: Reply(403), "calendar.ews_blocked"),
    "404": (lambda _: Reply(404), "calendar.not_exchange"),
    "a sign-in page": (lambda _: Reply(302, b"", {"Location": "/owa/auth/logon.aspx"}), "calendar.not_exchange"),
    "HTML": (lambda _: Reply(200, b"<html>Welcome</html>"), "calendar.not_exchange"),
    "nothing": (lambda _: Reply(200, b""), "calendar.not_exchange"),
    "hangs up": (lambda _: Reply(hang_up=True), "calendar.unreachable"),
    "denied": (lambda server: Reply(500, server.fault("ErrorImpersonateUserDenied")), "calendar.impersonation_denied"),
    "unknown mailbox": (
        lambda server: Reply(200, server.error("FindItem", "ErrorNonExistentMailbox")),
        "calendar.mailbox_not_found",
    ),
    "connections": (lambda server: Reply(500, server.fault("ErrorExceededConnectionCount")), "calendar.throttled"),
    "moving": (lambda server: Reply(500, server.fault("ErrorMailboxMoveInProgress")), "calendar.server_error"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_asked_about_politely_and_over_two_minutes_after_its_end(room: Room, name: str) -> None:
    reply, code = FAULTS[name]

    async def test() -> None:
        assert room.list() == 12
        room.times.clear()
        room.fault = lambda _: reply(room.exchange)
        await room.until(lambda: room.code() == code, within=70)
        await room.passes(600)
        assert (room.list(), room.code()) == (12, code)
        assert most_in_a_minute(room.times) <= 6
        room.fault = lambda _: None
        await room.until(lambda: room.code() is None, within=120)

    room.live(test)


@pytest.mark.parametrize(("asked_for", "least", "most"), [("90", 90, 110), ("1000000000", 600, 600), ("-1", 10, 120)])
def test_a_server_that_says_how_long_to_wait_is_obeyed(room: Room, asked_for: str, least: int, most: int) -> None:
    async def test() -> None:
        room.fault = lambda _: Reply(503, b"", {"Retry-After": asked_for})
        await room.until(lambda: room.code() == "calendar.throttled", within=70)
        first = len(room.times)
        waited = await room.until(lambda: len(room.times) > first, within=most + 1)
        assert waited >= least - 1

    room.live(test)


def test_a_wrong_password_is_tried_twice_then_once_in_a_quarter_of_an_hour_over_restarts(room: Room) -> None:
    room.secret = "wrong"

    async def a_while() -> None:
        assert room.code() == "calendar.sign_in_failed"
        await room.passes(20)

    async def an_hour() -> None:
        await room.passes(3600)

    for _ in range(5):
        room.live(a_while)
    room.live(an_hour)
    waits = [later - earlier for earlier, later in pairwise(room.times)]
    assert 60 <= waits[0] <= 90
    assert all(900 <= wait <= 1020 for wait in waits[1:])
    assert len(waits) >= 3

    async def mended() -> None:
        room.secret = PASSWORD
        await room.until(lambda: room.code() is None and room.list() == 12, within=60)

    room.live(mended)


def test_a_sporadic_refusal_heals_by_itself(room: Room) -> None:
    async def test() -> None:
        room.fault = lambda _: Reply(401)
        await room.until(lambda: room.code() == "calendar.sign_in_failed", within=70)
        room.fault = lambda _: None
        await room.until(lambda: room.code() is None, within=130)

    room.live(test)


def test_a_calendar_that_was_emptied_is_believed_after_a_second_look(room: Room) -> None:
    async def test() -> None:
        room.exchange.clear()
        room.exchange.asked.clear()
        await room.until(lambda: bool(room.exchange.asked), within=70)
        await room.passes(58)
        assert room.list() == 12
        await room.until(lambda: room.list() == 0, within=60)
        assert room.exchange.operations()[-2:] == ["FindItem", "GetItem"]

    room.live(test)


def test_a_view_that_is_empty_by_mistake_is_never_believed(room: Room) -> None:
    def no_view(asked: Asked) -> Reply | None:
        if asked.operation != "FindItem":
            return None
        kept, room.exchange.meetings = room.exchange.meetings, {}
        reply = room.exchange.reply(asked)
        room.exchange.meetings = kept
        return reply

    async def test() -> None:
        room.fault = no_view
        await room.passes(900)
        assert (room.list(), room.code()) == (12, "calendar.suddenly_empty")
        assert most_in_a_minute(room.times) <= 6
        room.fault = lambda _: None
        await room.until(lambda: room.code() is None, within=120)

    room.live(test)


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_is_set_wrong_by_years_and_right_again_loses_nothing(room: Room, years: int) -> None:
    async def test() -> None:
        right = room.clock.now()
        room.clock.set(right + years * 365 * A_DAY)
        await room.passes(120)
        room.clock.set(right + timedelta(seconds=120))
        await room.until(lambda: room.list() == 12 and room.code() is None, within=60)

    room.live(test)
