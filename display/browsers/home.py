"""The home screen's browser: there whenever its page is served, back whenever it breaks."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Any

from agent.wire import DisplayConfig, DisplayReport, instant
from display.browsers import chromium
from display.browsers.addresses import HomeRules, Verdict
from display.browsers.backoff import SOUND_S, Backoff
from display.browsers.cdp import BrowserError
from display.browsers.happenings import Crashed, Failed, Gone, Happening, Navigated
from display.browsers.kiosk import NEUTRAL, Kiosk, Unreachable
from display.browsers.problems import Problems
from display.browsers.serving import wait_for_server, wait_for_x

log = logging.getLogger(__name__)

LOOP = "display.home_loop"
MISSING = "display.browser_missing"
AGAIN_S = 2.0
"""Before a page that failed is fetched once more."""
CRASHES_S = 60.0
"""A renderer that dies twice in this time takes its browser along."""


class _End(Enum):
    DIED = auto()
    WANTED = auto()


class HomeSupervisor:
    """`configure` and `restart` take effect while `run` runs. `changed` is called when `state` or `report` may be other
    than before. The profile lies in `folder` and is new with each start. `clock` tells the time of day, for reports."""

    def __init__(
        self,
        folder: Path,
        *,
        changed: Callable[[], None],
        clock: Callable[[], datetime],
        browser: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._changed = changed
        self._clock = clock
        self._program = browser
        self._environment = environment or os.environ
        self._wanted: tuple[str, str] | None = None  # address and language
        self._stir = asyncio.Event()
        self._kiosk: Kiosk | None = None
        self._state = "waiting"
        self._problems = Problems("home")
        self._backoff = Backoff()

    @property
    def state(self) -> dict[str, Any]:
        """For the shell. "waiting" for the page's server or the next attempt, "starting", "running"."""
        pid = self._kiosk.pid if self._kiosk else None
        return {"state": self._state, "pid": pid, "problems": self._problems.as_state()}

    @property
    def report(self) -> DisplayReport:
        """For the core."""
        return DisplayReport(home_problems=self._problems.as_list())

    def configure(self, config: DisplayConfig) -> None:
        """What holds from now on; another address or language needs a new browser."""
        wanted = (config.home_url, config.language)
        if wanted != self._wanted:
            self._wanted = wanted
            self._stir.set()

    def restart(self) -> None:
        """Make the browser anew."""
        self._stir.set()

    async def run(self) -> None:
        """Keep it there, until cancelled."""
        while True:
            if self._wanted is None:
                await self._stir.wait()
                self._stir.clear()
                continue
            url, language = self._wanted
            await self._unless_stirred(self._needed(url))
            if self._stir.is_set():
                self._stir.clear()
                continue
            await self._one(url, language)

    async def _needed(self, url: str) -> None:
        await wait_for_x(self._environment)
        await wait_for_server(url)

    async def _one(self, url: str, language: str) -> None:
        """One browser, from start to end, and the pause after it."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        self._is("starting")
        end = _End.DIED
        try:
            self._kiosk = await self._start(url, language)
            self._is("starting")
            end = await self._watch(self._kiosk, url)
        except FileNotFoundError:
            self._problems.add(MISSING, instant(self._clock()))
        except (OSError, BrowserError) as error:
            log.warning("the home screen's browser: %s", error)
        finally:
            kiosk, self._kiosk = self._kiosk, None
            self._is("waiting")
            if kiosk is not None:
                await kiosk.close()
        if end is _End.DIED:
            wait = self._backoff.died(loop.time(), loop.time() - started)
            if self._backoff.looping(loop.time()):
                self._problems.add(LOOP, instant(self._clock()))
                self._changed()
            log.warning("the home screen's browser ended; again in %.0f s", wait)
            await self._unless_stirred(asyncio.sleep(wait))
        self._stir.clear()

    async def _start(self, url: str, language: str) -> Kiosk:
        program = self._program or chromium.find()
        if program is None:
            raise FileNotFoundError("Chromium is not installed")
        profile = chromium.fresh_profile(self._folder)
        command = chromium.command(program, role="home", url=NEUTRAL, profile=profile, language=language, covered=False)
        return await Kiosk.start(command, HomeRules(url), self._environment)

    async def _watch(self, kiosk: Kiosk, url: str) -> _End:
        """Until it must end."""
        sound = asyncio.get_running_loop().call_later(SOUND_S, self._sound)
        following = asyncio.create_task(self._follow(kiosk, url))
        stirred = asyncio.create_task(self._stir.wait())
        try:
            await asyncio.wait((following, stirred), return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                return _End.WANTED
            following.result()
            return _End.DIED
        finally:
            sound.cancel()
            following.cancel()
            stirred.cancel()

    async def _follow(self, kiosk: Kiosk, url: str) -> None:
        """Show the page and mend what can be mended; returns when a new browser is needed. Raises BrowserError."""
        await self._show(kiosk, url)
        self._is("running")
        loop = asyncio.get_running_loop()
        crashed: float | None = None
        rules = HomeRules(url)
        async for happening in kiosk.happenings():
            match happening:
                case Gone():
                    return
                case Crashed():
                    if crashed is not None and loop.time() - crashed < CRASHES_S:
                        return
                    crashed = loop.time()
                    kiosk.reload()
                case Failed() | Navigated() if _astray(happening, rules):
                    with suppress(BrowserError):
                        await self._show(kiosk, url)
                case _:
                    pass

    async def _show(self, kiosk: Kiosk, url: str) -> None:
        """Show the page, as soon as it can be. Raises BrowserError."""
        while True:
            try:
                return await kiosk.show(url)
            except Unreachable as error:
                log.warning("the home page cannot be shown: %s", error)
            await asyncio.sleep(AGAIN_S)
            await wait_for_server(url)

    async def _unless_stirred(self, work: Any) -> None:
        """Wait for something, no longer than nothing else is wanted."""
        tasks = asyncio.ensure_future(work), asyncio.ensure_future(self._stir.wait())
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    def _sound(self) -> None:
        looped, missing = self._problems.remove(LOOP), self._problems.remove(MISSING)
        if looped or missing:
            self._changed()

    def _is(self, state: str) -> None:
        self._state = state
        self._changed()


def _astray(happening: Happening, rules: HomeRules) -> bool:
    return isinstance(happening, Failed) or (
        isinstance(happening, Navigated) and rules(happening.url) is not Verdict.EXPECTED
    )
