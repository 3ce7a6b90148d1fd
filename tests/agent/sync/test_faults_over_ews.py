"""Worker, guard, puller, SQLite and the EWS source against a server of other make: what a fault costs and how long.

Time is the test's: ten minutes of a fault pass in a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from agent.meetings.extract import Extractor
from agent.model.sync import Window
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.schedule import Wait
from agent.sync.sign_in import SignInGuard
from agent.sync.window import next_midnight, room_window
from agent.sync.worker import SyncWorker
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, ROOM, Meeting, OtherExchange
from tests.fakes.other_http import Asked, Reply

ZONE = ZoneInfo("America/Los_Angeles")
A_DAY = timedelta(days=1)


class Room:
    """A box whose clock the test moves. `times`: when it asked, by that clock."""

    def __init__(self, exchange: OtherExchange, state: Path) -> None:
        self.exchange = exchange
        self.state = state
        self.clock = FakeClock()
        self.password = PASSWORD
        self.times: list[float] = []
        self.fault: Callable[[Asked], Reply | None] = lambda _: None
        exchange.trouble = self._asked

    def _asked(self, asked: Asked) -> Reply | None:
        self.times.append(self.clock.monotonic())
        return self.fault(asked)

    def live(self, test: Callable[[], Awaitable[None]]) -> None:
        """A process from its start to its end, with the test beside it."""
        asyncio.run(self._live(test))

    async def _live(self, test: Callable[[], Awaitable[None]]) -> None:
        settings = EwsSettings(
            mailbox=ROOM,
            endpoint=self.exchange.url,
            auth=Auth.BASIC,
            username=ACCOUNT,
            password=lambda: self.password,
        )
        self.store = open_store(self.state, ROOM)
        source = EwsSource(settings, self.clock)
        puller = Puller(source, self.store, Extractor(), self.clock, scope="s", window=self._window)
        guard = SignInGuard(puller, self.store, self.clock, lambda: self.password, Random(1))
        self.worker = SyncWorker(
            guard,
            self.clock,
            lambda: None,
            midnight=lambda now: next_midnight(now, ZONE),
            as_of=self.store.as_of(),
            first=Wait(0, 0, 0),
            chance=Random(1),
            sleep=self.clock.sleep,
        )
        task = asyncio.create_task(self.worker.run())
        try:
            await self.passes(1)
            await test()
        finally:
            task.cancel()
            await asyncio.wait([task])
            source.close()
            self.store.close()

    @staticmethod
    def _window(now: datetime) -> Window:
        return room_window(now, ZONE, days_behind=1, days_ahead=14)

    async def passes(self, seconds: int) -> None:
        """Time goes on, a second at a time; rounds take none of it."""
        for _ in range(seconds):
            self.clock.advance(1)
            await self._settle()

    async def until(self, reached: Callable[[], bool], within: int) -> int:
        """Seconds until something holds; more than `within` is a failure."""
        for passed in range(within + 1):
            if reached():
                return passed
            await self.passes(1)
        raise AssertionError(f"not within {within} s; code {self.worker.health().code}, asked at {self.times}")

    async def _settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)
        while self.worker._round is not None:
            await asyncio.wait([self.worker._round.result])
            for _ in range(10):
                await asyncio.sleep(0)

    def code(self) -> str | None:
        return self.worker.health().code

    def list(self) -> int:
        return len(self.store.entries(self._window(self.clock.now())))


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


def most_in_a_minute(times: list[float]) -> int:
    return max((sum(begin <= each < begin + 60 for each in times) for begin in times), default=0)


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
    room.password = "wrong"

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
        room.password = PASSWORD
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
