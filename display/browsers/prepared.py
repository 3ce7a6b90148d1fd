"""Browsers for meetings, one of them ready before it is needed: pressing Join then costs no start of a browser."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from display.browsers import chromium
from display.browsers.addresses import MeetingRules
from display.browsers.backoff import Backoff
from display.browsers.cdp import BrowserError
from display.browsers.kiosk import NEUTRAL, Kiosk, first_of
from display.browsers.serving import wait_for_x

log = logging.getLogger(__name__)


class Stock:
    """Starts browsers with a profile each, which is wiped after them. `keep` holds one ready until it is taken.

    Started or gone, `changed` is called. Profiles lie in `folder`, which is emptied first. `flags` are Chromium's own,
    for demonstrations.
    """

    def __init__(
        self,
        folder: Path,
        changed: Callable[[], None],
        *,
        browser: str | None = None,
        environment: Mapping[str, str] | None = None,
        flags: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._changed = changed
        self._program = browser
        self._environment = environment or os.environ
        self._flags = flags
        self._ready: Kiosk | None = None
        self._alive: dict[Kiosk, Path] = {}
        self._last = 0
        self._wanted = asyncio.Event()
        self._stir = asyncio.Event()
        self._starting = asyncio.Lock()
        self._closing = set[asyncio.Task[None]]()
        self._language = "en"
        shutil.rmtree(folder, ignore_errors=True)

    @property
    def pids(self) -> frozenset[int]:
        """Main processes of all browsers: whose windows are the meeting's."""
        return frozenset(kiosk.pid for kiosk in self._alive)

    def want(self, *, one_ready: bool, language: str = "en") -> None:
        """Whether to hold one ready, and in which language browsers speak."""
        self._language = language
        if one_ready:
            self._wanted.set()
        else:
            self._wanted.clear()
        self._stir.set()

    async def take(self, rules: MeetingRules) -> Kiosk:
        """The ready browser, or a new one; `close` it in the end. No other is made ready before the next `want`.
        Raises OSError, BrowserError."""
        self._wanted.clear()
        async with self._starting:
            kiosk, self._ready = self._ready, None
        self._stir.set()
        if kiosk is not None and not kiosk.gone.is_set():
            kiosk.obey(rules)
            return kiosk
        return await self._start(rules)

    def close(self, kiosk: Kiosk) -> asyncio.Task[None]:
        """End a browser and wipe its profile, meanwhile."""
        return self._meanwhile(self._close(kiosk))

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
        return task

    async def keep(self) -> None:
        """Hold one ready while that is wanted, for good. One that dies is started again, later each time."""
        backoff, loop = Backoff(), asyncio.get_running_loop()
        try:
            while True:
                await self._wanted.wait()
                await wait_for_x(self._environment)
                started = loop.time()
                try:
                    async with self._starting:
                        if not self._wanted.is_set():  # one was taken while we waited
                            continue
                        self._ready = kiosk = await self._start(MeetingRules(host=""))
                    if await self._used(kiosk):
                        continue
                except (OSError, BrowserError) as error:
                    log.warning("no browser for meetings: %s", error)
                await asyncio.sleep(backoff.died(loop.time(), loop.time() - started))
        finally:
            self._ready = None
            await asyncio.gather(*(self.close(kiosk) for kiosk in list(self._alive)), *self._closing)

    async def _used(self, kiosk: Kiosk) -> bool:
        """Until the ready browser is taken or no more wanted: True; or until it dies: False."""
        language = self._language
        while self._ready is kiosk and not kiosk.gone.is_set():
            if not self._wanted.is_set() or self._language != language:
                break
            self._stir.clear()
            await first_of(self._stir, kiosk.gone)
        if self._ready is not kiosk:
            return True
        self._ready = None
        died = kiosk.gone.is_set()
        await self.close(kiosk)
        return not died

    async def _start(self, rules: MeetingRules) -> Kiosk:
        program = self._program or chromium.find()
        if program is None:
            raise FileNotFoundError("Chromium is not installed")
        self._last += 1
        profile = chromium.fresh_profile(self._folder / str(self._last))
        command = chromium.command(
            program,
            role="meeting",
            url=NEUTRAL,
            profile=profile,
            language=self._language,
            covered=True,
            extra=self._flags,
        )
        starting = asyncio.create_task(Kiosk.start(command, rules, self._environment))
        try:
            kiosk = await asyncio.shield(starting)
        except asyncio.CancelledError:
            self._meanwhile(self._abandon(starting, profile))
            raise
        except BaseException:
            shutil.rmtree(profile, ignore_errors=True)
            raise
        self._alive[kiosk] = profile
        self._changed()
        return kiosk

    async def _abandon(self, starting: asyncio.Task[Kiosk], profile: Path) -> None:
        """End a browser that nobody waits for any more, once it has started: half started it would leave processes,
        pipes and files behind."""
        with suppress(OSError, BrowserError):
            await (await starting).close()
        shutil.rmtree(profile, ignore_errors=True)

    async def _close(self, kiosk: Kiosk) -> None:
        await kiosk.close()
        profile = self._alive.pop(kiosk, None)
        if profile is not None:
            await asyncio.to_thread(shutil.rmtree, profile, ignore_errors=True)
        self._changed()
