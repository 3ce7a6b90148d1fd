"""Tells the core how things are: at each change, soon; and now and then, so that it knows we live."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from agent.wire import DISPLAY_REPORT, DisplayReport, Outcome
from display.core.client import CoreClient, CoreUnreachable

log = logging.getLogger(__name__)

SOON_S = 0.05
"""Changes that belong together are told together."""
EVERY_S = 30.0
FIRST_S, LONGEST_S = 0.5, 15.0
TOUCHED_EVERY_S = 5.0
"""Of touches one after the other the core is told this often. That one lies further back is no news."""
_OUTCOMES = 20


class Reporter:
    """Posts what `report` makes; the newest one wins. Outcomes of orders are kept until they are told."""

    def __init__(self, client: CoreClient, report: Callable[[], DisplayReport], chance: Random | None = None) -> None:
        self._client = client
        self._report = report
        self._chance = chance or Random()  # noqa: S311  jitter
        self._wake = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._told: dict[str, Any] = {}
        self._touched = float("-inf")
        self._posted = float("-inf")
        self._whole = True  # the core may know nothing yet

    def changed(self) -> None:
        """Something may be different now."""
        self._wake.set()

    def again(self) -> None:
        """All of it once more: it may be another core, which knows nothing yet."""
        self._whole = True
        self._wake.set()

    def done(self, order_id: str, code: str | None = None) -> None:
        """An order was obeyed, or could not be for the reason of `code`."""
        outcome = Outcome(order_id=order_id, state="failed" if code else "done", code=code)
        self._outcomes = [*self._outcomes, outcome][-_OUTCOMES:]
        self._wake.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        wait, reached = FIRST_S, False
        while True:
            try:
                await self._tell()
                wait, reached = FIRST_S, True
            except CoreUnreachable as error:
                if reached:
                    log.warning("the core takes no report: %s", error)
                self._whole, reached = True, False
                await asyncio.sleep(self._chance.uniform(wait / 2, wait))
                wait = min(wait * 2, LONGEST_S)
                continue
            await self._next()

    async def _next(self) -> None:
        """Until something may be different, or it is time to tell it all again, whatever was said meanwhile."""
        due = self._posted + EVERY_S
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._wake.wait()
                await asyncio.sleep(SOON_S)
        self._whole = self._whole or asyncio.get_running_loop().time() >= due

    async def _tell(self) -> None:
        self._wake.clear()
        whole, self._whole = self._whole, False
        outcomes = list(self._outcomes)
        report = dataclasses.replace(self._report(), orders=outcomes or None)
        body = {key: value for key, value in dataclasses.asdict(report).items() if value is not None}
        now = asyncio.get_running_loop().time()
        touched = now - body.get("touched_s_ago", float("inf"))
        news = {key: value for key, value in body.items() if key != "touched_s_ago"}
        if whole or news != self._told or touched > self._touched + TOUCHED_EVERY_S:
            await self._client.post(DISPLAY_REPORT, body)
            self._posted, self._touched = asyncio.get_running_loop().time(), max(self._touched, touched)
        self._told = {key: value for key, value in news.items() if key != "orders"}
        self._outcomes = [each for each in self._outcomes if each not in outcomes]
