"""A preflight under way: in a thread of its own, one at a time, watched by any number of listeners."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from agent.errors import CommandError, RoomAgentError
from agent.model.preflight import Check, PreflightReport
from agent.wire.setup import SetupCheck

log = structlog.get_logger()

LONGEST_S = 20 * 60.0
"""A mailbox may need a quarter of an hour until it is ready (requirement CR-08)."""
KEEP_ALIVE_S = 15.0

Work = Callable[[Callable[[Check], None], threading.Event], PreflightReport]
"""Runs the checks, telling each; blocking."""


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a run. `ok` None: it was stopped, or broke, and says nothing of the answers."""

    ok: bool | None


def wire_check(check: Check) -> SetupCheck:
    """A check as it goes out and is kept."""
    return SetupCheck(
        id=check.id,
        status=check.status.value,
        code=check.code,
        title=check.title,
        detail=check.detail,
        cure=check.cure,
        who=check.who.value if check.who else None,
        command=check.command,
    )


Ended = Callable[[Done], Awaitable[None]]


class CheckRun:
    """The last run, or the one under way. In the event loop only."""

    def __init__(self, checks: Sequence[SetupCheck] = ()) -> None:
        self.checks: list[SetupCheck] = list(checks)
        self._task: asyncio.Task[None] | None = None
        self._cancelled = threading.Event()
        self._news = asyncio.Event()
        self._done: Done | None = None

    @property
    def running(self) -> bool:
        return self._task is not None and not self._task.done()

    def start(self, work: Work, ended: Ended) -> None:
        """Begin; `ended` is called in the loop, before listeners hear of the end. Raises CommandError while one
        runs."""
        if self.running:
            raise CommandError("setup.checking", "A check is already running; wait for it or stop it.", 409)
        self.checks, self._done, self._cancelled = [], None, threading.Event()
        self._tell_listeners()
        self._task = asyncio.create_task(self._run(work, ended, self._cancelled))

    def stop(self) -> None:
        """Ask the run to end; it ends without a result. Harmless when there is none."""
        self._cancelled.set()

    async def events(self) -> AsyncIterator[SetupCheck | Done | None]:
        """The checks of the run under way or the last one, then its end. None: 15 s of quiet. Without any run so far
        it waits for the first one."""
        told, checks = 0, self.checks
        while True:
            if checks is not self.checks:
                told, checks = 0, self.checks
            news = self._news
            while told < len(checks):
                told += 1
                yield checks[told - 1]
            if checks is self.checks and told == len(checks) and self._done is not None:
                yield self._done
                return
            if checks is not self.checks or told < len(checks):
                continue
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    await news.wait()
            except TimeoutError:
                yield None

    async def _run(self, work: Work, ended: Ended, cancelled: threading.Event) -> None:
        loop = asyncio.get_running_loop()

        def tell(check: Check) -> None:
            if not cancelled.is_set():
                loop.call_soon_threadsafe(self._add, check)

        done = Done(None)
        try:
            async with asyncio.timeout(LONGEST_S):
                report = await asyncio.to_thread(work, tell, cancelled)
            done = Done(None if cancelled.is_set() else report.ok)
        except TimeoutError:
            log.warning("setup.checks_too_long")
        except Exception:  # a bug in a step: the page must hear the end, the log names the place
            log.exception("setup.checks_broken")
        finally:
            cancelled.set()
        try:
            await ended(done)
        except RoomAgentError as error:  # what was found could not be kept: it does not count
            log.warning("setup.checks_not_kept", code=error.code)
            done = Done(None)
        self._done = done
        self._tell_listeners()

    def _add(self, check: Check) -> None:
        self.checks.append(wire_check(check))
        self._tell_listeners()

    def _tell_listeners(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
