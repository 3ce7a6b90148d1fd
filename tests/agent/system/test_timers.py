import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.system import timers
from agent.system.timers import Timers
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_nudge_comes_again_and_again() -> None:
    nudged = asyncio.Semaphore(0)
    clockwork = Timers(FakeClock())
    clockwork.every("poll", 0.02, nudged.release)
    clockwork.daily("midnight", ZoneInfo("America/Los_Angeles"), nudged.release)
    running = asyncio.create_task(clockwork.run())
    async with asyncio.timeout(5):
        for _ in range(3):
            await nudged.acquire()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_clock_step_is_noticed_and_reschedules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "LOOK_EVERY_S", 0.01)
    clock, stepped = FakeClock(), asyncio.Event()
    clockwork = Timers(clock)
    clockwork.every("poll", 3600, lambda: None)
    clockwork.on_clock_step(stepped.set)
    running = asyncio.create_task(clockwork.run())
    async with asyncio.timeout(5):
        await asyncio.sleep(0.05)
        clock.advance(100)
        await asyncio.sleep(0.05)
        assert not stepped.is_set()
        clock.set(clock.now() - timedelta(days=365))
        await stepped.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
