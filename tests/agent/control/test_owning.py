"""Two boxes on one mailbox, with marks in memory and time that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

import pytest

from agent.control.owning import EVERY_S, FIRST_S, Owning
from agent.errors import AccessDenied, SourceUnavailable
from agent.model.event import ItemId
from agent.model.owner import OwnerMark
from tests.fakes.clock import FakeClock
from tests.loops import in_loop

ME, OTHER = "0123456789abcdef", "fedcba9876543210"


class Marks:
    """`agent.ports.OwnerMarks` in memory."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.there: list[OwnerMark] = []
        self.trouble: Exception | None = None
        self.read_only = False
        self.looks = 0
        self.hidden = self.answer_lost = False
        self._made = 0

    def marks(self) -> Sequence[OwnerMark]:
        self.looks += 1
        if self.trouble is not None:
            raise self.trouble
        return [] if self.hidden else list(self.there)

    def put(self, owner: str, host: str) -> None:
        if self.read_only:
            raise AccessDenied("calendar.access_denied", "no")
        self._made += 1
        self.there.append(OwnerMark(ItemId(f"mark {self._made}"), owner, host, self._clock.now()))
        if self.answer_lost:
            self.answer_lost = False
            raise SourceUnavailable("calendar.timeout", "nobody answered")

    def remove(self, marks: Sequence[OwnerMark]) -> None:
        assert len(set(marks)) == len(marks)
        self.there = [mark for mark in self.there if mark not in marks]

    def close(self) -> None:
        """Nothing to close."""


class Boxes:
    """Boxes that run in this test's event loop."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.marks = Marks(self.clock)
        self.turns = 0
        self.code: str | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, owner: str = ME, *, host: str = "here", writes: bool = True, measured: bool = True) -> Owning:
        owning = Owning(
            self.marks,
            owner=owner,
            host=host,
            writes=writes,
            clock=self.clock,
            may_try=lambda: self.code,
            turned=self._turned,
            chance=Random(1),
            server_now=lambda: self.clock.now() if measured else None,
            sleep=self.clock.sleep,
        )
        self._tasks.append(asyncio.create_task(owning.run()))
        return owning

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def after(self, seconds: float) -> None:
        """Let time pass in steps, and all that follows from it."""
        for _ in range(int(seconds // 30) + 1):
            await self._settle()
            self.clock.advance(30)
        await self._settle()

    @staticmethod
    async def _settle() -> None:
        for _ in range(20):
            await asyncio.sleep(0.0005)

    def _turned(self) -> None:
        self.turns += 1


@in_loop
async def test_two_boxes_notice_each_other_and_that_one_is_gone() -> None:
    boxes = Boxes()
    first = boxes.start(ME, host="here")
    assert first.looked is False
    await boxes.after(70)
    assert (first.looked, first.second) == (True, None)

    second = boxes.start(OTHER, host="there")
    await boxes.after(2 * FIRST_S + EVERY_S)

    assert first.second is not None
    assert second.second is not None
    assert (first.second.host, second.second.host) == ("there", "here")
    await boxes.stop()


@in_loop
async def test_what_is_told_is_looked_at_at_once() -> None:
    boxes = Boxes()
    first = boxes.start(ME)
    await boxes.after(70)
    boxes.marks.put(OTHER, "there")

    first.nudge()
    await boxes.after(0)

    assert first.second is not None
    await boxes.stop()


@in_loop
async def test_a_box_that_is_told_much_looks_seldom() -> None:
    boxes = Boxes()
    first = boxes.start(ME)
    await boxes.after(70)
    looks = boxes.marks.looks
    for _ in range(20):
        first.nudge()
        await asyncio.sleep(0)
        boxes.clock.advance(1)
        await asyncio.sleep(0.002)

    assert 1 <= boxes.marks.looks - looks <= 5
    await boxes.stop()


@in_loop
async def test_a_box_that_went_away_is_forgotten() -> None:
    boxes = Boxes()
    boxes.marks.put(OTHER, "there")
    first = boxes.start()
    await boxes.after(70)
    assert first.second is not None

    await boxes.after(20 * 60)

    assert first.second is None
    await boxes.stop()


@in_loop
async def test_one_mark_for_each_box_is_left_however_long_it_runs() -> None:
    boxes = Boxes()
    boxes.start(ME)
    boxes.start(OTHER, host="there")

    await boxes.after(40 * 60)

    assert sorted(mark.owner for mark in boxes.marks.there) == [ME, OTHER]
    await boxes.stop()


@pytest.mark.parametrize("off_s", [0, 3 * 86_400])
@in_loop
async def test_the_mark_of_the_last_run_is_replaced_and_no_second_owner(off_s: float) -> None:
    boxes = Boxes()
    boxes.marks.put(ME, "here")
    boxes.clock.advance(off_s)

    owning = boxes.start()
    await boxes.after(120)

    assert owning.second is None
    assert len(boxes.marks.there) == 1
    await boxes.stop()


@in_loop
async def test_where_nothing_may_be_written_it_looks_and_says_so() -> None:
    boxes = Boxes()
    boxes.marks.put(OTHER, "there")
    boxes.marks.read_only = True

    owning = boxes.start()
    await boxes.after(70)

    assert owning.denied is True
    assert owning.second is not None
    assert [mark.owner for mark in boxes.marks.there] == [OTHER]
    await boxes.stop()


@in_loop
async def test_a_right_that_arrives_is_noticed() -> None:
    boxes = Boxes()
    boxes.marks.read_only = True
    owning = boxes.start()
    await boxes.after(70)
    boxes.marks.read_only = False

    await boxes.after(17 * 60)

    assert owning.denied is False
    await boxes.stop()


@in_loop
async def test_a_box_that_may_write_nothing_by_its_configuration_only_looks() -> None:
    boxes = Boxes()
    owning = boxes.start(writes=False)

    await boxes.after(120)

    assert boxes.marks.there == []
    assert owning.denied is None
    await boxes.stop()


@pytest.mark.parametrize("code", ["calendar.sign_in_failed", "calendar.unreachable"])
@in_loop
async def test_while_the_account_rests_nothing_is_asked(code: str) -> None:
    boxes = Boxes()
    boxes.code = code
    boxes.start()

    await boxes.after(120)

    assert boxes.marks.there == []
    await boxes.stop()


@in_loop
async def test_an_outage_changes_nothing() -> None:
    boxes = Boxes()
    boxes.marks.put(OTHER, "there")
    owning = boxes.start()
    await boxes.after(70)
    known = owning.second

    boxes.marks.trouble = SourceUnavailable("calendar.unreachable", "down")
    await boxes.after(300)

    assert owning.second == known
    await boxes.stop()


@in_loop
async def test_a_mark_whose_answer_was_lost_is_no_second_owner() -> None:
    boxes = Boxes()
    owning = boxes.start()
    await boxes.after(60)
    seconds = []

    boxes.marks.answer_lost = True
    for _ in range(9):
        await boxes.after(60)
        seconds.append(owning.second)

    assert not boxes.marks.answer_lost
    assert seconds == [None] * 9
    assert len(boxes.marks.there) == 1
    await boxes.stop()


@in_loop
async def test_a_mark_that_is_seen_late_is_no_second_owner() -> None:
    boxes = Boxes()
    boxes.marks.hidden = True
    owning = boxes.start()
    await boxes.after(60)

    boxes.marks.hidden = False
    await boxes.after(180)

    assert owning.second is None
    await boxes.stop()


@in_loop
async def test_marks_that_nobody_finds_again_do_not_pile_up() -> None:
    boxes = Boxes()
    boxes.marks.hidden = True
    boxes.start()

    await boxes.after(25 * 60)

    assert len(boxes.marks.there) == 3
    await boxes.stop()


@pytest.mark.parametrize("measured", [True, False])
@in_loop
async def test_what_a_box_of_years_ago_has_left_is_no_second_owner_for_one_that_may_not_write(measured: bool) -> None:
    """Where the server's time is not known, what is there counts until it is."""
    boxes = Boxes()
    boxes.marks.put(OTHER, "there")
    boxes.clock.advance(86_400 * 400)
    owning = boxes.start(writes=False, measured=measured)

    await boxes.after(120)

    assert (owning.second is None) is measured
    await boxes.stop()


@in_loop
async def test_of_a_box_and_a_copy_of_its_disk_both_say_so_within_minutes() -> None:
    boxes = Boxes()
    first = boxes.start(ME)
    await boxes.after(60)
    twin = boxes.start(ME)

    await boxes.after(FIRST_S + 4 * EVERY_S)

    assert first.second is not None
    assert twin.second is not None
    await boxes.stop()


@in_loop
async def test_marks_that_nobody_foresaw_stop_nothing() -> None:
    boxes = Boxes()
    boxes.marks.put(OTHER, "there")
    boxes.marks.trouble = KeyError("a stranger's text")
    owning = boxes.start()
    await boxes.after(60)

    boxes.marks.trouble = None
    await boxes.after(180)

    assert owning.second is not None
    await boxes.stop()
