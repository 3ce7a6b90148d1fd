"""A Chromium with one page, which stays the only one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

from display.browsers import chromium
from display.browsers.addresses import Rules, origin
from display.browsers.cdp import ANSWER_S, BrowserError, NoAnswer
from display.browsers.guard import Guard
from display.browsers.happenings import Closed, Crashed, Gone, Happening, Noticed
from display.browsers.pages import AttachedPage
from display.browsers.whereabouts import Whereabouts

log = logging.getLogger(__name__)

START_S = 60.0
"""Chromium's first start after power-on reads 300 MB from a disk that everything else reads too. All of it is the first
answer's: ended earlier, it would start again and read as much."""
OPEN_S = 30.0
"""Until a server has answered."""
NEUTRAL = "data:text/html,<body style=background:%23101418>"
"""What a browser shows before its page: nothing, dark."""
PAINT_S = 20.0
"""Until an answered page has painted; one that did not is shown as it is."""
RELOAD_S = 10.0
"""Until a page that was loaded again has painted."""
ALIVE_S, HUNG_S = 5.0, 10.0
"""How often a browser is asked whether it lives, and how long it may think about that."""
_HAPPENINGS = 1_000


class Unreachable(Exception):
    """The address cannot be shown. The message is Chromium's name of the error."""


class Kiosk:
    """One running browser. `start` makes it; `happenings` tells what befalls it; `close` ends it, for good."""

    def __init__(self, rules: Rules) -> None:
        self._happenings = asyncio.Queue[Happening](_HAPPENINGS)
        self._guard = Guard(rules, lambda code: self._tell(Noticed(code)))
        self._where = Whereabouts(self._guard, self._tell, lambda url: self._spawn(self._go(url)))
        self._target: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._page: AttachedPage | None = None
        self._tasks = set[asyncio.Task[None]]()
        self._browser: chromium.Chromium

    @classmethod
    async def start(cls, command: Sequence[str], rules: Rules, environment: Mapping[str, str] | None = None) -> Kiosk:
        """A browser whose page is attached. Raises OSError, BrowserError; nothing is left running then."""
        kiosk = cls(rules)
        kiosk._browser = await chromium.start(command, kiosk._event, environment)
        attached = False
        try:
            async with asyncio.timeout(START_S):
                await kiosk._attach()
            attached = True
        except TimeoutError:
            raise BrowserError("it does not start") from None
        finally:
            if not attached:
                await kiosk.close()
        kiosk._spawn(kiosk._watch())
        return kiosk

    @property
    def pid(self) -> int:
        return self._browser.pid

    @property
    def gone(self) -> asyncio.Event:
        """Set when the browser has ended."""
        return self._browser.pipe.closed

    @property
    def page(self) -> AttachedPage:
        """The page, to be read and pressed."""
        if self._page is None:
            raise BrowserError("the page is not attached yet")
        return self._page

    def obey(self, rules: Rules) -> None:
        """From now on the page goes where these allow."""
        self._guard.rules = rules

    async def grant(self, url: str, permissions: Sequence[str]) -> None:
        """What pages of this address's origin may use without a question. Raises BrowserError."""
        place = origin(url)
        if place is not None:
            scheme, host, port = place
            name = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
            await self._browser.pipe.call(
                "Browser.grantPermissions", {"origin": name, "permissions": list(permissions)}
            )

    async def show(self, url: str) -> None:
        """Go to an address. Returns when its first picture is painted. Raises Unreachable, BrowserError."""
        self._where.asked(url)
        try:
            answer = await self._browser.pipe.call("Page.navigate", {"url": url}, self.page.session, within=OPEN_S)
        except NoAnswer:
            raise Unreachable("no answer") from None
        if "errorText" in answer:
            raise Unreachable(answer["errorText"])
        await first_of(self._where.painted, self.gone, within=PAINT_S)
        if self.gone.is_set():
            raise BrowserError("the browser is gone")
        self._where.arrived()
        with suppress(BrowserError):  # else Back would lead to the page before, and window.close() be refused
            await self.page.call("Page.resetNavigationHistory")

    def reload(self) -> None:
        """Load the page again, after its renderer died. One that has no picture after a while counts as dead again:
        Chromium says nothing of a renderer that dies before its page is there."""
        self._spawn(self._reload())

    async def happenings(self) -> AsyncIterator[Happening]:
        """What befalls it, in order. The last one is Gone."""
        while True:
            happening = await self._happenings.get()
            yield happening
            if isinstance(happening, Gone):
                return

    async def close(self) -> None:
        """End it; returns when nothing of it runs any more, also to somebody who is cancelled meanwhile."""
        for task in self._tasks:
            task.cancel()
        closing = asyncio.create_task(self._browser.close())
        try:
            await asyncio.shield(closing)
        except asyncio.CancelledError:
            await closing
            raise

    async def _attach(self) -> None:
        pipe = self._browser.pipe
        pipe.patience = START_S
        await self._guard.watch_browser(pipe)
        await pipe.call("Target.setDiscoverTargets", {"discover": True})
        # Attaching to all pages by itself (Target.setAutoAttach of the browser) would freeze a page that opens another.
        target = await self._target
        await pipe.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        session = self.page.session
        await self._guard.watch_page(pipe, session)
        await self.page.call("Page.setLifecycleEventsEnabled", {"enabled": True})
        await self._follow_frames(session)
        pipe.patience = ANSWER_S

    async def _follow_frames(self, session: str) -> None:
        frames = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": True, "filter": [{"type": "iframe"}]}
        with suppress(BrowserError):
            await self._browser.pipe.call("Target.setAutoAttach", frames, session)

    async def _watch(self) -> None:
        """Until it ends. One that does not answer is ended."""
        pipe = self._browser.pipe
        while not pipe.closed.is_set():
            try:
                await pipe.call("Browser.getVersion", within=HUNG_S)
            except NoAnswer:
                log.warning("the browser does not answer")
                self._browser.kill()
            except BrowserError:
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(ALIVE_S):
                    await pipe.closed.wait()
        await self._browser.close()
        self._tell(Gone())

    def _event(self, method: str, params: Mapping[str, Any], session: str) -> None:
        if method.startswith("Target."):
            self._target_event(method, params, session)
        elif self._page is not None:
            if session == self._page.session:
                self._where.event(method, params, self._page.target)
            self._guard.event(self._browser.pipe, method, params, session)

    def _target_event(self, method: str, params: Mapping[str, Any], session: str) -> None:
        match method:
            case "Target.targetCreated" if params["targetInfo"]["type"] == "page":
                self._created(params["targetInfo"]["targetId"])
            case "Target.attachedToTarget":
                self._attached(params["sessionId"], params["targetInfo"], session)
            case _ if self._page is None:
                return
            case "Target.detachedFromTarget":
                self._page.detached(params["sessionId"])
            case "Target.targetInfoChanged":
                self._page.moved(params["targetInfo"]["targetId"], params["targetInfo"]["url"])
            case "Target.targetDestroyed" if params["targetId"] == self._page.target:
                self._tell(Closed())
            case "Target.targetCrashed" if params["targetId"] == self._page.target:
                self._tell(Crashed())

    def _created(self, target: str) -> None:
        if not self._target.done():
            self._target.set_result(target)
        elif target != self._target.result():
            self._guard.close_popup(self._browser.pipe, target)

    def _attached(self, session: str, target: Mapping[str, Any], parent: str) -> None:
        page = AttachedPage(self._browser.pipe, session, target["targetId"], target["url"])
        if self._page is None:
            self._page = page
        elif self._page.attached(parent, page):
            self._guard.watch_frame(self._browser.pipe, session)
            self._spawn(self._follow_frames(session))

    async def _reload(self) -> None:
        self._where.asked(self.page.url)
        with suppress(BrowserError):
            await self.page.call("Page.reload")
        await first_of(self._where.painted, self.gone, within=RELOAD_S)
        if self._where.painted.is_set():
            self._where.arrived()
        elif not self.gone.is_set():
            self._tell(Crashed())

    async def _go(self, url: str) -> None:
        with suppress(BrowserError):
            await self.page.call("Page.navigate", {"url": url})

    def _tell(self, happening: Happening) -> None:
        if self._happenings.full():
            self._happenings.get_nowait()  # the newest ones matter, Gone above all
        self._happenings.put_nowait(happening)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def first_of(*events: asyncio.Event, within: float | None = None) -> None:
    """Returns when one of the events is set, or after so many seconds."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
