"""The listener with its real thread, a scripted stream, a real worker and a clock that the test moves."""

from __future__ import annotations

import asyncio
import queue
from collections.abc import Awaitable, Callable
from itertools import pairwise
from random import Random

import pytest

from agent.errors import RoomAgentError, SignInFailed, SourceThrottled, SourceUnavailable
from agent.model.sync import Heard
from agent.sync.listener import STUCK_S, Listener, pause_in_a_row
from agent.sync.schedule import SAFETY_S
from agent.sync.stream_pause import HOPELESS_AFTER, HOPELESS_S, pause_after
from tests.agent.sync.test_worker import Rig, cycle

CUT = SourceUnavailable("calendar.unreachable", "cut")


class ScriptedStream:
    """Says what the test puts into `script`: signs, an error to end with, or None for an end in good order."""

    def __init__(self) -> None:
        self.script: queue.SimpleQueue[Heard | Exception | None] = queue.SimpleQueue()
        self.listening = 0
        self.hung_up = 0
        self.deaf = False

    requests = 0

    def listen(self, heard: Callable[[Heard], None]) -> None:
        self.listening += 1
        while (sign := self.script.get()) is not None:
            if isinstance(sign, Exception):
                raise sign
            heard(sign)

    def hang_up(self) -> None:
        self.hung_up += 1
        if not self.deaf:
            self.script.put(SourceUnavailable("stream.ended", "hung up"))

    def close(self) -> None:
        self.hang_up()


class Room(Rig):
    def __init__(self) -> None:
        super().__init__()
        self.stream = ScriptedStream()
        self.changes = 0
        self.listener = Listener(
            self.stream, self.worker, self.clock, Random(1), self.clock.sleep, changed=self._count_change
        )

    def _count_change(self) -> None:
        self.changes += 1

    async def say(self, *signs: Heard | Exception | None) -> None:
        for sign in signs:
            self.stream.script.put(sign)
        for _ in range(200):
            if self.stream.script.empty():
                break
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
        await cycle()

    async def connect(self) -> None:
        await self.until_changed()
        await self.until_listening(1)
        await self.say(Heard.CONNECTED)

    async def until_listening(self, times: int, within: int = 200) -> int:
        """Seconds until the stream is listened to for the n-th time."""
        for passed in range(within + 1):
            if self.stream.listening >= times:
                return passed
            await self.pass_time(1)
            await asyncio.sleep(0.002)
        raise AssertionError(f"not within {within} s")


def live(test: Callable[[Room], Awaitable[None]]) -> None:
    async def run() -> None:
        room = Room()
        tasks = [asyncio.create_task(room.worker.run()), asyncio.create_task(room.listener.run())]
        try:
            async with asyncio.timeout(50):
                await test(room)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())


def test_every_connect_is_followed_by_a_round() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        assert room.listener.health().live
        rounds = room.puller.rounds
        await room.pass_time(8)
        assert room.puller.rounds == rounds + 1

    live(test)


def test_polling_is_slow_while_changes_are_told_and_quick_again_without() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(10)
        rounds = room.puller.rounds
        for _ in range(int(SAFETY_S / 50) - 1):
            await room.pass_time(50)
            await room.say(Heard.ALIVE)
        assert room.puller.rounds == rounds
        await room.pass_time(120)
        assert room.puller.rounds == rounds + 1
        await room.say(CUT)
        await room.pass_time(3)
        room.puller.error = CUT  # the server is gone: nobody connects, the sync goes on asking
        await room.pass_time(120)
        assert not room.listener.health().live
        assert room.listener.health().code == "calendar.unreachable"
        assert room.puller.rounds >= rounds + 3

    live(test)


def test_a_change_causes_a_round_at_once_and_many_cause_one_more() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(20)
        rounds = room.puller.rounds
        await room.say(Heard.CHANGED)
        await room.pass_time(1)
        assert room.puller.rounds == rounds + 1
        await room.say(*[Heard.CHANGED] * 9)
        await room.pass_time(10)
        assert room.puller.rounds == rounds + 2

    live(test)


def test_whoever_wants_to_know_is_told_of_what_may_be_new_and_of_no_heartbeat() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        assert room.changes == 1
        await room.say(Heard.ALIVE)
        await room.say(Heard.CHANGED)
        assert room.changes == 2

    live(test)


def test_a_heartbeat_is_contact() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(60)
        before = room.worker.health().as_of
        await room.say(Heard.ALIVE)
        after = room.worker.health().as_of
        assert before is not None
        assert after is not None
        assert (after - before).total_seconds() > 40
        room.puller.error = CUT
        room.worker.nudge()
        await room.pass_time(3)
        failed_at = room.worker.health().as_of
        await room.say(Heard.ALIVE)
        assert room.worker.health().as_of == failed_at

    live(test)


def test_nothing_is_opened_before_the_calendar_was_read() -> None:
    async def test(room: Room) -> None:
        room.puller.error = SignInFailed("calendar.sign_in_failed", "no")
        await room.until_changed()
        await room.pass_time(60)
        assert room.stream.listening == 0
        room.puller.error = None
        await room.until_listening(1)

    live(test)


def test_a_stream_that_ends_in_good_order_is_opened_again_after_a_round() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(30)
        rounds = room.puller.rounds
        await room.say(None)
        assert await room.until_listening(2) <= 12
        assert room.puller.rounds == rounds + 1
        await room.say(Heard.CONNECTED)
        assert (room.listener.health().connects, room.listener.health().failures) == (2, 0)

    live(test)


def test_silence_is_a_dead_connection() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(140)
        assert room.stream.hung_up == 0
        await room.pass_time(20)
        assert room.stream.hung_up >= 1
        await asyncio.sleep(0.05)
        await room.pass_time(1)
        assert not room.listener.health().live
        await room.until_listening(2)

    live(test)


def test_a_server_that_wants_patience_is_spared_the_stream_first() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        await room.pass_time(10)
        room.puller.error = SourceThrottled("calendar.throttled", "busy", 100)
        room.worker.nudge()
        await room.pass_time(10)
        assert room.stream.hung_up >= 1
        await asyncio.sleep(0.05)
        await room.pass_time(60)
        assert room.stream.listening == 1
        room.puller.error = None
        assert await room.until_listening(2, within=400) > 30

    live(test)


def test_a_thread_that_does_not_come_back_is_noticed() -> None:
    async def test(room: Room) -> None:
        room.stream.deaf = True
        await room.connect()
        await room.pass_time(160)
        assert room.listener.alive(room.clock.monotonic())
        await room.pass_time(int(STUCK_S) + 10)
        assert not room.listener.alive(room.clock.monotonic())
        room.stream.script.put(None)

    live(test)


def test_a_stream_that_flaps_costs_few_requests() -> None:
    async def test(room: Room) -> None:
        await room.connect()
        times: list[float] = []
        for number in range(2, 8):
            await room.say(CUT)
            await room.until_listening(number, within=400)
            times.append(room.clock.monotonic())
            await room.say(Heard.CONNECTED)
            await room.pass_time(2)
        waits = [after - before for before, after in pairwise(times)]
        assert min(waits) >= 45
        assert max(waits) <= 140

    live(test)


@pytest.mark.parametrize(
    ("error", "in_a_row", "least", "most"),
    [
        (None, 0, 0, 1),
        (CUT, 0, 1, 5),
        (CUT, 1, 45, 90),
        (CUT, 20, 45, 120),
        (SourceUnavailable("calendar.server_error", "no"), HOPELESS_AFTER, HOPELESS_S * 0.9, HOPELESS_S * 1.1),
        (SignInFailed("calendar.sign_in_failed", "no"), 1, 900, 990),
        (SourceThrottled("calendar.throttled", "busy", 300), 1, 300, 360),
        (SourceThrottled("calendar.throttled", "busy"), 1, 90, 108),
    ],
)
def test_pauses(error: RoomAgentError | None, in_a_row: int, least: float, most: float) -> None:
    for seed in range(100):
        assert least <= pause_after(error, in_a_row, Random(seed)) <= most


def test_a_connection_that_lived_was_good() -> None:
    assert [pause_in_a_row(2, CUT, 59.0), pause_in_a_row(2, CUT, 60.0), pause_in_a_row(2, None, 1.0)] == [3, 0, 0]
