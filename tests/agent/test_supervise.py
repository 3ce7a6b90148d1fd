import asyncio
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from agent.errors import UsageError
from agent.supervise import Part, Supervisor, feed_watchdog
from agent.system import logs

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def recording(name: str, told: list[str]) -> Part:
    stop = asyncio.Event()

    async def run() -> None:
        told.append(f"start {name}")
        await stop.wait()
        told.append(f"stop {name}")

    return Part(name, run, stop=stop.set, started=lambda: f"start {name}" in told)


@contextmanager
def configured_logs() -> Iterator[None]:
    before = logging.root.handlers[:], logging.root.level
    logs.configure("info")
    try:
        yield
    finally:
        logging.root.handlers[:] = before[0]
        logging.root.setLevel(before[1])
        structlog.reset_defaults()


@contextmanager
def disposition(number: signal.Signals, action: signal.Handlers) -> Iterator[None]:
    """What the process was started with for a signal."""
    before = signal.signal(number, action)
    try:
        yield
    finally:
        signal.signal(number, before)


async def forever() -> None:
    await asyncio.Event().wait()


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    told: list[str] = []
    supervisor = Supervisor()
    for name in ("store", "sync", "web"):
        await supervisor.start(recording(name, told))
    supervisor.stop()
    assert await supervisor.wait() == 0
    assert told == ["start store", "start sync", "start web", "stop web", "stop sync", "stop store"]


async def test_a_part_that_ends_unexpectedly_ends_the_process() -> None:
    async def short() -> None:
        raise ValueError("broken")

    supervisor = Supervisor()
    await supervisor.start(Part("steady", forever))
    await supervisor.start(Part("short", short))
    async with asyncio.timeout(5):
        assert await supervisor.wait() == 1


async def test_the_end_of_a_part_is_one_line_that_tells_place_and_not_words(capsys: pytest.CaptureFixture[str]) -> None:
    async def broken() -> None:
        raise ValueError("MARKED words of somebody else")

    with configured_logs():
        supervisor = Supervisor()
        await supervisor.start(Part("sync", broken))
        async with asyncio.timeout(5):
            assert await supervisor.wait() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "part.ended" in line
    assert "part=sync" in line
    assert "ValueError" in line
    assert "test_supervise.py:" in line
    assert "MARKED" not in line


async def test_what_we_know_how_to_say_is_said_when_a_part_ends(capsys: pytest.CaptureFixture[str]) -> None:
    async def refused() -> None:
        raise UsageError("web.remote_listen: cannot listen. Choose another.", "web.port_taken")

    with configured_logs():
        supervisor = Supervisor()
        await supervisor.start(Part("front", refused))
        async with asyncio.timeout(5):
            assert await supervisor.wait() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "code=web.port_taken" in line
    assert "web.remote_listen: cannot listen. Choose another." in line


async def test_a_part_that_never_starts_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.supervise.START_WITHIN_S", 0.05)
    supervisor = Supervisor()
    await supervisor.start(Part("stuck", forever, started=lambda: False))
    async with asyncio.timeout(5):
        assert await supervisor.wait() == 1


async def test_a_signal_while_parts_start_ends_in_peace() -> None:
    told: list[str] = []
    supervisor = Supervisor()
    supervisor.heed_signals()
    asyncio.get_running_loop().call_soon(os.kill, os.getpid(), signal.SIGINT)
    await supervisor.start(Part("slow", forever, started=lambda: False))
    await supervisor.start(recording("next", told))
    assert await supervisor.wait() == 0
    assert told == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_in_order(number: signal.Signals) -> None:
    with disposition(number, signal.SIG_DFL):  # whoever runs the tests may have said nohup
        supervisor = Supervisor()
        supervisor.heed_signals()
        await supervisor.start(Part("steady", forever))
        asyncio.get_running_loop().call_soon(os.kill, os.getpid(), number)
        async with asyncio.timeout(5):
            assert await supervisor.wait() == 0


async def test_who_was_told_to_outlive_the_terminal_does() -> None:
    with disposition(signal.SIGHUP, signal.SIG_IGN):
        Supervisor().heed_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


async def test_a_part_that_will_not_stop_does_not_hold_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.supervise.STOP_WITHIN_S", 0.1)
    told: list[str] = []
    supervisor = Supervisor()
    await supervisor.start(recording("first", told))
    await supervisor.start(Part("stubborn", forever, stop=lambda: None))
    supervisor.stop()
    async with asyncio.timeout(5):
        await supervisor.wait()
    assert "start first" in told


async def test_the_watchdog_is_fed_only_while_every_worker_makes_progress() -> None:
    alive = True
    pings: list[bool] = []
    task = asyncio.create_task(feed_watchdog(0.001, lambda: pings.append(alive), lambda: alive))
    async with asyncio.timeout(5):
        while not pings:  # noqa: ASYNC110  # the event under test
            await asyncio.sleep(0.001)
    alive = False
    await asyncio.sleep(0.01)
    assert all(pings)
    task.cancel()
