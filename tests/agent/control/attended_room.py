"""A room whose meetings people come to or not: what is around the part that releases them, and the part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.control.policy import ControlPolicy
from agent.control.releasing import Attendances
from agent.errors import RoomAgentError
from agent.model.event import Occurrence, OccurrenceKey
from agent.state.agenda import Slot, slots
from agent.state.display import DisplayFacts
from agent.store.audit import AuditLog
from agent.wire import Input
from tests.builders import at, occurrence, stored
from tests.fakes.attendance import FakeAttendance
from tests.fakes.clock import FakeClock

ZONE = ZoneInfo("America/Los_Angeles")
TEN = ControlPolicy(release_after=timedelta(minutes=10))
QUIET = DisplayFacts(present=True)
LAPTOP = replace(QUIET, inputs=(Input(name="hdmi", label="", kind="hdmi", state="live", showing=True),))


def meeting(name: str = "m", start: datetime = at(9), end: datetime | None = None, uid: str = "") -> Occurrence:  # noqa: B008  frozen
    created, key = at(9, day=1), OccurrenceKey(uid or f"uid-{name}", start if uid else None)
    return occurrence(name, start, end or start + timedelta(hours=1), created=created, key=key)


@dataclass
class World:
    """All but the part itself: what outlives a crash, what is true of the room, and whom a release is asked of. One
    that is `released` is cut in the calendar, as room control does it."""

    clock: FakeClock
    audit: AuditLog
    store: FakeAttendance = field(default_factory=FakeAttendance)
    calendar: list[Occurrence] = field(default_factory=lambda: [meeting()])
    watched: bool = True
    stale: bool = False
    pending: set[str] = field(default_factory=set)
    facts: DisplayFacts = QUIET
    refuses: RoomAgentError | None = None
    asked: list[tuple[str, int]] = field(default_factory=list)
    turns: int = 0
    cuts: bool = True

    def slots(self, now: datetime) -> list[Slot]:
        return slots([stored(each) for each in self.calendar], now, ZONE)

    def slot(self, name: str = "m") -> Slot:
        return next(slot for slot in self.slots(self.clock.now()) if slot.id == name)

    async def release(self, meeting_id: str, strikes: int) -> None:
        assert self.store.rows[meeting_id].released == self.clock.now(), "on disk before it is asked for"
        if self.refuses is not None:
            raise self.refuses
        self.asked.append((meeting_id, strikes))
        now = self.clock.now()
        if self.cuts:
            self.calendar = [replace(each, end=now) if _is(each, meeting_id) else each for each in self.calendar]

    def turned(self) -> None:
        self.turns += 1


def _is(each: Occurrence, meeting_id: str) -> bool:
    return str(each.item_id) == f"item-{meeting_id}"


class Box:
    """A process in the world."""

    def __init__(self, world: World, policy: ControlPolicy = TEN) -> None:
        self.world = world
        self.part = Attendances(
            store=world.store,
            releases=lambda: world,
            policy=policy,
            clock=world.clock,
            slots=world.slots,
            watching=lambda: world.watched,
            stale=lambda: world.stale,
            display=lambda: world.facts,
            pending=lambda meeting_id: meeting_id in world.pending,
            turned=world.turned,
            audit=world.audit,
            sleep=world.clock.sleep,
        )

    async def until(self, time: datetime) -> None:
        """Look once a second, as `run` does."""
        while self.world.clock.now() < time:
            self.world.clock.advance(1)
            await self.part.look()

    @property
    def release_at(self) -> datetime | None:
        return self.part.release_at(self.world.slot(), self.world.clock.now())

    @property
    def evidence(self) -> str | None:
        row = self.world.store.rows.get("m")
        return row.evidence if row is not None else None


def new_world(folder: Path) -> World:
    """A minute to nine."""
    clock = FakeClock(at(8, 59))
    return World(clock, AuditLog(folder / "audit.jsonl", clock))
