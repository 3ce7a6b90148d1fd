"""One real Chromium in Xvfb, its tabs as pages, with the stand-ins as its internet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from display.browsers import chromium
from display.browsers.cdp import BrowserError, Connection
from display.demo.standins import Standins
from tests.display.xserver import Xvfb

_T = TypeVar("_T")
_HELLO = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True}


class Tab:
    """A page, or a frame of another site in one; `display.ports.Page` over a connection."""

    def __init__(self, connection: Connection, session: str, target: str, url: str) -> None:
        self._connection, self.session, self.target = connection, session, target
        self.url = url
        self.inner: dict[str, Tab] = {}

    @property
    def frames(self) -> Sequence[Tab]:
        return list(self.inner.values())

    async def call(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return await self._connection.call(method, params, self.session)

    async def script(self, expression: str) -> Any:
        """What an expression says in the page's own world."""
        answer = await self.call("Runtime.evaluate", {"expression": expression, "returnByValue": True})
        return answer["result"].get("value")


class Box:
    """The browser, the stand-ins, and the event loop that both are used in."""

    def __init__(self, runner: asyncio.Runner, standins: Standins) -> None:
        self.standins = standins
        self._runner = runner
        self._tabs: dict[str, Tab] = {}
        self._started: chromium.Chromium | None = None
        self._cases = 0

    @property
    def connection(self) -> Connection:
        assert self._started is not None
        return self._started.pipe

    def run(self, what: Coroutine[Any, Any, _T]) -> _T:
        return self._runner.run(what)

    async def start(self, folder: Path, environment: Mapping[str, str], path: str) -> None:
        flags = self.standins.chromium_flags()
        command = chromium.command(
            path, role="meeting", url="about:blank", profile=folder, language="en-US", covered=True, extra=flags
        )
        self._started = await chromium.start(command, self._told, environment)
        await self.connection.call("Target.setDiscoverTargets", {"discover": True})

    async def stop(self) -> None:
        assert self._started is not None
        await self._started.close()

    def _told(self, method: str, params: Mapping[str, Any], session: str) -> None:
        info = params.get("targetInfo", {})
        if method == "Target.targetInfoChanged":
            for tab in self._tabs.values():
                if tab.target == info["targetId"]:
                    tab.url = info["url"]
        elif method == "Target.attachedToTarget" and info["type"] == "iframe" and session in self._tabs:
            inner = Tab(self.connection, params["sessionId"], info["targetId"], info["url"])
            self._tabs[session].inner[inner.session] = self._tabs[inner.session] = inner
            self._later = asyncio.ensure_future(inner.call("Target.setAutoAttach", _HELLO))
        elif method == "Target.detachedFromTarget" and session in self._tabs:
            self._tabs[session].inner.pop(params["sessionId"], None)

    def case(self) -> str:
        """A name that no other test's pages tell."""
        self._cases += 1
        return f"case-{self._cases}"

    def told(self, case: str) -> list[dict[str, Any]]:
        """What a case's pages told of themselves."""
        return [one for one in self.standins.seen if one.get("case") == case]

    async def open(self, url: str) -> Tab:
        """A new window with a page that is on its way."""
        target = (await self.connection.call("Target.createTarget", {"url": "about:blank", "newWindow": True}))[
            "targetId"
        ]
        attached = await self.connection.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        tab = self._tabs[attached["sessionId"]] = Tab(self.connection, attached["sessionId"], target, "about:blank")
        await tab.call("Target.setAutoAttach", _HELLO)
        await tab.call("Page.navigate", {"url": url})
        return tab

    async def close(self, tab: Tab) -> None:
        await self.connection.call("Target.closeTarget", {"targetId": tab.target})


@contextmanager
def box(folder: Path) -> Iterator[Box]:
    """A running browser; skips where there is none."""
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with Xvfb() as server, Standins() as standins, asyncio.Runner() as runner:
        running = Box(runner, standins)
        runner.run(running.start(folder, server.environment(), path))
        yield running
        runner.run(running.stop())


async def until(check: Callable[[], Awaitable[object]], *, within: float = 5.0) -> None:
    """Wait for something the browser does; AssertionError after `within` seconds."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        try:
            if await check():
                return
        except BrowserError:
            pass
        assert loop.time() < end, f"it did not come to be within {within} s"
        await asyncio.sleep(0.05)
