"""What sends operations, scripted: nothing is sent, a test says how each ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from agent.errors import StoreError
from agent.model.control import Kind, NewOperation, Operation, OpState, Outcome, Present
from agent.model.event import ChangeKey, ItemId
from agent.ports import Clock
from agent.state.agenda import Slot


class FakeSends:
    """`agent.control.parts.Sends`. With `at_once` everything is done as soon as it is submitted."""

    def __init__(self, clock: Clock, *, at_once: bool = False) -> None:
        self.clock = clock
        self.at_once = at_once
        self.refuses: StoreError | None = None
        self.changed: Callable[[], None] = lambda: None
        self.rows: dict[int, Operation] = {}
        self._told = asyncio.Event()

    async def submit(self, new: Sequence[NewOperation]) -> Sequence[Operation]:
        if self.refuses is not None:
            raise self.refuses
        now, first = self.clock.now(), len(self.rows) + 1
        added = [
            Operation(number=number, new=each, created=now, next_at=now) for number, each in enumerate(new, start=first)
        ]
        self.rows |= {each.number: each for each in added}
        if self.at_once:
            for each in added:
                self.done(each.number)
        self.changed()
        return added

    async def ended(self, number: int) -> Outcome:
        while (outcome := self.rows[number].outcome) is None:
            await self._told.wait()
        return outcome

    async def withdraw(self, number: int) -> bool:
        if self.rows[number].outcome is not None or self.rows[number].attempts:
            return False
        self.end(number, OpState.WITHDRAWN, "write.withdrawn")
        return True

    @property
    def waiting(self) -> Sequence[Operation]:
        return [each for each in self.rows.values() if each.outcome is None]

    @property
    def recent(self) -> Sequence[Operation]:
        return [each for each in self.rows.values() if each.outcome is not None]

    async def of_command(self, command_id: str) -> Sequence[Operation]:
        return [each for each in self.rows.values() if each.new.command_id == command_id]

    @property
    def last(self) -> Operation:
        return self.rows[len(self.rows)]

    def begin(self, number: int) -> None:
        self.rows[number] = replace(self.rows[number], attempts=self.rows[number].attempts + 1)

    def done(self, number: int | None = None) -> None:
        number = number or len(self.rows)
        self.begin(number)
        self.end(number, OpState.DONE, None, present_after(self.rows[number].new))

    def end(self, number: int, state: OpState, code: str | None, present: Present | None = None) -> None:
        outcome = Outcome(state=state, at=self.clock.now(), code=code, present=present)
        self.rows[number] = replace(self.rows[number], outcome=outcome)
        self.changed()
        self._told.set()
        self._told = asyncio.Event()


def present_after(new: NewOperation) -> Present | None:
    """The item as the server would have it then."""
    if new.kind is Kind.CREATE and new.booking is not None:
        name, start, end = f"made-{new.key}", new.booking.start, new.booking.end
    elif new.kind is Kind.SET_END and new.target is not None and new.end is not None:
        name, start, end = str(new.target.item_id), new.target.start, new.end
    else:
        return None
    return Present(item_id=ItemId(name), change_key=ChangeKey("2"), uid=f"uid-{name}", start=start, end=end)


class FakeAttends:
    """`agent.control.parts.Attends`: says what a test tells it, and remembers what it was told."""

    def __init__(self) -> None:
        self.asks = False
        self.came: dict[str, bool] = {}
        self.releases: dict[str, datetime] = {}
        self.heard: list[tuple[str, str]] = []

    def checked_in(self, meeting_id: str) -> bool | None:
        return self.came.get(meeting_id, False) if self.asks else None

    def release_at(self, slot: Slot, now: datetime) -> datetime | None:
        at = self.releases.get(slot.id)
        return at if at is not None and now < at else None

    async def check_in(self, slot: Slot, actor: str, command_id: str) -> None:
        del command_id
        self.came[slot.id] = True
        self.heard.append((f"check_in by {actor}", slot.id))

    def seen(self, slots: Collection[Slot], evidence: str) -> None:
        self.heard += [(evidence, slot.id) for slot in slots]

    async def kept(self, meeting_id: str) -> None:
        self.heard.append(("kept", meeting_id))
