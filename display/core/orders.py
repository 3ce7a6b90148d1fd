"""What the core wants: its orders, one after the other, over every break of the connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from random import Random

from agent.wire import DISPLAY_ORDERS
from display.core.client import CoreClient, CoreUnreachable, Event

log = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 0.25, 10.0


class Orders:
    """The core's orders. `name`: who takes them, "shell", "home" or "meeting". `connected` says whether they can come
    in now; `on_change` is told when that changes."""

    def __init__(
        self, client: CoreClient, name: str, on_change: Callable[[bool], None], chance: Random | None = None
    ) -> None:
        self._client = client
        self._path = f"{DISPLAY_ORDERS}?as={name}"
        self._on_change = on_change
        self._chance = chance or Random()  # noqa: S311  jitter
        self.connected = False

    async def __aiter__(self) -> AsyncIterator[Event]:
        wait = FIRST_S
        while True:
            try:
                async for event in self._client.events(self._path):
                    self._is(connected=True)
                    wait = FIRST_S
                    yield event
            except CoreUnreachable as error:
                if self.connected:
                    log.warning("the core is away: %s", error)
            self._is(connected=False)
            await asyncio.sleep(self._chance.uniform(wait / 2, wait))
            wait = min(wait * 2, LONGEST_S)

    def _is(self, *, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            self._on_change(connected)
