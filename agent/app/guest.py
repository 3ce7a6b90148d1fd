"""A mailbox that is shown in place of the room: its source, its store, its worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random

from agent.app.box import Box
from agent.app.calendar import make_puller
from agent.config import Config
from agent.errors import RoomAgentError
from agent.model.sync import SIGN_IN_REFUSED, SourceHealth, Window
from agent.ports import CalendarStore
from agent.state.hot_desk import Wanted
from agent.state.room import RoomInputs
from agent.store.engine import translated
from agent.store.erase import erase
from agent.store.opening import open_store
from agent.sync.schedule import Wait
from agent.sync.window import next_midnight
from agent.sync.worker import SyncWorker

POLL_S = 60.0
DEADLINE_S = 60.0

MakeInputs = Callable[[Config, CalendarStore, Callable[[], SourceHealth]], RoomInputs]


class Guest:
    """`inputs` and `shown` (from when until when) are None until its calendar was read, and again from `hide` on.
    `folder` is where its database lies; `wake` is called when it has changed."""

    def __init__(self, box: Box, folder: Path, wanted: Wanted, command_id: str, wake: Callable[[], None]) -> None:
        self.wanted = wanted
        self.command_id = command_id
        self.inputs: RoomInputs | None = None
        self.shown: Window | None = None
        self._box = replace(box, config=_config_for(box.config, wanted.mailbox))
        self._folder = folder
        self._wake = wake
        self._resources = ExitStack()
        self._worker: SyncWorker | None = None
        self._running: asyncio.Task[None] | None = None
        self._ends_at = 0.0  # monotonic: a clock that is set back must not lengthen the time

    async def read(self, make_inputs: MakeInputs) -> None:
        """Its calendar, whole; from then on it is there to be shown. Raises the source's error."""
        store, worker = await asyncio.to_thread(self._opened)
        self._worker = worker
        first = asyncio.ensure_future(worker.refresh())
        await asyncio.sleep(0)  # it waits before the worker begins: its first round is the answer
        self._running = asyncio.create_task(worker.run(), name="hot-desk")
        report = await first
        if report.error is not None:
            raise RoomAgentError(report.error.code, str(report.error))
        length, clock = timedelta(minutes=self.wanted.minutes), self._box.clock
        self.inputs = make_inputs(self._box.config, store, worker.health)
        self.shown, self._ends_at = (
            Window(clock.now(), clock.now() + length),
            clock.monotonic() + length.total_seconds(),
        )

    def over(self) -> str | None:
        """Why it has to end now; None while it need not, or is not shown at all."""
        if self.shown is None or self._worker is None or self._running is None:
            return None
        if self._box.clock.now() >= self.shown.end or self._box.clock.monotonic() >= self._ends_at:
            return "over"
        code = self._worker.health().code
        return code or "failed" if self._running.done() or code in SIGN_IN_REFUSED else None

    def hide(self) -> bool:
        """It is not to be shown any more; whether it was."""
        shown, self.inputs, self.shown = self.shown is not None, None, None
        return shown

    async def close(self) -> None:
        """Give up everything but the files."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
        await asyncio.to_thread(self._resources.close)

    def _opened(self) -> tuple[CalendarStore, SyncWorker]:
        with translated(self._folder):
            erase(self._folder)
            self._folder.mkdir(mode=0o700)
        store = open_store(self._folder, self.wanted.mailbox)
        self._resources.callback(store.close)
        worker = SyncWorker(
            make_puller(self._box, store, self._resources),
            self._box.clock,
            self._wake,
            midnight=partial(next_midnight, zone=self._box.zone),
            as_of=None,
            first=Wait(0.0, 0.0, 0.0),
            chance=Random(),  # noqa: S311  jitter
            poll_s=lambda _: POLL_S,
            deadline_s=DEADLINE_S,
        )
        return store, worker


def _config_for(config: Config, mailbox: str) -> Config:
    """The room's configuration for another mailbox: same account and rules, without a fallback."""
    room = config.room.model_copy(update={"mailbox": mailbox, "name": ""})
    calendar = config.calendar.model_copy(update={"fallback": ""})
    return config.model_copy(update={"room": room, "calendar": calendar})
