"""The meeting driver: opens what it is ordered to, and sees when it is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from agent.wire import DisplayConfig, DisplayReport, Open, instant
from display.browsers.addresses import MeetingRules, may_open
from display.browsers.attending import FAILED, Helper, InBrowser, InProgram, MeetingFailed, Watcher
from display.browsers.prepared import Stock
from display.browsers.problems import Problems

log = logging.getLogger(__name__)

PAUSE_S = 2.0
"""After a meeting, before the next browser is prepared."""
SHOWN_S = 120.0
"""How long it is told what went wrong in a meeting that is over."""
LOOK_S = 1.0
_REMEMBERED = 50


class MeetingDriver:
    """At most one meeting at a time. `configure`, `open` and `leave` take effect while `run` runs.

    `changed` is called when `state` or `report` may be other than before; `outcome` once for each order, with its id
    and, where it could not be obeyed, a code. `clock` tells the time of day, for `until`. With `local_pages` a meeting
    may be on this machine, in the demo and in tests.
    """

    def __init__(
        self,
        stock: Stock,
        *,
        changed: Callable[[], None],
        outcome: Callable[[str, str | None], None],
        clock: Callable[[], datetime],
        helper: Helper | None = None,
        watcher: Watcher | None = None,
        local_pages: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._stock = stock
        self._changed = changed
        self._outcome = outcome
        self._clock = clock
        self._helper, self._watcher = helper, watcher
        self._local_pages = local_pages
        self._environment = environment
        self._config: DisplayConfig | None = None
        self._stir = asyncio.Event()
        self._next: Open | None = None
        self._order: Open | None = None
        self._leaving = False
        self._state = "none"
        self._ready = False
        self._program = frozenset[int]()
        self._problems = Problems("meeting")
        self._settled: list[str] = []

    @property
    def state(self) -> dict[str, Any]:
        """For the shell: the fields of a `display.model.Call`, until when, and what is wrong."""
        order = self._order
        return {
            "state": self._state,
            "order_id": order.order_id if order else "",
            "provider_name": order.provider_name if order else "",
            "pids": sorted(self._stock.pids | self._program),
            "program": sorted(self._program),
            "ready": self._ready,
            "until": order.until if order else None,
            "problems": self._problems.as_state(),
        }

    @property
    def report(self) -> DisplayReport:
        """For the core."""
        return DisplayReport(meeting=self._state, meeting_problems=self._problems.as_list())

    def configure(self, config: DisplayConfig) -> None:
        """What holds from now on."""
        self._config = config
        self._prepare()

    def open(self, order: Open) -> None:
        """Open a meeting; one that is open ends first. The order of the open one again only moves its end."""
        if self._order is not None and order.order_id == self._order.order_id:
            self._order = order
            self._changed()
        elif order.order_id not in self._settled:
            self._replace_next(order)
        self._stir.set()

    def leave(self) -> None:
        """End the meeting, if there is one."""
        self._replace_next(None)
        self._leaving = True
        self._stir.set()

    def _replace_next(self, order: Open | None) -> None:
        """One that waited and will not be held is over before it began, as one that people leave while it opens."""
        waited, self._next = self._next, order
        if waited is not None and (order is None or order.order_id != waited.order_id):
            self._settle(waited, None)

    async def run(self) -> None:
        """Obey, until cancelled; a meeting ends then."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._stock.keep())
            while True:
                await self._stir.wait()
                self._stir.clear()
                self._leaving = False
                while (order := self._next) is not None:
                    self._next = None
                    await self._hold(order)

    async def _hold(self, order: Open) -> None:
        self._order, self._state, self._leaving = order, "opening", False
        self._problems.clear()
        self._changed()
        work = asyncio.create_task(self._attend(order))
        over = asyncio.create_task(self._over())
        try:
            await asyncio.wait((work, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            over.cancel()
            work.cancel()
            self._state = "none"  # first of all people see the home screen
            self._changed()
            await asyncio.wait((work,))
            self._finish(_code(work))

    async def _attend(self, order: Open) -> None:
        if order.launcher == "command":
            return await InProgram(order, self, self._environment).attend()
        if not may_open(order.url, order.host, local_pages=self._local_pages):
            log.warning("an order to open what is no meeting's address is refused")
            raise MeetingFailed(FAILED)
        home = self._config.home_url if self._config else ""
        rules = MeetingRules(host=order.host.lower(), home=home, local_pages=self._local_pages)
        return await InBrowser(order, rules, self._stock, self, self._helper, self._watcher).attend()

    async def _over(self) -> None:
        """Returns when people leave, when another meeting is wanted, or when the time is up."""
        while not self._leaving and self._next is None:
            until = _instant(self._order.until) if self._order else None
            if until is not None and self._clock() >= until:
                log.info("the meeting's time is up")
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stir.wait()
                    self._stir.clear()

    def _finish(self, code: str | None) -> None:
        self._settle(self._order, code)
        self._order, self._ready = None, False
        self._problems.clear()
        loop = asyncio.get_running_loop()
        if code is not None:
            self._problems.add(code, instant(self._clock()))
            loop.call_later(SHOWN_S, self._forget, code)
        loop.call_later(PAUSE_S, self._prepare)
        self._changed()

    def _settle(self, order: Open | None, code: str | None) -> None:
        """Say once what became of an order."""
        if order is not None and order.order_id not in self._settled:
            self._settled = [*self._settled, order.order_id][-_REMEMBERED:]
            self._outcome(order.order_id, code)

    def _prepare(self) -> None:
        if self._config is not None and self._order is None:
            self._stock.want(one_ready=self._config.prepare_meeting, language=self._config.language)

    def _forget(self, code: str) -> None:
        if self._order is None and self._problems.remove(code):
            self._changed()

    # What the meeting tells (Stage).

    def ready(self, *, is_ready: bool) -> None:
        self._ready = is_ready
        if is_ready:
            self._state = "running"
            self._settle(self._order, None)
        self._changed()

    def noticed(self, code: str) -> None:
        if self._state != "none" and self._problems.add(code, instant(self._clock())):
            log.info("noticed in the meeting: %s", code)
            self._changed()

    def processes(self, pids: frozenset[int]) -> None:
        self._program = pids
        self._changed()


def _code(work: asyncio.Task[None]) -> str | None:
    """What went wrong, if anything."""
    error = None if work.cancelled() else work.exception()
    if error is not None and not isinstance(error, MeetingFailed):
        log.error("the meeting ended by a fault of ours", exc_info=error)
        return FAILED
    return str(error) if error else None


def _instant(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
