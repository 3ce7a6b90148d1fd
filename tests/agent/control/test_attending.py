"""Evidence that people came: noted at once, kept over restarts, and lasting longer than a disk that refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from agent.errors import StoreError
from agent.model.control import BOOKED, CALL, CHECK_IN, INPUT, JOINED, TOUCH, Attendance
from agent.state.display import DisplayFacts
from tests.agent.control.attended_room import LAPTOP, QUIET, Box, World, meeting, new_world
from tests.builders import at

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return new_world(tmp_path)


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


async def test_of_the_weeks_that_are_listed_only_what_people_may_come_to_is_looked_at(world: World) -> None:
    world.calendar = [
        meeting(),
        meeting("soon", at(11)),
        *(meeting(f"d{day}", at(9, day=day)) for day in range(24, 30)),
    ]
    asked: list[str] = []
    get = world.store.get

    def counted(meeting_ids: Sequence[str]) -> Mapping[str, Attendance]:
        asked.extend(meeting_ids)
        return get(meeting_ids)

    world.store.get = counted  # type: ignore[method-assign]
    box = Box(world)
    await box.until(at(9) - timedelta(seconds=1))
    assert asked == ["m"]
    await box.until(at(9, 30))
    assert asked == ["m", "soon"]


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
