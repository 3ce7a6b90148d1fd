"""The home screen's real browser."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.wire import DisplayConfig
from display.browsers import chromium
from display.browsers.home import HomeSupervisor
from tests.display.browsers.room import NOON, until
from tests.display.pages import Pages, served
from tests.display.xserver import Server, Xvfb

PAGES = {
    "/": "<title>home</title><h1>home</h1>",
    "/strays": "<h1>strays</h1><script>setTimeout(() => location = 'http://localhost:{port}/', 50)</script>",
}


@dataclass
class Watched:
    """A supervisor that runs."""

    home: HomeSupervisor

    @property
    def pid(self) -> int:
        pid = self.home.state["pid"]
        assert isinstance(pid, int)
        return pid

    async def running(self, *, not_pid: int | None = None) -> int:
        await until(lambda: self.home.state["state"] == "running" and self.pid != not_pid, what="no home screen")
        return self.pid

    async def script(self, expression: str) -> Any:
        kiosk = self.home._kiosk
        assert kiosk is not None
        params = {"expression": expression, "userGesture": True}
        return (await kiosk.page.call("Runtime.evaluate", params))["result"].get("value")


Scenario = Callable[[Watched], Awaitable[None]]


@pytest.fixture(scope="module")
def x() -> Iterator[Server]:
    if chromium.find() is None:
        pytest.skip("Chromium is not installed")
    with Xvfb() as server:
        yield server


@pytest.fixture
def pages() -> Iterator[Pages]:
    with served(PAGES) as serving:
        yield serving


def watch(scenario: Scenario, x: Server, folder: Path, url: str, browser: str | None = None) -> None:
    """Run a scenario beside a supervisor."""

    async def main() -> None:
        home = HomeSupervisor(
            folder / "home", changed=lambda: None, clock=lambda: NOON, browser=browser, environment=x.environment()
        )
        running = asyncio.create_task(home.run())
        home.configure(DisplayConfig(home_url=url))
        try:
            await scenario(Watched(home))
            assert not running.done()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        assert home.state["pid"] is None

    asyncio.run(main())


def test_the_home_screen_waits_for_its_server_and_comes_back_when_killed_or_asked(
    x: Server, pages: Pages, tmp_path: Path
) -> None:
    async def scenario(watched: Watched) -> None:
        first = await watched.running()
        assert await watched.script("document.title") == "home"
        os.kill(first, signal.SIGKILL)
        second = await watched.running(not_pid=first)
        watched.home.restart()
        third = await watched.running(not_pid=second)
        assert third not in (first, second)
        assert watched.home.report.home_problems == []

    watch(scenario, x, tmp_path, pages.url("/"))
    assert pages.asked[0] == "/readyz"


def test_a_home_page_that_nobody_serves_yet_starts_no_browser(x: Server, tmp_path: Path) -> None:
    async def scenario(watched: Watched) -> None:
        await asyncio.sleep(0.3)
        assert watched.home.state == {"state": "waiting", "pid": None, "problems": []}
        with served(PAGES) as pages:
            watched.home.configure(DisplayConfig(home_url=pages.url("/")))
            await watched.running()

    watch(scenario, x, tmp_path, "http://127.0.0.1:9/")


def test_the_home_screen_neither_strays_nor_opens_windows_and_a_crash_is_mended(
    x: Server, pages: Pages, tmp_path: Path
) -> None:
    async def scenario(watched: Watched) -> None:
        pid = await watched.running()
        await watched.script("location = '/strays'")
        await until(lambda: "/strays" in pages.asked)
        await asyncio.sleep(0.3)
        assert await watched.script("location.pathname") == "/strays"
        assert await watched.script("window.other = window.open('/'); 'goes on'") == "goes on"
        loads = len(pages.asked)
        kiosk = watched.home._kiosk
        assert kiosk is not None
        crash = asyncio.create_task(kiosk.page.call("Page.crash"))
        await until(lambda: len(pages.asked) > loads)
        crash.cancel()
        await asyncio.wait((crash,))
        assert watched.home.state["pid"] == pid

    watch(scenario, x, tmp_path, pages.url("/"))


def test_a_browser_that_dies_at_once_is_tried_again_with_patience_and_told(
    x: Server, pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\necho >> {starts}\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr("display.browsers.backoff.LONGEST_S", 0.1)

    async def scenario(watched: Watched) -> None:
        watched.home._backoff._wait = 0.01
        await until(lambda: watched.home.state["problems"] == [{"code": "display.home_loop", "part": "home"}])
        assert len(starts.read_text().splitlines()) >= 5
        assert watched.home.state["pid"] is None

    watch(scenario, x, tmp_path, pages.url("/"), str(broken))


def test_a_browser_waits_for_its_x_server(pages: Pages, tmp_path: Path) -> None:
    nowhere = Server(":987", 0)

    async def scenario(watched: Watched) -> None:
        await asyncio.sleep(0.3)
        assert watched.home.state["state"] == "waiting"
        assert pages.asked == []

    watch(scenario, nowhere, tmp_path, pages.url("/"))
