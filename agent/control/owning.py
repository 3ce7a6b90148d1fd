"""Notices another box on the same mailbox, and lets it notice this one; what it writes shows whether writing works.

Where nothing may be written it only looks: the other box then cannot see this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

import structlog

from agent.control.owners import RENEW_S, Seen, look
from agent.errors import AccessDenied, RoomAgentError
from agent.model.event import ItemId
from agent.model.owner import OwnerMark, SecondOwner
from agent.ports import Clock, OwnerMarks
from agent.sync.thread import CallThread

log = structlog.get_logger()
T = TypeVar("T")

FIRST_S, EVERY_S = 45.0, 120.0
NOT_BEFORE_S = 5.0
"""Between two looks, however much is told."""
DENIED_S = 900.0
"""What was refused is tried again after so long: rights take up to an hour to arrive."""
UNSEEN, UNSEEN_S = 3, 86_400.0
"""After so many marks in a row that are not found among what lies there, and so not removed either, the next one is put
after so long."""


class Owning:
    """All methods belong to the event loop. `owner`: this box's id; `writes`: whether marks are put there at all;
    `may_try`: a code that keeps the account from being used, or None; `turned` is called when `second` or `denied` is
    another; `server_now`: the server's time, where it was measured."""

    def __init__(
        self,
        marks: OwnerMarks,
        *,
        owner: str,
        host: str,
        writes: bool,
        clock: Clock,
        may_try: Callable[[], str | None],
        turned: Callable[[], None],
        chance: Random,
        server_now: Callable[[], datetime | None] = lambda: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._marks = marks
        self._owner, self._host, self._writes = owner, host, writes
        self._clock = clock
        self._may_try = may_try
        self._turned = turned
        self._chance = chance
        self._server_now = server_now
        self._sleep = sleep
        self._thread = CallThread("calendar-owner")
        self._put: set[ItemId] = set()
        self._before: set[ItemId] | None = None
        self._unseen = 0
        self._put_at: float | None = None
        self._write_after = clock.monotonic()
        self._looked: float | None = None
        self._read = False
        self._woken = asyncio.Event()
        self.second: SecondOwner | None = None
        """Another box that serves this mailbox; None while there is none."""
        self.denied: bool | None = None
        """Whether the server refuses writes; None while that is not known."""
        self.denied_since: datetime | None = None
        self.granted_at: datetime | None = None
        """When a mark was last put there."""

    async def run(self) -> None:
        """For ever; trouble on the way to the server is for the calendar's own reading to report."""
        await self._sleep(FIRST_S * self._chance.uniform(0.7, 1.3))
        try:
            while True:
                if self._may_try() is None:
                    await self._look()
                self._looked = self._clock.monotonic()
                await self._rest()
        finally:
            self._thread.close()

    def nudge(self) -> None:
        """Something in the mailbox has changed that is no meeting of the list: it may be a mark."""
        if self._looked is not None and self._clock.monotonic() - self._looked >= NOT_BEFORE_S:
            self._woken.set()

    async def _rest(self) -> None:
        """Until the next look is due, or something is told."""
        self._woken.clear()
        pause = EVERY_S * self._chance.uniform(0.8, 1.2)
        tasks = [asyncio.ensure_future(self._sleep(pause)), asyncio.ensure_future(self._woken.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _look(self) -> None:
        before = self.second, self.denied
        try:
            marks = await self._call(self._marks.marks)
            self._claim(marks)
            seen = self._mean(marks)
            gone = self._put_at is not None and seen.mine is None and not self._unseen
            if self._writes and (gone or self._clock.monotonic() >= self._write_after):
                seen = await self._renew(seen, {mark.item_id for mark in marks})
            self._note(seen.second)
            self._read = True
        except RoomAgentError as error:
            log.debug("owner.not_seen", code=error.code)
        except Exception:  # what others leave in a calendar is not allowed to stop the agent
            log.exception("owner.internal_error")
        if (self.second, self.denied) != before:
            self._turned()

    async def _renew(self, seen: Seen, known: Collection[ItemId]) -> Seen:
        """Put a mark there beside the `known` ones, and take away what it replaces."""
        try:
            self._before = {*known}
            await self._call(lambda: self._marks.put(self._owner, self._host))
        except AccessDenied:
            self._before = None
            self._write_after = self._clock.monotonic() + DENIED_S
            if not self.denied:
                log.warning("owner.write_denied")
                self.denied_since = self._clock.now()
            self.denied = True
            return seen
        self.denied, self.denied_since, self.granted_at = False, None, self._clock.now()
        marks = await self._call(self._marks.marks)
        self._unseen = 0 if self._claim(marks) else self._unseen + 1
        left = [mark for mark in marks if mark.owner == self._owner and mark.item_id in known and self._put_at is None]
        self._put_at = self._clock.monotonic()
        self._write_after = self._put_at + (RENEW_S if self._unseen < UNSEEN else UNSEEN_S)
        seen = self._mean(marks)
        litter = [*dict.fromkeys([*seen.litter, *left])]
        if litter:
            await self._call(lambda: self._marks.remove(litter))
            self._put -= {mark.item_id for mark in litter}
        return self._mean([mark for mark in marks if mark not in litter])

    def _claim(self, marks: Sequence[OwnerMark]) -> bool:
        """Take for this box's what has appeared since it last put a mark there: the answer may have been lost, or the
        mark be late. Whether there was any."""
        before = self._before
        mine = {e.item_id for e in marks if e.owner == self._owner and before is not None and e.item_id not in before}
        if mine:
            self._put |= mine
            self._before = None
        return bool(mine)

    def _mean(self, marks: Sequence[OwnerMark]) -> Seen:
        ago = None if self._put_at is None else timedelta(seconds=self._clock.monotonic() - self._put_at)
        return look(marks, self._owner, self._put, ago, self._server_now())

    @property
    def looked(self) -> bool:
        """Whether the marks were read once."""
        return self._read

    def _note(self, mark: OwnerMark | None) -> None:
        if mark is None and self.second is not None:
            log.info("owner.alone_again")
        if mark is not None and self.second is None:
            log.warning("owner.second", host=mark.host)
        since = self.second.since if self.second is not None else self._clock.now()
        self.second = None if mark is None else SecondOwner(mark.host, since)

    def _call(self, call: Callable[[], T]) -> asyncio.Future[T]:
        return self._thread.submit(call)
