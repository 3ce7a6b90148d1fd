"""Holds the stream of changes open, and lets the sync act on what it tells. When there is none the sync polls.

A stream is only a hint: a round follows every connect, since what happened before is told to nobody, and polling goes
on slowly. It begins after a round that went well, so that a refused secret or a server in trouble is met by the
sync, which knows how long to leave it alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random
from typing import Protocol

import structlog

from agent.errors import RoomAgentError
from agent.model.sync import Heard, SourceHealth, StreamHealth
from agent.ports import ChangeStream, Clock
from agent.sync.report import PullReport
from agent.sync.stream_pause import pause_after
from agent.sync.thread import CallThread

log = structlog.get_logger()

LOOK_EVERY_S = 1.0
SILENT_S = 150.0
"""Without a sign of life; the stream itself gives up before that."""
STUCK_S = 600.0


class Follows(Protocol):
    """What the listener needs of `agent.sync.worker.SyncWorker`."""

    def health(self) -> SourceHealth: ...

    def nudge(self) -> None: ...

    def streaming(self, *, live: bool) -> None: ...

    def heartbeat(self) -> None: ...

    async def refresh(self) -> PullReport: ...


class Listener:
    """Owns one stream. All methods belong to the event loop. `changed` is called whenever something may have changed on
    the server, beside the worker's nudge."""

    def __init__(
        self,
        stream: ChangeStream,
        worker: Follows,
        clock: Clock,
        chance: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._changed = changed
        self._stream = stream
        self._worker = worker
        self._clock = clock
        self._chance = chance
        self._sleep = sleep
        self._thread = CallThread("calendar-stream")
        self._health = StreamHealth(supported=True)
        self._heard_at = clock.monotonic()
        self._live_at: float | None = None
        self._hung_up_at: float | None = None
        self._in_a_row = 0

    def health(self) -> StreamHealth:
        """How the stream is doing now."""
        return replace(self._health, requests=self._stream.requests)

    def idle_s(self, monotonic_now: float) -> float:
        """Seconds since the thread should have come back; 0 while nothing is asked of it."""
        return 0.0 if self._hung_up_at is None else monotonic_now - self._hung_up_at

    def alive(self, monotonic_now: float) -> bool:
        """Whether the thread still comes back, for the watchdog."""
        return self.idle_s(monotonic_now) < STUCK_S

    async def run(self) -> None:
        """For ever."""
        try:
            await self._until(self._well)
            while True:
                error = await self._hold()
                await self._rest(error)
                await self._until_read()
        finally:
            self._stream.hang_up()
            self._thread.close()

    async def _hold(self) -> Exception | None:
        """One connection, from beginning to end; what ended it, None for good order."""
        loop = asyncio.get_running_loop()
        self._heard_at, self._live_at = self._clock.monotonic(), None

        def tell(heard: Heard) -> None:
            loop.call_soon_threadsafe(self._on, heard)

        call = self._thread.submit(lambda: self._stream.listen(tell))
        call.add_done_callback(lambda ended: ended.cancelled() or ended.exception())  # also when nobody waits any more
        while not call.done():
            if self._unwanted():
                self._hang_up()
            pause = asyncio.ensure_future(self._sleep(LOOK_EVERY_S))
            await asyncio.wait([call, pause], return_when=asyncio.FIRST_COMPLETED)
            pause.cancel()
        self._hung_up_at = None
        if self._health.live:
            self._worker.streaming(live=False)
        return call.exception()  # type: ignore[return-value]  # `CallThread` passes on exceptions only

    def _on(self, heard: Heard) -> None:
        self._heard_at = self._clock.monotonic()
        if heard is Heard.CONNECTED:
            self._live_at = self._heard_at
            self._health = replace(
                self._health, live=True, since=self._clock.now(), code=None, connects=self._health.connects + 1
            )
            log.info("stream.live")
            self._worker.streaming(live=True)
            self._worker.nudge()
            self._changed()
        elif heard is Heard.CHANGED:
            self._worker.nudge()
            self._changed()
        else:
            self._worker.heartbeat()

    def _unwanted(self) -> bool:
        """Silence is a dead connection; a server that wants to be left alone is spared the stream first; and while
        another source serves it tells nothing."""
        silent = self._clock.monotonic() - self._heard_at > SILENT_S
        health = self._worker.health()
        return silent or health.code == "calendar.throttled" or health.fallback is not None

    def _hang_up(self) -> None:
        if self._hung_up_at is None:
            self._hung_up_at = self._clock.monotonic()
        self._stream.hang_up()

    async def _rest(self, error: Exception | None) -> None:
        lived_s = 0.0 if self._live_at is None else self._clock.monotonic() - self._live_at
        self._in_a_row = pause_in_a_row(self._in_a_row, error, lived_s)
        code = _code(error)
        if code is not None:
            if self._health.code != code:
                log.warning("stream.ended", code=code)
            self._health = replace(
                self._health,
                live=False,
                since=self._clock.now() if self._health.live else self._health.since,
                code=code,
                failures=self._health.failures + 1,
            )
        else:
            self._health = replace(self._health, live=False)
        ends = self._clock.monotonic() + pause_after(error, self._in_a_row, self._chance)
        await self._until(lambda: self._clock.monotonic() >= ends)

    async def _until_read(self) -> None:
        """Until a round has gone well since the stream ended: the secret is good, the server is there."""
        while True:
            await self._until(self._well)
            if (await self._worker.refresh()).ok:
                return
            await self._sleep(LOOK_EVERY_S)

    def _well(self) -> bool:
        health = self._worker.health()
        return health.contact_since_start and health.code is None and health.fallback is None

    async def _until(self, true: Callable[[], bool]) -> None:
        while not true():
            await self._sleep(LOOK_EVERY_S)


def pause_in_a_row(before: int, error: Exception | None, lived_s: float) -> int:
    """How many connections in a row have come to nothing. One that lived for a minute was good."""
    if error is None or lived_s >= 60.0:
        return 0
    return before + 1


def _code(error: Exception | None) -> str | None:
    if error is None:
        return None
    return error.code if isinstance(error, RoomAgentError) else "calendar.internal"
