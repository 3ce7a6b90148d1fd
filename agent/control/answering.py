"""Answers the meeting requests in the room's inbox, for ever: when somebody tells of a change, and every half minute.

It stops answering where somebody else evidently does (AutomateProcessing), and where it may not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from agent.control.answer_book import AnswerBook
from agent.control.answer_pause import is_one_messages, pause_after
from agent.control.answer_standing import DENIED, Standing
from agent.control.occupancy import Occupancy, ReadTaken
from agent.control.request_policy import RequestPolicy
from agent.control.respondent import Handled, Respondent
from agent.errors import AccessDenied, RoomAgentError, SignInFailed, SourceThrottled, SourceUnavailable
from agent.model.control_health import AnsweringHealth
from agent.model.event import ItemId
from agent.model.requests import Request
from agent.ports import Clock, RequestBox
from agent.store.answers import SqliteAnswers
from agent.store.audit import AuditLog
from agent.sync.push import INTERNAL
from agent.sync.thread import CallThread

log = structlog.get_logger()
T = TypeVar("T")

POLL_S = 30.0
PAGE = 50
LOOK_AGAIN_S = 900.0
"""While it refuses to run, and for a message that is set aside."""
FORGET_S = 86_400.0
KEEP = timedelta(days=30)
MOST_ASIDE = 500
IN_A_ROW = 3
"""So many messages in a row that cannot be answered are not the messages' fault."""
BROKEN = "requests.unanswerable"


class Answering:
    """Methods, and `standing`, belong to the event loop. `taken` is called in the thread that owns the box. `may_try`
    gives a code while nothing may be tried; `turned` is called when the calendar has become another one."""

    def __init__(
        self,
        *,
        box: RequestBox,
        taken: ReadTaken,
        policy: RequestPolicy,
        zone: ZoneInfo,
        store: SqliteAnswers,
        audit: AuditLog,
        clock: Clock,
        may_try: Callable[[], str | None] = lambda: None,
        turned: Callable[[], None] = lambda: None,
        chance: Random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        poll_s: float = POLL_S,
    ) -> None:
        self._poll_s = poll_s
        self._store = store
        self._book = AnswerBook(store, audit, clock)
        self._respondent = Respondent(box, Occupancy(taken), self._book, policy, zone, clock)
        self._clock = clock
        self._may_try = may_try
        self._turned = turned
        self._chance = chance
        self._sleep = sleep
        self._thread = CallThread("requests")
        self._woken = asyncio.Event()
        self._next = clock.monotonic()
        self._forget_at = clock.monotonic()
        self._patient = False
        self._failures = 0
        self._aside: dict[ItemId, float] = {}
        self.standing = Standing()

    def health(self) -> AnsweringHealth:
        """For status and metrics."""
        return self.standing.health()

    def nudge(self) -> None:
        """There may be something new: a look at once, unless it refuses to run or the server wants patience."""
        self._woken.set()

    async def run(self) -> None:
        """For ever."""
        try:
            while True:
                await self._tidy()
                await self._look()
                await self._rest()
        finally:
            self._thread.submit(self._respondent.close).cancel()
            self._thread.close()

    async def _look(self) -> None:
        """Work through the inbox if that is allowed now, and settle when the next look is."""
        self._patient = False
        self._next = self._clock.monotonic() + self._poll_s
        code = self._may_try()
        if code is not None:
            self.standing.fail(code, self._clock.now())
            return
        try:
            await self._work()
        except RoomAgentError as error:
            self._failed(error)
            return
        except Exception:  # what strangers send into the inbox is not allowed to stop the agent
            log.exception("requests.internal_error")
            self._failed(SourceUnavailable(INTERNAL, "the inbox could not be worked through"))
            return
        self._failures = 0
        self.standing.worked_through(self._clock.now())
        if self.standing.refused is not None:
            self._pause(LOOK_AGAIN_S)

    async def _work(self) -> None:
        """Page after page, until one brings nothing new or the work is somebody else's."""
        seen: set[ItemId] = set()
        while True:
            now = self._clock.monotonic()
            self._aside = {key: until for key, until in self._aside.items() if until > now}
            requests = await self._call(partial(self._respondent.page, PAGE + len(self._aside)))
            self.standing.backlog = len(requests)
            fresh = [each for each in requests if each.message_id not in seen and each.message_id not in self._aside]
            if not fresh or not await self._answer(fresh):
                return
            seen.update(each.message_id for each in fresh)

    async def _answer(self, requests: Sequence[Request]) -> bool:
        """Whether it goes on after these."""
        changed, broken = False, 0
        try:
            for request in requests:
                handled = await self._one(request, broken)
                broken = broken + 1 if handled is None else 0
                if handled is None:
                    continue
                changed = changed or handled.changed
                if handled.by_other:
                    self._set_aside(request)
                if not self.standing.handled(handled, self._clock.now()):
                    return False
        finally:
            if changed:
                self._turned()
        return True

    async def _one(self, request: Request, broken: int) -> Handled | None:
        """None: this message is set aside, for a fault of its own."""
        try:
            return await self._call(partial(self._respondent.handle, request))
        except RoomAgentError as error:
            if not is_one_messages(error) or broken + 1 >= IN_A_ROW:
                raise
            log.warning("requests.set_aside", code=error.code, reason=str(error))
        except Exception:  # a message may hold anything: it is not allowed to stop the others
            log.exception("requests.set_aside", code=BROKEN)
        self._set_aside(request)
        return None

    def _set_aside(self, request: Request) -> None:
        if len(self._aside) < MOST_ASIDE:
            self._aside[request.message_id] = self._clock.monotonic() + LOOK_AGAIN_S / 2

    def _failed(self, error: RoomAgentError) -> None:
        self._failures += 1
        now = self._clock.now()
        if isinstance(error, AccessDenied):
            self.standing.refuse(DENIED, now)
            self._pause(LOOK_AGAIN_S)
        elif isinstance(error, SignInFailed):  # whoever tries again and again locks the account out
            self._pause(LOOK_AGAIN_S, patient=False)
        else:
            self._pause(pause_after(error, self._failures, self._chance), patient=isinstance(error, SourceThrottled))
        self.standing.fail(error.code, now)

    def _pause(self, seconds: float, *, patient: bool = True) -> None:
        """`patient`: a nudge does not shorten it."""
        self._next = self._clock.monotonic() + seconds
        self._patient = patient

    async def _rest(self) -> None:
        """Until the next look is due, or somebody tells of a change."""
        left = self._next - self._clock.monotonic()
        if self._patient:
            await self._sleep(max(left, 0.0))
        else:
            tasks = [asyncio.ensure_future(self._sleep(max(left, 0.0))), asyncio.ensure_future(self._woken.wait())]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
        self._woken.clear()

    async def _tidy(self) -> None:
        """What the audit log lacks, at once; what is old, once a day."""
        try:
            if self._book.untidy:
                await self._call(self._book.tidy)
            if self._clock.monotonic() >= self._forget_at:
                await self._call(partial(self._store.forget, self._clock.now() - KEEP))
                self._forget_at = self._clock.monotonic() + FORGET_S
        except (RoomAgentError, OSError) as error:
            log.warning("requests.not_tidied", reason=str(error))

    async def _call(self, call: Callable[[], T]) -> T:
        return await self._thread.submit(call)
