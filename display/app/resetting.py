"""Watches the key that begins a new set-up, asks on the screen, and tells the core."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from Xlib.protocol.rq import Event

from display.core.client import CoreClient, CoreUnreachable
from display.overlay.state import Reset, ResetQuestion
from display.shell.reset import Phase, ResetKey
from display.windows.held import HeldKey

log = logging.getLogger(__name__)

PATH = "/api/v1/display/reset"
LOOK_EVERY_S = 0.1
TRIES, AGAIN_S = 10, 2.0
"""The core may still be starting when a person has answered."""


class Resetting:
    """`uptime`: seconds since power-on. `show` is told what the screen is to say; None: nothing."""

    def __init__(
        self,
        key: HeldKey,
        client: CoreClient,
        uptime: Callable[[], float],
        show: Callable[[Reset | ResetQuestion | None], None],
    ) -> None:
        self._key = key
        self._client = client
        self._uptime = uptime
        self._show = show
        self._state = ResetKey()
        self._shown: Reset | ResetQuestion | None = None

    async def run(self) -> None:
        """Until it is too late for the key, or answered; then idle for ever."""
        while self._state.phase not in {Phase.CONFIRMED, Phase.OVER}:
            asking = self._state.phase is Phase.ASKING
            self._became(self._state.looked(self._uptime(), held=not asking and self._key.down()))
            await asyncio.sleep(LOOK_EVERY_S)
        if self._state.phase is Phase.CONFIRMED:
            await self._reset()
        await asyncio.Event().wait()

    def answer(self, *, yes: bool) -> None:
        """Somebody touched a button of the question."""
        self._became(self._state.answered(self._uptime(), yes=yes))

    def pressed(self, event: Event) -> None:
        """A key, while the question is there."""
        answer = self._key.answer(event)
        if answer is not None:
            self.answer(yes=answer)

    def _became(self, state: ResetKey) -> None:
        before, self._state = self._state, state
        if Phase.ASKING in {before.phase, state.phase} and before.phase is not state.phase:
            if state.phase is Phase.ASKING:
                self._key.take_keyboard()
            else:
                self._key.give_keyboard()
        message = state.message(self._uptime())
        if message != self._shown:
            self._shown = message
            self._show(message)

    async def _reset(self) -> None:
        log.warning("somebody at the box asked for a new set-up")
        for _ in range(TRIES):
            try:
                await self._client.post(PATH, {})
            except CoreUnreachable as error:
                log.warning("the core does not begin a new set-up: %s", error)
                await asyncio.sleep(AGAIN_S)
            else:
                return
