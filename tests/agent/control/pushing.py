"""A box with a pusher for tests, and waiting for it without sleeping through anything."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from agent.control.pusher import Pusher
from agent.demo.world import Booking, Item
from agent.model.control import Act, Kind, Mail, NewBooking, NewOperation, Operation, Outcome, Target
from agent.model.event import ItemId, OccurrenceKey
from agent.store.audit import AuditLog
from tests.builders import at
from tests.fakes.clock import FakeClock
from tests.fakes.outbox import MemoryOutbox
from tests.fakes.writable import FakeWriter, Server

MINUTE = timedelta(minutes=1)


class Rest:
    """The pusher's `sleep`, which knows when it has nothing to do."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._resting = False

    async def sleep(self, seconds: float) -> None:
        """In place of `asyncio.sleep`."""
        self._resting = True
        try:
            await self._clock.sleep(seconds)
        finally:
            self._resting = False

    async def settle(self, pusher: Pusher, task: asyncio.Task[None] | None = None, *, hangs: bool = False) -> None:
        """Until nothing is under way and nothing is due, or the pusher's task has ended. `hangs`: an attempt does."""
        deadline = time.monotonic() + 10
        calm = 0
        while calm < 5 and not (task is not None and task.done()):
            assert time.monotonic() < deadline
            await asyncio.sleep(0 if calm else 0.0005)
            under_way = pusher._try is not None and not hangs
            calm = calm + 1 if self._resting and not under_way and not pusher._woken.is_set() else 0


class Rig:
    """A box with a pusher. `blocked`: an attempt hangs, as the test wants it."""

    blocked = False

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock(at(9))
        self.rest = Rest(self.clock)
        self.server = Server(self.clock)
        self.calendar = self.server.calendar
        self.outbox = MemoryOutbox()
        self.audit = AuditLog(folder / "audit.jsonl", self.clock)
        self.refused: str | None = None
        self.items: dict[str, ItemId] = {}
        self.turned: list[Operation] = []
        self.make()

    def make(self) -> None:
        self.writer = FakeWriter(self.server)
        self.pusher = Pusher(
            outbox=self.outbox,
            calendar=self.writer,
            audit=self.audit,
            clock=self.clock,
            may_try=lambda: self.refused,
            item_of=self.items.get,
            turned=self.turned.append,
            chance=Random(1),
            sleep=self.rest.sleep,
        )

    def new(self, act: Act, kind: Kind, meeting: str = "m1", **more: Any) -> NewOperation:
        plain: dict[str, Any] = {
            "key": str(uuid.uuid4()),
            "command_id": str(uuid.uuid4()),
            "act": act,
            "kind": kind,
            "meeting_id": meeting,
            "actor": "screen",
            "reason": f"{act.value}.on_screen",
            "expires": self.clock.now() + 15 * MINUTE,
        }
        return NewOperation(**(plain | more))

    def book(self, start: datetime | None = None, minutes: int = 30, **more: Any) -> NewOperation:
        start = start or at(9)
        booking = NewBooking(start=start, end=start + minutes * MINUTE, subject="Ad-hoc meeting")
        return self.new(Act.BOOK, Kind.CREATE, booking=booking, **more)

    def end(self, item: Item, end: datetime, act: Act = Act.END, **more: Any) -> NewOperation:
        return self.new(act, Kind.SET_END, target=target(item), end=end, **more)

    def cancel(self, item: Item, **more: Any) -> NewOperation:
        return self.new(Act.CANCEL, Kind.DELETE, target=target(item), **more)

    def mail(self, **more: Any) -> NewOperation:
        mail = Mail(to="ann@contoso.example", subject="Ended", body="early")
        return self.new(Act.END, Kind.MAIL, mail=mail, **more)

    def there(self, subject: str = "Planning", start: datetime | None = None, minutes: int = 30) -> Item:
        """Somebody else's meeting."""
        start = start or at(9)
        item_id = self.calendar.book(Booking(subject=subject, start=start, end=start + minutes * MINUTE))
        return self.calendar.item(item_id)

    async def submit(self, *new: NewOperation) -> int:
        """The number of the first one."""
        return (await self.pusher.submit(new))[0].number

    async def outcome(self, *new: NewOperation) -> Outcome:
        number = await self.submit(*new)
        return await asyncio.wait_for(self.pusher.ended(number), 10)

    async def settle(self) -> None:
        """Until nothing is under way but what hangs, and nothing is due."""
        await self.rest.settle(self.pusher, hangs=self.blocked)

    async def passes(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.advance(1)
            await self.settle()

    def subjects(self) -> list[str]:
        return [item.booking.subject for item in self.calendar.items()]

    def entries(self) -> list[tuple[str, str, str]]:
        return [(each.act, each.who, str(each.facts["answer"])) for each in self.audit.entries(100)]


def target(item: Item) -> Target:
    return Target(item_id=item.item_id, key=OccurrenceKey(item.uid), start=item.booking.start, end=item.booking.end)


def live(rig: Rig, test: Callable[[], Awaitable[None]]) -> None:
    """A process from its start to its end, with the test beside it."""

    async def main() -> None:
        task = asyncio.create_task(rig.pusher.run())
        try:
            await test()
            await rig.settle()
        finally:
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(main())
