"""A meeting while it lasts: in a browser, or in another program."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from agent.wire import Open
from display.browsers.addresses import MeetingRules
from display.browsers.cdp import BrowserError
from display.browsers.ending import Course, Step
from display.browsers.happenings import Noticed
from display.browsers.kiosk import Kiosk, Unreachable
from display.browsers.launchers import CannotLaunch, Program, launch
from display.browsers.prepared import Stock
from display.model import Trouble
from display.ports import Page

log = logging.getLogger(__name__)

UNREACHABLE, CRASHED = "display.meeting_unreachable", "display.meeting_crashed"
FAILED = "display.meeting_failed"
LOOK_S = 1.0
"""How often a program's processes are counted."""

CALL = ("audioCapture", "videoCapture")
"""What the host of a meeting may use. The policy says so for known services; a server of the house is in no list, and
this holds over a policy that refuses (measured with Chromium 150)."""

Helper = Callable[[Page, Open], Awaitable[Trouble | None]]
"""Helps to join on a page that is open; what it could not do is its answer."""
Watcher = Callable[[Page, Open], Awaitable[None]]
"""Returns when the page shows that the meeting was left, else never."""


class MeetingFailed(Exception):
    """The meeting cannot be, or cannot go on. The message is the code."""


class Stage(Protocol):
    """Where a meeting is shown. `ready`: whether its window has a picture; the first time, its order is obeyed."""

    def ready(self, *, is_ready: bool) -> None: ...
    def noticed(self, code: str) -> None: ...
    def processes(self, pids: frozenset[int]) -> None: ...


class InBrowser:
    """A meeting on a web page."""

    def __init__(
        self,
        order: Open,
        rules: MeetingRules,
        stock: Stock,
        stage: Stage,
        helper: Helper | None,
        watcher: Watcher | None = None,
    ) -> None:
        self._order = order
        self._rules = rules
        self._stock = stock
        self._stage = stage
        self._helper = helper
        self._watcher = watcher
        self._course = Course(order.left_patterns)

    async def attend(self) -> None:
        """Until it is over. Raises MeetingFailed; being cancelled ends it."""
        step = Step.REOPEN
        while step is Step.REOPEN:
            try:
                kiosk = await self._stock.take(self._rules)
            except (OSError, BrowserError) as error:
                log.warning("no browser for the meeting: %s", error)
                raise MeetingFailed(FAILED) from None
            try:
                step = await self._hold(kiosk)
            finally:
                self._stage.ready(is_ready=False)
                self._stock.close(kiosk)
        if step is Step.GIVE_UP:
            raise MeetingFailed(CRASHED)

    async def _hold(self, kiosk: Kiosk) -> Step:
        """What comes after this browser."""
        opening = asyncio.create_task(self._open(kiosk))
        following = asyncio.create_task(self._follow(kiosk))
        watching = asyncio.create_task(self._watch(kiosk))
        tasks = {opening, following, watching}
        try:
            pending = tasks
            while not following.done() and not watching.done():
                done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                if opening in done:
                    opening.result()
            return following.result() if following.done() else Step.END
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _watch(self, kiosk: Kiosk) -> None:
        """Until the page shows that the meeting was left."""
        try:
            if self._watcher is not None:
                await self._watcher(kiosk.page, self._order)
                return
        except BrowserError:
            pass  # the page went away under it
        except Exception:
            log.exception("watching for the end failed")
        await asyncio.Event().wait()

    async def _open(self, kiosk: Kiosk) -> None:
        try:
            await kiosk.grant(self._order.url, CALL)
            await kiosk.show(self._order.url)
        except Unreachable as error:
            log.warning("the meeting cannot be reached: %s", error)
            raise MeetingFailed(UNREACHABLE) from None
        except BrowserError:
            await kiosk.gone.wait()  # what follows is decided by the course of things
            return
        self._stage.ready(is_ready=True)
        if self._helper is not None:
            await self._help(kiosk, self._helper)

    async def _help(self, kiosk: Kiosk, helper: Helper) -> None:
        try:
            trouble = await helper(kiosk.page, self._order)
        except BrowserError:
            return  # the page went away under it
        except Exception:
            log.exception("the help before joining failed")
            return
        if trouble is not None:
            self._stage.noticed(trouble.code)

    async def _follow(self, kiosk: Kiosk) -> Step:
        loop = asyncio.get_running_loop()
        async for happening in kiosk.happenings():
            if isinstance(happening, Noticed):
                self._stage.noticed(happening.code)
            match step := self._course.after(happening, loop.time()):
                case Step.RELOAD:
                    kiosk.reload()
                case Step.GO_ON:
                    pass
                case _:
                    return step
        return Step.GIVE_UP


class InProgram:
    """A meeting in a program of its own."""

    def __init__(self, order: Open, stage: Stage, environment: Mapping[str, str] | None) -> None:
        self._order = order
        self._stage = stage
        self._environment = environment

    async def attend(self) -> None:
        """Until it ends. Raises MeetingFailed; being cancelled ends it."""
        try:
            program = await launch(self._order.command, self._environment)
            counting = asyncio.create_task(self._count(program))
            try:
                await program.settled()
                self._stage.ready(is_ready=True)
                await program.wait()
            finally:
                counting.cancel()
                await program.close()
                self._stage.processes(frozenset())
        except CannotLaunch as error:
            raise MeetingFailed(str(error)) from None

    async def _count(self, program: Program) -> None:
        while True:
            self._stage.processes(program.pids)
            await asyncio.sleep(LOOK_S)
