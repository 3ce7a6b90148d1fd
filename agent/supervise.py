"""Named tasks that live as long as the process: start in order, stop in reverse, and death is loud.

A task that ends before it was told to ends the process with a log line that names it; systemd starts it clean.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from agent.errors import RoomAgentError

log = structlog.get_logger()

START_WITHIN_S = 45.0
"""Below the units' TimeoutStartSec=. A start that is cut off begins anew: on a slow disk that would never end."""
STOP_WITHIN_S = 4.0


@dataclass(frozen=True, slots=True)
class Part:
    """A task by name. `stop` asks it to end by itself; without one it is cancelled."""

    name: str
    run: Callable[[], Coroutine[Any, Any, None]]
    stop: Callable[[], None] | None = None
    started: Callable[[], bool] | None = None


class Supervisor:
    """Runs parts until a signal, `stop`, or the unexpected end of one of them."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: list[tuple[Part, asyncio.Task[None]]] = []
        self._failed: str | None = None

    def stop(self) -> None:
        """Ask for an orderly end. Harmless when called twice."""
        self._stop.set()

    async def start(self, part: Part) -> None:
        """Start a part and wait until it says it has started; one that has not within START_WITHIN_S is a failure.

        Nothing is started any more once the end has been asked for.
        """
        if self._stop.is_set():
            return
        task = asyncio.create_task(part.run(), name=part.name)
        self._tasks.append((part, task))
        task.add_done_callback(lambda done: self._ended(part, done))
        if part.started is not None:
            try:
                async with asyncio.timeout(START_WITHIN_S):
                    while not (part.started() or task.done() or self._stop.is_set()):  # noqa: ASYNC110
                        await asyncio.sleep(0.005)  # uvicorn offers a flag, no event
            except TimeoutError:
                log.critical("part.not_started", part=part.name, within_s=START_WITHIN_S)
                self._failed = part.name
                self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether the end has been asked for."""
        return self._stop.is_set()

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT ask for an orderly end, and so does the end of the terminal (SIGHUP) where
        nobody said that it is to be outlived (nohup(1))."""
        loop = asyncio.get_running_loop()
        heard = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
        for number in (signal.SIGTERM, signal.SIGINT, *((signal.SIGHUP,) if heard else ())):
            with suppress(NotImplementedError, RuntimeError):  # not the main thread: tests
                loop.add_signal_handler(number, self.stop)

    async def wait(self) -> int:
        """Until a signal that is heeded, `stop` or a failure; then stop all in reverse. 0, or 1 when a part failed."""
        await self._stop.wait()
        await self._stop_all()
        return 1 if self._failed else 0

    def _ended(self, part: Part, task: asyncio.Task[None]) -> None:
        if self._stop.is_set() or task.cancelled():
            return
        error = task.exception()
        ours = {"code": error.code, "reason": str(error)} if isinstance(error, RoomAgentError) else {}
        log.critical("part.ended", part=part.name, exc_info=error, **ours)
        self._failed = part.name
        self._stop.set()

    async def _stop_all(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + STOP_WITHIN_S
        for part, task in reversed(self._tasks):
            if part.stop is not None:
                part.stop()
            else:
                task.cancel()
            await asyncio.wait([task], timeout=max(0.0, deadline - loop.time()))
        late = [task for _, task in self._tasks if not task.done()]
        if late:
            log.warning("parts.stop_timeout", parts=[task.get_name() for task in late])
            for task in late:
                task.cancel()


async def feed_watchdog(interval_s: float, ping: Callable[[], None], alive: Callable[[], bool]) -> None:
    """Ping the service manager from the loop that does the work, only while every worker makes progress."""
    hung = False
    while True:
        if alive():
            ping()
            hung = False
        elif not hung:
            hung = True
            log.error("watchdog.withheld")
        await asyncio.sleep(interval_s)
