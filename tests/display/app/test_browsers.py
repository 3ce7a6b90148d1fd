"""`home` and `meeting` as processes of their own, between a core and a shell."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.wire import DisplayConfig, Home, Open
from display.browsers import chromium
from display.channel import Listener
from display.places import Places
from tests.display.browsers.room import until
from tests.display.pages import Pages, served
from tests.display.xserver import Server, Xvfb, wait_until
from tests.fakes.display_core import FakeDisplayCore

START = """
import sys
from pathlib import Path
from display.app.{program} import run_{program}
from display.places import Places
state, runtime, core = map(Path, sys.argv[1:])
sys.exit(run_{program}(Places(state, runtime, core), None, log_level="error"{more}))
"""


@pytest.fixture(scope="module")
def x() -> Iterator[Server]:
    if chromium.find() is None:
        pytest.skip("Chromium is not installed")
    with Xvfb() as server:
        yield server


@pytest.fixture
def pages() -> Iterator[Pages]:
    with served({"/": "<h1>home</h1>", "/call": "<h1>call</h1>"}) as serving:
        yield serving


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "state", tmp_path / "run", tmp_path / "core.sock")


@contextmanager
def running(
    program: str, places: Places, x: Server, more: str = "", **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the display; it must have ended well, and its browsers with it."""
    command = [sys.executable, "-c", START.format(program=program, more=more)]
    with subprocess.Popen(
        [*command, str(places.state), str(places.runtime), str(places.core)], env={**x.environment(), **environment}
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    assert process.returncode == 0
    assert _browsers(places) == []


def _browsers(places: Places) -> list[int]:
    """Processes with a profile below the runtime directory."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if f"--user-data-dir={places.runtime}".encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


def test_a_meeting_goes_on_while_core_and_shell_are_away_and_ends_when_people_leave(
    x: Server, pages: Pages, places: Places
) -> None:
    core = FakeDisplayCore(DisplayConfig())
    order = Open(order_id="7", url=pages.url("/call"), host="127.0.0.1", provider_name="Zoom")
    with running("meeting", places, x, ", local_pages=True"):
        with core.serving(places.core):
            wait_until(lambda: core.listeners == 1, within=10)
            core.order("open", {"order_id": 3})  # makes no sense
            core.order("open", order)
            wait_until(lambda: core.merged.get("meeting") == "running", within=15)
            wait_until(lambda: core.merged["orders"])
            assert core.merged["orders"] == {"7": {"order_id": "7", "state": "done", "code": None}}
        wait_until(lambda: core.listeners == 0)

        async def shell() -> None:
            changes: list[object] = []
            listener = Listener(places.meeting, lambda: changes.append(None))
            listening = asyncio.create_task(listener.run())
            await until(lambda: listener.state.get("state") == "running")
            assert (listener.state["provider_name"], listener.state["ready"]) == ("Zoom", True)
            assert listener.state["pids"]
            assert listener.ask({"do": "nonsense"})
            assert listener.ask({"do": "leave"})
            await until(lambda: listener.state.get("state") == "none")
            listening.cancel()
            await asyncio.wait((listening,))

        asyncio.run(shell())
        with core.serving(places.core):
            wait_until(lambda: core.merged["meeting"] == "none", within=15)


def test_the_home_screen_is_there_and_new_when_the_core_or_the_shell_wants_it_so(
    x: Server, pages: Pages, places: Places, tmp_path: Path
) -> None:
    core = FakeDisplayCore(DisplayConfig(home_url=pages.url("/")))
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    with manager, core.serving(places.core):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000"}
        with running("home", places, x, **told):
            assert {manager.recv(100), manager.recv(100)} == {b"READY=1", b"WATCHDOG=1"}
            asyncio.run(_ask_for_new_ones(places, core))
            assert core.merged["home_problems"] == []
        assert manager.recv(100) == b"STOPPING=1"


async def _ask_for_new_ones(places: Places, core: FakeDisplayCore) -> None:
    listener = Listener(places.home, lambda: None)
    listening = asyncio.create_task(listener.run())

    async def running_pid(*others: int) -> int:
        await until(lambda: listener.state.get("state") == "running" and listener.state["pid"] not in others)
        pid = listener.state["pid"]
        assert isinstance(pid, int)
        return pid

    first = await running_pid()
    core.order("restart_home", Home(order_id="1"))
    second = await running_pid(first)
    listener.ask({"do": "restart"})
    await running_pid(first, second)
    listening.cancel()
    await asyncio.wait((listening,))


def test_browsers_die_with_a_driver_that_is_killed(x: Server, places: Places) -> None:
    core = FakeDisplayCore(DisplayConfig())
    command = [sys.executable, "-c", START.format(program="meeting", more="")]
    with core.serving(places.core):
        with subprocess.Popen(
            [*command, str(places.state), str(places.runtime), str(places.core)], env=x.environment()
        ) as process:
            wait_until(lambda: _browsers(places), within=15)
            os.kill(process.pid, signal.SIGKILL)
        wait_until(lambda: not _browsers(places), within=10, what="a browser outlived its driver")


@pytest.mark.parametrize("program", ["home", "meeting"])
def test_a_second_one_ends_and_leaves_the_first_its_browser(
    program: str, x: Server, pages: Pages, places: Places
) -> None:
    core = FakeDisplayCore(DisplayConfig(home_url=pages.url("/")))
    command = [sys.executable, "-c", START.format(program=program, more="")]
    with core.serving(places.core), running(program, places, x):
        wait_until(lambda: _browsers(places), within=15)
        browsers = _browsers(places)

        second = subprocess.run(
            [*command, str(places.state), str(places.runtime), str(places.core)],
            env=x.environment(),
            check=False,
            timeout=20,
        )

        assert second.returncode == 1
        assert set(browsers) & set(_browsers(places))
