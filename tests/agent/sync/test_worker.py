"""The worker with its real thread, a scripted puller and a clock that the test moves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random

import pytest
from structlog.testing import capture_logs

from agent.errors import RoomAgentError, SourceThrottled, SourceUnavailable
from agent.sync.report import PullReport
from agent.sync.schedule import Wait
from agent.sync.worker import SyncHungError, SyncWorker
from tests.builders import at
from tests.fakes.clock import FakeClock
from tests.fakes.source import NotLookedAt

DOWN = SourceUnavailable("calendar.unreachable", "refused")
REFUSED = SourceUnavailable("calendar.tls", "certificate")


class ScriptedPuller(NotLookedAt):
    """Good rounds, unless `error` is set; a round ends when `gate` is open."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.rounds = 0
        self.running = 0
        self.most_at_once = 0
        self.threads: set[int] = set()

    def pull(self) -> PullReport:
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        self.threads.add(threading.get_ident())
        self.entered.set()
        assert self.gate.wait(30)
        self.rounds += 1
        self.running -= 1
        if self.error is not None and not isinstance(self.error, RoomAgentError):
            raise self.error
        if isinstance(self.error, RoomAgentError):
            return PullReport(ok=False, started=self.clock.now(), error=self.error, requests=1)
        return PullReport(ok=True, started=self.clock.now(), requests=1, added=1)


class Rig:
    def __init__(self, first: Wait | None = None) -> None:
        self.clock = FakeClock(at(9))
        self.puller = ScriptedPuller(self.clock)
        self.changed = asyncio.Event()
        self.worker = SyncWorker(
            self.puller,
            self.clock,
            self.changed.set,
            midnight=lambda now: at(0, day=24) if now < at(0, day=24) else now + timedelta(days=1),
            as_of=None,
            first=first or Wait(0, 0, 0),
            chance=Random(1),
            poll_s=lambda _: 30,
            sleep=self.clock.sleep,
        )

    async def until_changed(self) -> None:
        await asyncio.wait_for(self.changed.wait(), 10)
        self.changed.clear()
        await cycle()

    async def pass_time(self, seconds: float) -> None:
        """In steps of at most a second, with room for the loop to act; rounds that begin are waited for."""
        for _ in range(int(seconds)):
            self.clock.advance(1)
            await cycle()
            if self.puller.gate.is_set():
                await self.idle()

    async def idle(self) -> None:
        while self.worker._round is not None:
            await asyncio.wait([self.worker._round.result])
            await cycle()


async def cycle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def live(test: Callable[[Rig], Awaitable[None]], first: Wait | None = None) -> Rig:
    """Run a test beside the worker, past its first round."""

    async def main() -> Rig:
        rig = Rig(first)
        task = asyncio.create_task(rig.worker.run())
        if first is None:
            await rig.until_changed()
        await test(rig)
        rig.puller.gate.set()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return rig

    return asyncio.run(main())


def test_first_round_is_at_once_and_makes_the_source_healthy() -> None:
    async def test(rig: Rig) -> None:
        health = rig.worker.health()
        assert (rig.puller.rounds, health.code, health.as_of, health.contact_since_start) == (1, None, at(9), True)
        assert health.retry_at is not None
        assert timedelta(seconds=27) <= health.retry_at - at(9) <= timedelta(seconds=33)

    live(test)


def test_rounds_repeat_about_every_30_seconds_in_one_thread() -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(300)
        assert 9 <= rig.puller.rounds <= 12

    rig = live(test)
    assert len(rig.puller.threads) == 1
    assert rig.worker.counters().attempts == {"ok": rig.puller.rounds}
    assert rig.worker.counters().requests == rig.puller.rounds


def test_boot_spread_delays_the_first_round_but_not_a_person() -> None:
    async def test(rig: Rig) -> None:
        await cycle()
        await rig.pass_time(30)
        assert rig.puller.rounds == 0
        assert (await rig.worker.refresh()).ok

    live(test, Wait(100, 100, 0))


def test_refresh_after_quiet_is_at_once_and_further_ones_share_a_round_five_seconds_later() -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(10)
        assert (await rig.worker.refresh()).ok
        assert rig.puller.rounds == 2
        more = [asyncio.create_task(rig.worker.refresh()) for _ in range(20)]
        await rig.pass_time(4)
        assert rig.puller.rounds == 2
        await rig.pass_time(2)
        assert {(await each).ok for each in more} == {True}
        assert rig.puller.rounds == 3

    live(test)


def test_refresh_during_a_round_waits_for_one_that_begins_afterwards() -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(10)
        rig.puller.gate.clear()
        first = asyncio.create_task(rig.worker.refresh())
        await cycle()
        second = asyncio.create_task(rig.worker.refresh())
        await cycle()
        rig.puller.gate.set()
        await first
        assert not second.done()
        await rig.pass_time(6)
        assert (await second).ok
        assert rig.puller.rounds == 3

    live(test)


def test_nudge_causes_a_round_soon_and_many_cause_one() -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(10)
        for _ in range(50):
            rig.worker.nudge()
        await rig.pass_time(1)
        assert rig.puller.rounds == 2
        await rig.pass_time(10)
        assert rig.puller.rounds == 2

    live(test)


def test_failure_shows_in_health_until_the_next_success() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = DOWN
        await rig.pass_time(34)
        health = rig.worker.health()
        assert (health.code, health.as_of, health.contact_since_start) == ("calendar.unreachable", at(9), True)
        since = health.since
        await rig.pass_time(300)
        assert rig.worker.health().since == since
        rig.puller.error = None
        await rig.pass_time(121)
        assert (rig.worker.health().code, rig.worker.health().since) == (None, None)

    live(test)


def test_trouble_is_logged_once_when_it_begins_and_once_when_it_ends() -> None:
    async def test(rig: Rig) -> None:
        for error in (DOWN, REFUSED, DOWN, None):
            rig.puller.error = error
            await rig.pass_time(400)

    with capture_logs() as logs:
        live(test)
    assert [(each["event"], each.get("code")) for each in logs] == [
        ("calendar.failing", "calendar.unreachable"),
        ("calendar.failing", "calendar.tls"),
        ("calendar.recovered", "calendar.tls"),
        ("calendar.recovered", "calendar.unreachable"),
    ]


def test_nudges_under_a_fault_change_nothing() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = DOWN
        await rig.pass_time(300)
        rounds = rig.puller.rounds
        for _ in range(600):
            rig.worker.nudge()
            await rig.pass_time(1)
        assert rig.puller.rounds - rounds <= 30

    live(test)


def test_person_under_a_fault_gets_an_attempt_every_ten_seconds_at_most() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = DOWN
        await rig.pass_time(40)
        rounds = rig.puller.rounds
        asking = []
        for _ in range(60):
            asking.append(asyncio.create_task(rig.worker.refresh()))
            await rig.pass_time(1)
        await rig.pass_time(12)
        assert 6 <= rig.puller.rounds - rounds <= 8
        assert {(await each).ok for each in asking} == {False}

    live(test)


def test_person_is_told_at_once_when_the_server_wants_to_be_left_alone() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = SourceThrottled("calendar.busy", "busy", 300)
        await rig.pass_time(34)
        rounds = rig.puller.rounds
        report = await rig.worker.refresh()
        assert (report.ok, report.attempted, report.error) == (False, False, rig.puller.error)
        await rig.pass_time(250)
        assert rig.puller.rounds == rounds

    live(test)


def test_person_who_asked_during_a_round_is_told_when_the_server_then_wants_patience() -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(10)
        rig.puller.gate.clear()
        first = asyncio.create_task(rig.worker.refresh())
        await cycle()
        second = asyncio.create_task(rig.worker.refresh())
        await cycle()
        rig.puller.error = SourceThrottled("calendar.busy", "busy", 300)
        rig.puller.gate.set()
        assert (await first).attempted
        assert not (await asyncio.wait_for(second, 10)).attempted

    live(test)


def test_hung_round_is_reported_never_doubled_and_welcome_when_it_returns() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.gate.clear()
        await rig.pass_time(40)
        asking = asyncio.create_task(rig.worker.refresh())
        rig.changed.clear()
        await rig.pass_time(180)
        assert rig.changed.is_set()
        rig.changed.clear()
        assert rig.worker.health().code == "calendar.hung"
        assert rig.worker.alive(rig.clock.monotonic())
        report = await asking
        assert (report.attempted, report.error and report.error.code) == (False, "calendar.hung")
        assert not (await rig.worker.refresh()).attempted
        rig.worker.nudge()
        await rig.pass_time(100)
        assert rig.puller.running == 1
        assert not rig.changed.is_set()  # said once
        rig.puller.gate.set()
        await rig.until_changed()
        assert rig.worker.health().code is None

    rig = live(test)
    assert rig.puller.most_at_once == 1


def test_round_that_never_returns_ends_the_worker() -> None:
    async def main() -> None:
        rig = Rig()
        rig.puller.gate.clear()
        task = asyncio.create_task(rig.worker.run())
        await cycle()
        await rig.pass_time(779)
        assert not task.done()
        assert rig.worker.alive(rig.clock.monotonic())
        await rig.pass_time(3)
        assert not rig.worker.alive(rig.clock.monotonic())
        with pytest.raises(SyncHungError):
            await task
        rig.puller.gate.set()

    asyncio.run(main())


def test_blocked_event_loop_is_not_alive() -> None:
    async def test(rig: Rig) -> None:
        assert rig.worker.alive(rig.clock.monotonic() + 10)
        assert not rig.worker.alive(rig.clock.monotonic() + 16)

    live(test)


def test_defect_of_an_adapter_is_a_failure_like_others_and_its_message_is_not_logged() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = KeyError("private words")
        await rig.pass_time(34)
        assert rig.worker.health().code == "calendar.internal"
        rig.puller.error = None
        await rig.pass_time(30)
        assert rig.worker.health().code is None

    with capture_logs() as logs:
        live(test)
    assert "calendar.internal_error" in [each["event"] for each in logs]
    assert "private words" not in str(logs)


@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(days=3650), timedelta(days=-3650), timedelta(hours=3)])
def test_clock_step_causes_one_round_and_lengthens_no_wait(step: timedelta) -> None:
    async def test(rig: Rig) -> None:
        await rig.pass_time(10)
        rig.clock.set(rig.clock.now() + step)
        await rig.pass_time(2)
        assert rig.puller.rounds == 2
        await rig.pass_time(120)
        assert 5 <= rig.puller.rounds <= 7

    live(test)


def test_clock_step_in_a_back_off_does_not_shorten_it() -> None:
    async def test(rig: Rig) -> None:
        rig.puller.error = SourceThrottled("calendar.busy", "busy", 300)
        await rig.pass_time(34)
        rounds = rig.puller.rounds
        rig.clock.set(rig.clock.now() + timedelta(hours=5))
        await rig.pass_time(200)
        assert rig.puller.rounds == rounds
        retry_at = rig.worker.health().retry_at
        assert retry_at is not None
        assert retry_at - rig.clock.now() <= timedelta(seconds=170)

    live(test)


def test_midnight_causes_a_round() -> None:
    async def test(rig: Rig) -> None:
        seconds = (at(0, day=24) - rig.clock.now()).total_seconds()
        rig.clock.advance(seconds - 5)
        await cycle()
        await rig.idle()
        rounds = rig.puller.rounds
        await rig.pass_time(4)
        assert rig.puller.rounds == rounds
        await rig.pass_time(2)
        assert rig.puller.rounds == rounds + 1

    live(test)


def test_stop_during_a_round_does_not_wait_for_it_and_answers_who_waits() -> None:
    async def main() -> None:
        rig = Rig()
        rig.puller.gate.clear()
        task = asyncio.create_task(rig.worker.run())
        await cycle()
        asking = asyncio.create_task(rig.worker.refresh())
        await cycle()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not (await asking).ok
        rig.puller.gate.set()

    asyncio.run(main())
