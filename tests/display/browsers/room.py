"""A meeting driver with a real Chromium in a real X server, and pages to meet on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.wire import DisplayConfig, Open
from display.browsers import chromium
from display.browsers.attending import Helper
from display.browsers.kiosk import Kiosk
from display.browsers.meeting import MeetingDriver
from display.browsers.prepared import Stock
from display.ports import Page
from tests.display.pages import Pages, served
from tests.display.xserver import Server, Xvfb

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

PAGES = {
    "/call": "<title>call</title><h1>call</h1>",
    "/bye": "<h1>bye</h1>",
    "/leaves": "<h1>leaves</h1><script>setTimeout(() => location = '/bye', 150)</script>",
    "/leaves-inside": "<h1>x</h1><script>setTimeout(() => history.pushState(0, '', '/bye'), 150)</script>",
    "/closes": "<h1>closes</h1><script>setTimeout(() => window.close(), 400)</script>",
    "/alerts": "<h1>alerts</h1><script>setTimeout(() => { alert(1); confirm(2); document.title = 'on' }, 100)</script>",
    "/stays": "<h1>stays</h1><script>onbeforeunload = (event) => event.preventDefault()</script>",
    "/offers": "<h1>offers</h1><a id='a' href='/file' download>x</a><script>setTimeout(() => a.click(), 100)</script>",
    "/files": "<h1>files</h1><script>setTimeout(() => location = 'file:///etc/hostname', 100)</script>",
    "/near": "<h1>near</h1><script>setTimeout(() => location = 'http://127.0.0.2:{port}/call', 100)</script>",
    "/framed": "<h1>framed</h1><iframe src='http://127.0.0.2:{port}/call'></iframe>",
    "/app": "<h1>app</h1><script>setTimeout(() => location = 'zoommtg://zoom.us/join', 100)</script>",
    "/other": "<h1>other</h1><script>setTimeout(() => location = 'http://localhost:{port}/call', 100)</script>",
    "/embeds": "<h1>embeds</h1><iframe src='http://localhost:{port}/inner'></iframe>",
    "/inner": "<button>press</button>",
}


async def until(predicate: Callable[[], object], *, within: float = 10.0, what: str = "it did not come to be") -> None:
    """Wait for something another process does; AssertionError after `within` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not predicate():
        assert loop.time() < end, f"{what} within {within} s"
        await asyncio.sleep(0.01)


@dataclass
class Driven:
    """A driver that runs. `states` are all it ever told, `outcomes` what it said of orders."""

    pages: Pages
    stock: Stock
    folder: Path
    states: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[str, str | None] = field(default_factory=dict)
    now: datetime = NOON
    driver: MeetingDriver = field(init=False)

    @property
    def state(self) -> dict[str, Any]:
        return self.driver.state

    @property
    def problems(self) -> list[str]:
        return [each.code for each in self.driver.report.meeting_problems or ()]

    @property
    def kiosk(self) -> Kiosk:
        """The meeting's browser."""
        return list(self.stock._alive)[-1]

    def profiles(self) -> list[Path]:
        return sorted(self.folder.iterdir()) if self.folder.exists() else []

    def order(self, path: str, order_id: str = "1", **fields: Any) -> Open:
        return Open(
            order_id=order_id, url=self.pages.url(path), host="127.0.0.1", left_patterns=["127.0.0.1/bye"], **fields
        )

    async def prepared(self) -> None:
        """A browser stands ready."""
        await until(lambda: self.stock._ready is not None, what="no browser was prepared")

    async def meet(self, path: str, **fields: Any) -> None:
        """Open a page and be in the meeting."""
        order = self.order(path, **fields)
        self.driver.open(order)
        await until(
            lambda: self.state["order_id"] == order.order_id and self.state["ready"], what="no meeting was opened"
        )

    async def over(self) -> None:
        await until(lambda: self.state["state"] == "none" and not self.state["order_id"], what="the meeting went on")

    async def asked(self, path: str, times: int) -> None:
        await until(lambda: self.pages.asked.count(path) >= times, what=f"{path} was not asked for")

    async def noticed(self, code: str) -> None:
        await until(lambda: code in self.problems, what=f"{code} was not noticed")

    async def shows(self, expression: str, value: object, page: Page | None = None) -> None:
        """Wait until an expression has a value in the page, or in a frame."""
        params = {"expression": expression}
        for _ in range(500):
            if (await (page or self.kiosk.page).call("Runtime.evaluate", params))["result"].get("value") == value:
                return
            await asyncio.sleep(0.01)
        pytest.fail(f"{expression} did not come to be {value}")

    async def script(self, expression: str, *, gesture: bool = False) -> Any:
        answer = await self.kiosk.page.call("Runtime.evaluate", {"expression": expression, "userGesture": gesture})
        return answer["result"].get("value")


@dataclass
class Room:
    """Where drivers are driven."""

    pages: Pages
    x: Server
    folder: Path

    def drive(
        self,
        scenario: Callable[[Driven], Awaitable[None]],
        *,
        prepare: bool = False,
        browser: str | None = None,
        helper: Helper | None = None,
    ) -> None:
        """Run a scenario beside a driver."""

        async def main() -> None:
            def changed() -> None:
                driven.states.append(driver.state)

            stock = Stock(self.folder, changed, browser=browser, environment=self.x.environment())
            driven = Driven(self.pages, stock, self.folder)
            driven.driver = driver = MeetingDriver(
                stock,
                changed=changed,
                outcome=driven.outcomes.__setitem__,
                clock=lambda: driven.now,
                helper=helper,
                local_pages=True,
                environment=self.x.environment(),
            )
            running = asyncio.create_task(driver.run())
            driver.configure(DisplayConfig(prepare_meeting=prepare))
            try:
                await scenario(driven)
                assert not running.done(), running.exception()
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            assert driver.state["pids"] == []
            assert driven.profiles() == []

        asyncio.run(main())


@contextmanager
def rooms() -> Iterator[Callable[[Path], Room]]:
    """Rooms on one X server and one server of pages; skips without Chromium."""
    if chromium.find() is None:
        pytest.skip("Chromium is not installed")
    with Xvfb() as x, served(PAGES) as pages:
        yield lambda folder: Room(pages, x, folder / "profiles")
