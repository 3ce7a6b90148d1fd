"""What is released, and when: with a clock that the test moves and a disk it may break."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog

from agent.control.policy import ControlPolicy
from agent.errors import CommandError, RoomAgentError, StoreError
from agent.model.control import CHECK_IN, JOINED, TOUCH, Attendance
from agent.state.agenda import Slot
from tests.agent.control.attended_room import LAPTOP, Box, World, meeting, new_world
from tests.builders import at
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


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
