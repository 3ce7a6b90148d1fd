"""Whatever happens to a box in an hour: nobody who is there loses the room, and nobody loses it twice."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.control.parts import Attends
from agent.errors import CommandError
from agent.model.control import TOUCH
from agent.store.audit import AuditLog
from tests.agent.control.attended_room import LAPTOP, QUIET, Box, World
from tests.builders import at
from tests.fakes.clock import FakeClock

LOOK_S = 10
events = st.one_of(
    st.integers(1, 60).map(lambda looks: ("wait", looks)),
    st.integers(-20, 20).map(lambda minutes: ("step", minutes)),
    st.sampled_from([("touch", 0), ("laptop", 0), ("crash", 0), ("undo", 0)]),
    st.tuples(st.sampled_from(["broken", "stale", "away", "pending", "refused"]), st.integers(0, 1)),
)


class Witness(World):
    """Sees to it that a release was right, by what it saw itself."""

    box: Box
    prompted: float | None = None
    prompts: int = 0

    async def release(self, meeting_id: str, strikes: int) -> None:
        assert self.prompted is not None
        assert self.clock.monotonic() - self.prompted >= 120
        assert self.clock.now() >= at(9, 10)
        assert self.watched
        assert not self.stale
        assert not self.pending
        assert not self.store.broken
        assert self.facts is QUIET
        assert self.box.part.checked_in(meeting_id) is not True
        row = self.store.rows[meeting_id]
        assert (row.evidence, row.kept) == (None, None)
        assert self.asked == []
        await super().release(meeting_id, strikes)

    async def wait(self, looks: int) -> None:
        for _ in range(looks):
            self.clock.advance(LOOK_S)
            await self.box.part.look()
            up = self.box.release_at is not None
            self.prompted = (self.prompted or self.clock.monotonic()) if up else None
            self.prompts += up

    async def happens(self, event: str, number: int) -> None:
        if event == "wait":
            await self.wait(number)
        elif event == "step":
            self.clock.set(self.clock.now() + timedelta(minutes=number))
            self.prompted = None if number else self.prompted
        elif event == "touch":
            self.box.part.came(TOUCH)
        elif event == "crash":
            self.box, self.prompted = Box(self), None
        elif event == "undo":
            await self.box.part.kept("m")
        elif event == "laptop":
            self.facts = replace(LAPTOP)
            await self.wait(1)
            self.facts = QUIET
        self.stale = bool(number) if event == "stale" else self.stale
        self.watched = not number if event == "away" else self.watched
        self.store.broken = bool(number) if event == "broken" else self.store.broken
        self.pending = {"m"} & ({"m"} if number else set()) if event == "pending" else self.pending
        refusal = CommandError("meeting.not_running", "", 409) if number else None
        self.refuses = refusal if event == "refused" else self.refuses


async def live(told: list[tuple[str, int]], folder: Path) -> Witness:
    clock = FakeClock(at(8, 55))
    witness = Witness(clock, AuditLog(folder / "audit.jsonl", clock), cuts=False)
    witness.box = Box(witness)
    attends: Attends = witness.box.part
    assert attends.asks
    for event, number in told:
        await witness.happens(event, number)
    return witness


@settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=25))
def test_whatever_happens_nobody_who_is_there_loses_the_room(told: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        witness = asyncio.run(live(told, Path(folder)))
    assert len(witness.asked) <= 1


def test_a_quiet_life_ends_with_a_release() -> None:
    with tempfile.TemporaryDirectory() as folder:
        witness = asyncio.run(live([("wait", 60), ("crash", 0), ("wait", 60)], Path(folder)))
    assert witness.asked == [("m", 1)]
