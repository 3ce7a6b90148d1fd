"""Evidence that lasts, and releases that happen once: with a clock that the test moves and a disk it may break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import structlog

from agent.control.policy import ControlPolicy
from agent.control.releasing import Attendances
from agent.errors import CommandError, RoomAgentError, StoreError
from agent.model.control import BOOKED, CALL, CHECK_IN, INPUT, JOINED, TOUCH, Attendance
from agent.model.event import Occurrence, OccurrenceKey
from agent.state.agenda import Slot, slots
from agent.state.display import DisplayFacts
from agent.store.audit import AuditLog
from agent.wire import Input
from tests.builders import at, occurrence, stored
from tests.fakes.attendance import FakeAttendance
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio
ZONE = ZoneInfo("America/Los_Angeles")
TEN = ControlPolicy(release_after=timedelta(minutes=10))
QUIET = DisplayFacts(present=True)
LAPTOP = replace(QUIET, inputs=(Input(name="hdmi", label="", kind="hdmi", state="live", showing=True),))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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


@pytest.fixture
def world(tmp_path: Path) -> World:
    clock = FakeClock(at(8, 59))
    return World(clock, AuditLog(tmp_path / "audit.jsonl", clock))


@asynccontextmanager
async def running(box: Box) -> AsyncIterator[None]:
    task = asyncio.create_task(box.part.run())
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def happens(predicate: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not predicate():  # noqa: ASYNC110
            await asyncio.sleep(0)


# --- the release -----------------------------------------------------------------------------------------------------


async def test_a_meeting_nobody_came_to_is_asked_about_and_then_released_once(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 4))
    assert (box.release_at, box.part.checked_in("m"), world.turns) == (None, None, 0)
    await box.until(at(9, 5))
    assert (box.release_at, box.part.checked_in("m"), world.turns) == (at(9, 10), False, 1)
    await box.until(at(9, 9))
    assert (world.asked, world.turns) == ([], 1)
    await box.until(at(9, 10))
    assert world.asked == [("m", 1)]
    await box.until(at(10))
    assert (world.asked, len(world.store.puts)) == ([("m", 1)], 1)
    assert world.store.rows["m"] == Attendance(meeting_id="m", uid="uid-m", start=at(9), released=at(9, 10))


async def test_a_meeting_that_is_over_is_not_going_to_be_released(world: World) -> None:
    world.calendar = [meeting(end=at(9, 12))]
    box = Box(world)
    await box.until(at(9, 6))
    slot = world.slot()
    assert box.part.release_at(slot, at(9, 12) - timedelta(seconds=1)) == at(9, 10)
    assert box.part.release_at(slot, at(9, 12)) is None


async def test_one_that_still_runs_after_its_release_is_not_released_twice(world: World) -> None:
    world.cuts = False
    box = Box(world)
    await box.until(at(9, 11))
    assert box.release_at is None
    await box.until(at(10))
    assert world.asked == [("m", 1)]


async def test_where_it_is_off_nobody_is_asked_and_nothing_is_noted(world: World) -> None:
    box = Box(world, ControlPolicy())
    world.facts = LAPTOP
    await box.until(at(9, 30))
    box.part.came(TOUCH)
    assert (box.part.asks, box.part.checked_in("m"), box.release_at) == (False, None, None)
    assert (world.asked, world.store.puts, world.turns) == ([], [], 0)


async def test_where_people_only_check_in_everybody_is_asked_and_nothing_is_released(world: World) -> None:
    box = Box(world, ControlPolicy(check_in=True))
    await box.until(at(9, 30))
    assert (box.part.asks, box.part.checked_in("m"), box.release_at, world.asked) == (True, False, None, [])
    await box.part.check_in(world.slot(), "screen", "c-1")
    assert box.part.checked_in("m") is True


@pytest.mark.parametrize("reason", ["stale", "unwatched", "pending", "unread"])
async def test_what_holds_a_release_takes_the_prompt_away_and_it_then_comes_up_for_two_minutes(
    world: World, reason: str
) -> None:
    def holds(held: bool) -> None:
        world.stale = held and reason == "stale"
        world.watched = not (held and reason == "unwatched")
        world.pending = {"m"} if held and reason == "pending" else set()
        world.store.broken = held and reason == "unread"

    box = Box(world)
    if reason != "unread":
        await box.until(at(9, 8))
    holds(True)
    await box.until(at(9, 20))
    assert (box.release_at, world.asked) == (None, [])
    holds(False)
    await box.until(at(9, 21))
    assert box.release_at == at(9, 22) + timedelta(seconds=1)
    await box.until(at(9, 22))
    assert world.asked == []
    await box.until(at(9, 22) + timedelta(seconds=1))
    assert world.asked == [("m", 1)]


async def test_a_clock_that_is_set_forward_releases_nothing_whose_prompt_nobody_saw(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 1))
    world.clock.set(at(9, 30))
    await box.part.look()
    assert (world.asked, box.release_at) == ([], at(9, 32))
    world.clock.set(at(9, 50))
    await box.part.look()
    assert (world.asked, box.release_at) == ([], at(9, 52))
    await box.until(at(9, 51) + timedelta(seconds=59))
    assert world.asked == []
    await box.until(at(9, 52))
    assert world.asked == [("m", 1)]


async def test_a_clock_that_is_set_back_takes_the_prompt_away(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 9))
    world.clock.set(at(9, 1))
    await box.part.look()
    assert (world.asked, box.release_at) == ([], None)
    await box.until(at(9, 10))
    assert world.asked == [("m", 1)]


async def test_a_meeting_that_is_moved_while_the_screen_asks_is_another_question(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 9))
    world.calendar = [meeting(start=at(9, 3))]
    seen = [box.release_at]
    await box.until(at(9, 10))
    assert [*seen, box.release_at] == [None, at(9, 13)]
    assert world.asked == []
    await box.until(at(9, 13))
    assert world.asked == [("m", 1)]


async def test_a_meeting_that_goes_away_takes_its_prompt_with_it(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 6))
    before, world.calendar = world.turns, []
    await box.until(at(9, 15))
    assert (world.asked, world.turns) == ([], before + 1)


async def test_a_series_is_released_one_by_one_and_its_strikes_are_counted_for_sixty_days(world: World) -> None:
    days = (23, 24, 25, 26)
    world.calendar = [meeting(f"m{day}", at(9, day=day), uid="weekly") for day in days]
    world.calendar.append(meeting("single", at(11)))
    world.store.put(
        Attendance(meeting_id="old", uid="weekly", start=at(9) - timedelta(61), released=at(9) - timedelta(61))
    )
    world.store.put(Attendance(meeting_id="recent", uid="weekly", start=at(9, day=1), released=at(9, day=1)))
    box = Box(world)
    for day in days:
        world.clock.advance((at(8, 59, day=day) - world.clock.now()).total_seconds())
        if day == 25:
            await box.until(at(9, 2, day=day))
            box.part.came(TOUCH)
        await box.until(at(11, 15, day=day))
        if day == 24:
            await box.part.kept("m24")
    assert world.asked == [("m23", 2), ("single", 1), ("m24", 3), ("m26", 3)]
    assert world.store.rows["m25"].evidence == TOUCH
    assert "old" not in world.store.rows


@pytest.mark.parametrize(
    "error", [CommandError("meeting.not_running", "it is over", 409), StoreError("store.busy", "")]
)
async def test_a_release_that_is_refused_counts_as_none_and_is_asked_about_anew_after_ten_minutes(
    world: World, error: RoomAgentError
) -> None:
    world.refuses = error
    box = Box(world)
    with structlog.testing.capture_logs() as logged:
        await box.until(at(9, 11))
    assert [(line["event"], line["code"]) for line in logged] == [("release.refused", error.code)]
    assert (world.store.rows["m"].released, box.release_at) == (None, None)
    world.refuses = None
    await box.until(at(9, 20) - timedelta(seconds=1))
    assert (world.asked, box.release_at) == ([], None)
    await box.until(at(9, 20))
    assert box.release_at == at(9, 22)
    await box.until(at(9, 22))
    assert world.asked == [("m", 1)]


async def test_who_checks_in_while_the_release_is_being_written_down_keeps_the_room(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 9) + timedelta(seconds=59))
    put = world.store.put

    def slow(attendance: Attendance) -> None:
        put(attendance)
        if attendance.released is not None and attendance.evidence is None:
            box.part.seen([world.slot()], CHECK_IN)

    world.store.put = slow  # type: ignore[method-assign]
    await box.until(at(9, 20))
    assert world.asked == []
    assert (world.store.rows["m"].released, box.evidence) == (None, CHECK_IN)


# --- after a crash ---------------------------------------------------------------------------------------------------


async def test_a_meeting_that_was_asked_about_before_a_crash_is_asked_about_for_two_whole_minutes_again(
    world: World,
) -> None:
    await Box(world).until(at(9, 9) + timedelta(seconds=50))
    box = Box(world)
    await box.until(at(9, 11) + timedelta(seconds=50))
    assert (world.asked, box.release_at) == ([], at(9, 11) + timedelta(seconds=51))
    await box.until(at(9, 11) + timedelta(seconds=51))
    assert world.asked == [("m", 1)]


@pytest.mark.parametrize(
    "row",
    [
        {"evidence": JOINED, "since": at(9, 1)},
        {"released": at(9, 10)},
        {"released": at(9, 10), "kept": at(9, 11)},
    ],
)
async def test_what_was_settled_before_a_crash_stays_settled(world: World, row: dict[str, datetime]) -> None:
    world.store.rows["m"] = Attendance(meeting_id="m", uid="uid-m", start=at(9), **row)  # type: ignore[arg-type]
    box = Box(world)
    await box.until(at(10))
    assert world.asked == []
    assert world.store.puts == []


async def test_a_release_that_was_taken_back_is_kept_over_a_restart(world: World) -> None:
    world.cuts = False
    await Box(world).until(at(9, 11))
    box = Box(world)
    await box.part.kept("m")
    assert world.store.rows["m"].kept == at(9, 11)
    await Box(world).until(at(10))
    assert world.asked == [("m", 1)]


async def test_nothing_is_known_of_a_meeting_whose_release_nobody_asked_for(world: World) -> None:
    await Box(world).part.kept("strange")
    assert world.store.rows == {}


# --- evidence --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (LAPTOP, INPUT),
        (replace(QUIET, meeting="running"), CALL),
        (replace(LAPTOP, screen="meeting"), CALL),
    ],
)
async def test_what_the_display_shows_of_people_keeps_the_room(
    world: World, facts: DisplayFacts, expected: str
) -> None:
    box = Box(world)
    await box.until(at(9, 9))
    world.facts = facts
    await box.part.look()
    world.facts = QUIET
    assert (box.evidence, box.release_at, box.part.checked_in("m")) == (expected, None, True)
    await box.until(at(10))
    assert (world.asked, len(world.store.puts)) == ([], 1)


async def test_the_first_evidence_stays(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 1))
    box.part.came(JOINED, "m")
    world.facts = LAPTOP
    await box.until(at(9, 3))
    await box.part.check_in(world.slot(), "screen", "c-1")
    assert world.store.rows["m"] == Attendance(
        meeting_id="m", uid="uid-m", start=at(9), evidence=JOINED, since=at(9, 1)
    )


async def test_a_touch_of_the_display_counts_when_it_happened(world: World) -> None:
    world.calendar = [meeting(), meeting("next", at(10))]
    box = Box(world)
    world.clock.set(at(9, 49))
    await box.until(at(9, 50) - timedelta(seconds=10))
    world.facts = replace(QUIET, touched=world.clock.monotonic())
    world.clock.advance(10)
    await box.part.look()
    assert set(world.store.rows) == {"m"}
    world.facts = replace(QUIET, touched=world.clock.monotonic())
    await box.part.look()
    assert {name: row.evidence for name, row in world.store.rows.items()} == {"m": TOUCH, "next": TOUCH}


async def test_a_touch_before_the_meetings_time_says_nothing_and_one_touch_counts_once(world: World) -> None:
    world.clock.set(at(8, 40))
    box = Box(world)
    world.facts = replace(QUIET, touched=world.clock.monotonic())
    await box.until(at(9, 11))
    assert (box.evidence, world.asked) == (None, [("m", 1)])


async def test_a_clock_that_is_set_forward_brings_no_touch_nearer(world: World) -> None:
    world.clock.set(at(8, 40))
    box = Box(world)
    world.facts = replace(QUIET, touched=world.clock.monotonic())
    await box.part.look()
    world.clock.set(at(8, 59))
    await box.part.look()
    assert box.evidence is None


async def test_a_touch_of_the_page_speaks_for_what_runs_or_begins_soon(world: World) -> None:
    world.calendar = [meeting(), meeting("next", at(10)), meeting("late", at(11))]
    box = Box(world)
    await box.until(at(9, 55))
    box.part.came(TOUCH)
    await box.part.look()
    assert set(world.store.rows) - {"late"} == {"m", "next"}
    assert "late" not in world.store.rows


async def test_a_join_speaks_for_the_meeting_that_was_joined_and_for_no_other(world: World) -> None:
    world.calendar = [meeting(), meeting("other", at(9))]
    box = Box(world)
    await box.until(at(9, 1))
    box.part.came(JOINED, "m")
    box.part.came(JOINED, "unknown")
    await box.until(at(9, 10))
    assert world.asked == [("other", 1)]


async def test_what_is_booked_on_the_screen_is_attended_before_it_is_listed(world: World) -> None:
    booked = world.slots(at(9))[0]
    world.calendar = []
    box = Box(world)
    box.part.seen([booked], BOOKED)
    await box.until(at(9, 5))
    assert box.part.checked_in("m") is True
    world.calendar = [meeting()]
    await box.until(at(9, 30))
    assert (box.evidence, world.asked) == (BOOKED, [])


async def test_who_came_at_nine_did_not_come_to_what_was_moved_to_the_afternoon(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 2))
    await box.part.check_in(world.slot(), "screen", "c-1")
    world.calendar = [meeting(start=at(15))]
    await box.until(at(9, 3))
    assert world.store.rows["m"] == Attendance(meeting_id="m", uid="uid-m", start=at(15))
    world.clock.advance((at(14, 59) - world.clock.now()).total_seconds())
    await box.until(at(15, 10))
    assert world.asked == [("m", 1)]


async def test_a_check_in_is_on_disk_and_audited_without_names(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 6))
    turns = world.turns
    await box.part.check_in(world.slot(), "screen", "c-17")
    assert (box.evidence, box.part.checked_in("m"), box.release_at) == (CHECK_IN, True, None)
    assert world.turns == turns + 1
    (entry,) = world.audit.entries(10)
    assert (entry.act, entry.who) == ("room.check_in", "screen")
    assert entry.facts == {"command": "c-17", "meeting": "m", "answer": "done"}


async def test_evidence_of_other_kinds_is_not_audited(world: World) -> None:
    box = Box(world)
    world.facts = LAPTOP
    await box.until(at(9, 6))
    assert (box.evidence, world.audit.entries(10)) == (INPUT, [])


# --- a disk that refuses ---------------------------------------------------------------------------------------------


async def test_who_came_while_the_disk_refused_has_come_and_is_written_down_later(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 6))
    world.store.broken = True
    with structlog.testing.capture_logs() as logged:
        with pytest.raises(StoreError):
            await box.part.check_in(world.slot(), "screen", "c-1")
        await box.until(at(9, 30))
        assert (world.asked, box.part.checked_in("m"), box.evidence) == ([], True, None)
        world.store.broken = False
        await box.until(at(9, 31))
    assert box.evidence == CHECK_IN
    assert [line["event"] for line in logged] == ["attendance.not_written", "attendance.written"]
    assert world.audit.entries(10) == []


async def test_what_was_noted_before_the_disk_could_be_read_is_put_together_with_what_is_on_it(world: World) -> None:
    world.store.rows["m"] = Attendance(
        meeting_id="m", uid="uid-m", start=at(9), evidence=JOINED, since=at(8, 58), released=at(9, 10)
    )
    world.store.broken = True
    world.facts = LAPTOP
    box = Box(world)
    await box.until(at(9, 12))
    await box.part.kept("m")
    world.store.broken = False
    await box.until(at(9, 13))
    assert world.store.rows["m"] == Attendance(
        meeting_id="m", uid="uid-m", start=at(9), evidence=JOINED, since=at(8, 58), released=at(9, 10), kept=at(9, 12)
    )


async def test_what_happens_while_a_row_is_written_is_written_after_it(world: World) -> None:
    world.cuts = False
    box = Box(world)
    await box.until(at(9, 11))
    put = world.store.put

    def slow(attendance: Attendance) -> None:
        box.part.came(TOUCH, "m")
        put(attendance)

    world.store.put = slow  # type: ignore[method-assign]
    await box.part.kept("m")
    await box.part.look()
    found = world.store.rows["m"]
    assert (found.released, found.kept, found.evidence) == (at(9, 10), at(9, 11), TOUCH)


async def test_who_checks_in_before_the_first_look_takes_nothing_off_the_disk(world: World) -> None:
    known = Attendance(meeting_id="m", uid="uid-m", start=at(9), released=at(9, 10), kept=at(9, 11))
    world.store.rows["m"] = known
    world.clock.set(at(9, 12))
    await Box(world).part.check_in(world.slot(), "screen", "c-1")
    assert world.store.rows["m"] == replace(known, evidence=CHECK_IN, since=at(9, 12))


async def test_a_release_that_cannot_be_written_down_is_not_asked_for(world: World) -> None:
    box = Box(world)
    await box.until(at(9, 6))
    world.store.broken = True
    await box.until(at(9, 30))
    assert world.asked == []
    world.store.broken = False
    await box.until(at(9, 35))
    assert world.asked == [("m", 1)]


# --- the task --------------------------------------------------------------------------------------------------------


async def test_the_task_looks_once_a_second_and_outlives_a_database_that_cannot_be_read(world: World) -> None:
    looks: list[datetime] = []
    broken = False

    def listed(now: datetime) -> list[Slot]:
        looks.append(now)
        if broken:
            raise StoreError("store.unavailable", "gone")
        return World.slots(world, now)

    world.slots = listed  # type: ignore[method-assign]
    world.clock = FakeClock(at(9, 6))
    box = Box(world)
    async with running(box):
        await happens(lambda: box.part.release_at(World.slot(world), at(9, 6)) is not None)
        broken = True
        for second in range(1, 5):
            await _advanced(world, looks, second)
        await happens(lambda: world.turns == 2)
        broken = False
        await _advanced(world, looks, 5)
        await happens(lambda: world.turns == 3)
    assert world.asked == []


async def _advanced(world: World, looks: list[datetime], second: int) -> None:
    """A second later, once the task waits for it."""
    async with asyncio.timeout(5):
        while looks[-1] < at(9, 6) + timedelta(seconds=second):
            if looks[-1] == world.clock.now() and world.clock.now() < at(9, 6) + timedelta(seconds=second):
                await asyncio.sleep(0.01)
                world.clock.advance(1)
            await asyncio.sleep(0)


async def test_where_it_is_off_the_task_asks_nothing_of_anybody(world: World) -> None:
    world.store.broken = True
    box = Box(world, ControlPolicy())
    async with running(box):
        for _ in range(3):
            await asyncio.sleep(0)
            world.clock.advance(1)
    assert world.turns == 0
