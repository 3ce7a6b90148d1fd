"""The pusher at the end of a configuration or of the process, and in a call that hangs."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from agent.control.pusher import DEADLINE_S, HUNG_LIMIT_S, PushHungError
from agent.model.control import OpState
from tests.agent.control.pushing import Rig, live
from tests.builders import at
from tests.fakes.writable import LOST


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


# -- the end of a configuration, or of the process


@pytest.mark.parametrize("lost", [False, True])
def test_an_attempt_under_way_at_the_end_is_written_down(rig: Rig, *, lost: bool) -> None:
    entered, leaving = threading.Event(), threading.Event()

    def answer_late(name: str) -> None:
        if name == "create":
            entered.set()
            leaving.wait(10)

    rig.writer.after = answer_late
    rig.writer.lose = {"create"} if lost else set()

    async def main() -> None:
        task = asyncio.create_task(rig.pusher.run())
        await rig.submit(rig.book())
        await asyncio.to_thread(entered.wait, 10)
        task.cancel()
        asyncio.get_running_loop().call_soon(leaving.set)
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(main())
    assert [each.state for each in rig.outbox.finished(at(0))] == ([] if lost else [OpState.DONE])
    assert [each.code for each in rig.outbox.waiting()] == ([LOST.code] if lost else [])
    assert len(rig.entries()) == (0 if lost else 1)


# -- a call that hangs


def test_a_call_that_hangs_is_told_and_ends_the_process_in_the_end(rig: Rig) -> None:
    gate = threading.Event()
    entered = threading.Event()

    def hang(name: str) -> None:
        if name == "taken":
            entered.set()
            gate.wait(30)

    rig.writer.before = hang
    rig.blocked = True

    async def main() -> None:
        task = asyncio.create_task(rig.pusher.run())
        await rig.submit(rig.book())
        await asyncio.to_thread(entered.wait, 10)
        with capture_logs() as logs:
            rig.clock.advance(DEADLINE_S + 1)
            await rig.settle()
            assert rig.pusher.alive(rig.clock.monotonic())
            rig.clock.advance(HUNG_LIMIT_S)
            assert not rig.pusher.alive(rig.clock.monotonic())
            with pytest.raises(PushHungError):
                await asyncio.wait_for(task, 10)
        gate.set()
        assert [each["event"] for each in logs].count("outbox.hung") == 1

    asyncio.run(main())


def test_a_pusher_that_looks_is_alive(rig: Rig) -> None:
    async def test() -> None:
        await rig.passes(2)
        assert rig.pusher.alive(rig.clock.monotonic())
        assert rig.pusher.idle_s(rig.clock.monotonic()) <= 1

    live(rig, test)
    assert not rig.pusher.alive(rig.clock.monotonic() + 61)
