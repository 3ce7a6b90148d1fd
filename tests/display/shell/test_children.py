"""The browsers' processes, where no unit starts them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from display.channel import Listener
from display.shell import children
from display.shell.children import Child
from tests.display.waiting import until

ROLE = """
import asyncio, json, os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from display.channel import Teller

async def main():
    place = Path(sys.argv[1])
    with (place / "starts").open("a") as starts:
        starts.write(json.dumps([os.getpid(), sorted(os.environ)]) + "\\n")
    if sys.argv[2] == "ends":
        sys.exit(3)
    if sys.argv[2] == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    teller = Teller(lambda request: None)
    async with teller.serving(place / "role.sock"):
        teller.tell({"pid": os.getpid()})
        await asyncio.Event().wait()

asyncio.run(main())
"""
ROOT = Path(__file__).parents[3]


class Role:
    """A program that stands in for `room-display home`, and the child that keeps it."""

    def __init__(self, place: Path, how: str = "stays") -> None:
        self.place = place
        self.program = place / "role.py"
        self.program.write_text(ROLE, "utf-8")
        self.command = [sys.executable, str(self.program), str(place), how, str(ROOT)]
        self.listener = Listener(place / "role.sock", lambda: None)
        self.child = Child(("home",), self.listener)
        self.child._command = self.command

    @property
    def starts(self) -> list[int]:
        return [pid for pid, _ in self._noted()]

    @property
    def environment(self) -> list[str]:
        return self._noted()[-1][1]

    def _noted(self) -> list[tuple[int, list[str]]]:
        with suppress(FileNotFoundError):
            return [json.loads(line) for line in (self.place / "starts").read_text("utf-8").splitlines()]
        return []

    def of_before(self) -> subprocess.Popen[bytes]:
        """One that an earlier shell has left."""
        return subprocess.Popen(self.command)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """While the child is being run."""
        works = [asyncio.create_task(work) for work in (self.listener.run(), self.child.run())]
        try:
            yield
        finally:
            for work in reversed(works):
                work.cancel()
            await asyncio.gather(*works, return_exceptions=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "FOUND_S", 0.7)
    monkeypatch.setattr(children, "FIRST_S", 0.05)
    monkeypatch.setattr(children, "END_S", 1.0)


def there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work())


def test_it_is_started_and_ends_with_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")

    async def test() -> None:
        role = Role(tmp_path)
        async with role.kept():
            await until(lambda: role.listener.connected, within=10)
            assert role.starts == [role.listener.pid]
            assert "NOTIFY_SOCKET" not in role.environment
        assert not there(role.starts[0])

    run(test)


def test_one_of_before_is_found_and_not_started_twice(tmp_path: Path) -> None:
    async def test() -> None:
        role = Role(tmp_path)
        before = role.of_before()
        try:
            await until((tmp_path / "role.sock").exists, within=10)
            async with role.kept():
                await until(lambda: role.listener.connected)
                await asyncio.sleep(children.FOUND_S * 2)
                assert role.starts == [before.pid]
            assert before.wait(5) == -signal.SIGTERM, "what was found ends with us too"
        finally:
            before.kill()
            before.wait()

    run(test)


def test_one_that_was_found_and_died_is_started_anew(tmp_path: Path) -> None:
    async def test() -> None:
        role = Role(tmp_path)
        before = role.of_before()
        try:
            await until((tmp_path / "role.sock").exists, within=10)
            async with role.kept():
                await until(lambda: role.listener.connected)
                before.kill()
                before.wait()
                await until(lambda: len(role.starts) == 2, within=10)
        finally:
            before.kill()
            before.wait()

    run(test)


def test_one_that_ends_again_and_again_is_started_with_growing_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    loops: list[asyncio.AbstractEventLoop] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        if asyncio.get_running_loop() not in loops:  # a server of another test, in a thread of its own
            return await real(seconds)
        waits.append(seconds)
        return await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(children, "FIRST_S", 1.0)

    async def test() -> None:
        loops.append(asyncio.get_running_loop())
        role = Role(tmp_path, "ends")
        child = asyncio.create_task(role.child.run())
        loop = asyncio.get_running_loop()
        end = loop.time() + 20
        while len(waits) < 8 and loop.time() < end:
            await real(0.01)
        child.cancel()
        await asyncio.gather(child, return_exceptions=True)
        assert waits[:8] == [children.FOUND_S, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]

    run(test)


def test_one_that_does_not_listen_to_reason_is_killed(tmp_path: Path) -> None:
    async def test() -> None:
        role = Role(tmp_path, "stubborn")
        async with role.kept():
            await until(lambda: role.listener.connected, within=10)
        await until(lambda: not there(role.starts[0]))

    run(test)


def test_where_none_is_there_nothing_has_to_end(tmp_path: Path) -> None:
    async def test() -> None:
        role = Role(tmp_path)
        async with role.kept():
            await asyncio.sleep(0)
        assert role.starts == []

    run(test)
