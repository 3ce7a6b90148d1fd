"""What the history notes, and how rarely it writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from agent import wire
from agent.errors import SourceUnavailable, StoreError
from agent.model.history import DONE, PENDING, InputSpan, JoinPress, Outage, Past, Previous, Quarter, Start
from agent.model.sync import SourceHealth
from agent.state.history import AGAIN_S, WRITE_EVERY_S, History
from agent.state.starts import Run
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from agent.sync.report import PullReport
from tests.builders import MORNING
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio
ROOM = "sjroom@contoso.example"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Disk:
    """The store's history, counting what is asked of it; refuses with `fails`."""

    def __init__(self, store: SqliteCalendarStore) -> None:
        self._history = store.history
        self.writes: list[Past] = []
        self.fails: Exception | None = None

    def write(self, past: Past, now: datetime) -> None:
        if self.fails is not None:
            raise self.fails
        self._history.write(past, now)
        self.writes.append(past)

    def read(self, since: datetime, until: datetime) -> Past:
        if self.fails is not None:
            raise self.fails
        return self._history.read(since, until)

    def end_spans(self, now: datetime) -> None:
        self._history.end_spans(now)


class Box:
    """A state directory, and a process on it that may start again."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.clock = FakeClock(MORNING)
        self.start()

    def start(self, previous: Previous | None = None) -> None:
        self.store = open_store(self.state, ROOM)
        self.disk = Disk(self.store)
        self.history = History(self.disk, self.store, self.clock, self.clock.sleep)
        self.history.began(Run(self.clock.now(), previous))

    async def past(self) -> Past:
        return await self.history.past(MORNING - timedelta(days=1), self.clock.now() + timedelta(days=1))


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@asynccontextmanager
async def running(box: Box) -> AsyncIterator[None]:
    task = asyncio.create_task(box.history.run())
    await until(lambda: bool(box.disk.writes) or box.disk.fails is not None)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        box.store.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  bounded wait for a thread
            await asyncio.sleep(0.001)


def failing(code: str, since: datetime = MORNING) -> SourceHealth:
    return SourceHealth(code=code, since=since)


def report(**changes: object) -> PullReport:
    return PullReport(**({"ok": True, "started": MORNING, "duration_s": 0.25} | changes))  # type: ignore[arg-type]


async def test_an_outage_begins_when_it_first_failed_and_ends_with_the_first_success(box: Box) -> None:
    box.history.calendar(SourceHealth())
    box.history.calendar(failing("calendar.timeout"))
    box.clock.advance(60)
    box.history.calendar(failing("calendar.timeout"))
    box.history.calendar(failing("calendar.throttled", box.clock.now()))
    box.clock.advance(60)
    box.history.calendar(SourceHealth())

    first, second, third = (MORNING + timedelta(seconds=each) for each in (0, 60, 120))
    assert (await box.past()).outages == (
        Outage(first, second, "calendar.timeout"),
        Outage(second, third, "calendar.throttled"),
    )


async def test_reads_are_counted_by_the_quarter_of_an_hour(box: Box) -> None:
    box.history.round(report(added=2, changed=1, removed=1))
    box.history.round(report(ok=False, error=SourceUnavailable("calendar.timeout", "late"), duration_s=30.0))
    box.history.round(report(ok=False, attempted=False, error=SourceUnavailable("calendar.timeout", "late")))
    box.clock.advance(15 * 60)
    box.history.round(report())

    later = MORNING + timedelta(minutes=15)
    assert (await box.past()).quarters == (
        Quarter(MORNING, ok=1, failed=1, changes=4, slowest_s=30.0),
        Quarter(later, ok=1, failed=0, changes=0, slowest_s=0.25),
    )


async def test_a_join_is_one_line_however_often_its_outcome_is_told(box: Box) -> None:
    box.history.joined("id1", "zoom", PENDING)
    box.clock.advance(5)
    box.history.joined("id1", "zoom", DONE)

    assert (await box.past()).joins == (JoinPress("id1", MORNING, "zoom", DONE),)


async def test_inputs_are_spans_and_end_when_the_display_goes(box: Box) -> None:
    live = wire.Input(name="hdmi", label="HDMI", kind="hdmi", state="live", showing=False)
    box.history.inputs([live])
    box.clock.advance(60)
    box.history.inputs([live])
    box.history.inputs([])

    assert (await box.past()).inputs == (InputSpan("hdmi", MORNING, MORNING + timedelta(seconds=60), "live"),)


async def test_polls_alone_write_once_a_quarter_of_an_hour(box: Box) -> None:
    async with running(box):
        box.disk.writes.clear()  # the start
        for _ in range(4 * 15):
            box.history.round(report())
            box.history.calendar(SourceHealth(as_of=box.clock.now()))
            box.clock.advance(60)
            await asyncio.sleep(0)
        box.history.round(report())
        async with asyncio.timeout(5):
            while sum(len(past.quarters) for past in box.disk.writes) < 4:
                box.clock.advance(WRITE_EVERY_S)
                await asyncio.sleep(0.001)

        assert len(box.disk.writes) <= 5


async def test_a_line_that_fails_and_heals_all_the_time_is_written_once_a_minute(box: Box) -> None:
    async with running(box):
        box.disk.writes.clear()
        for second in range(10):
            box.history.calendar(failing("calendar.timeout", box.clock.now()))
            box.clock.advance(1)
            box.history.calendar(SourceHealth())
            await asyncio.sleep(0)
            assert not box.disk.writes, second
        box.clock.advance(WRITE_EVERY_S)
        await until(lambda: bool(box.disk.writes))

        assert len(box.disk.writes) == 1
        assert len(box.disk.writes[0].outages) == 10


@pytest.mark.parametrize("error", [StoreError("store.full", "full"), ValueError("a defect of ours")])
async def test_a_disk_that_refuses_is_tried_again_and_nothing_is_lost(box: Box, error: Exception) -> None:
    box.disk.fails = error
    async with running(box):
        box.history.joined("id1", "zoom", DONE)
        await asyncio.sleep(0)
        box.disk.fails = None
        async with asyncio.timeout(5):
            while not box.disk.writes:
                box.clock.advance(AGAIN_S)
                box.history.joined("id2", "zoom", DONE)
                await asyncio.sleep(0.001)

        found = box.store.history.read(MORNING - timedelta(days=1), box.clock.now() + timedelta(days=1))
        assert {each.id for each in found.joins} >= {"id1"}
        assert len(found.starts) == 1


async def test_a_disk_that_cannot_be_read_leaves_what_this_process_knows(box: Box) -> None:
    box.disk.fails = StoreError("store.damaged", "damaged")
    box.history.joined("id1", "zoom", DONE)

    assert [each.id for each in (await box.past()).joins] == ["id1"]


async def test_at_its_end_everything_is_written_and_what_goes_on_is_ended(box: Box) -> None:
    async with running(box):
        box.history.round(report())
        box.history.calendar(failing("calendar.timeout"))
        box.clock.advance(30)
    box.start()

    past = await box.past()
    assert past.outages == (Outage(MORNING, MORNING + timedelta(seconds=30), "calendar.timeout"),)
    assert past.quarters[0].ok == 1


async def test_a_quarter_goes_on_over_a_restart(box: Box) -> None:
    async with running(box):
        box.history.round(report(duration_s=3.0))
    box.clock.advance(60)
    box.start()
    async with running(box):
        box.history.round(report())
        await until(lambda: box.history._quarter.ok == 2)

        assert (await box.past()).quarters == (Quarter(MORNING, ok=2, slowest_s=3.0),)


async def test_starts_are_told_apart_and_counted_over_restarts(box: Box) -> None:
    ends: list[Previous | None] = [None, Previous.CRASH, Previous.POWER_CUT, None]
    async with running(box):
        pass
    for end in ends:
        box.clock.advance(3600)
        box.start(end)
        async with running(box):
            past = await box.past()

    assert [each.previous for each in past.starts] == [
        Previous.FIRST, Previous.CLEAN, Previous.CRASH, Previous.POWER_CUT, Previous.CLEAN
    ]  # fmt: skip
    assert past.starts[0] == Start(MORNING, Previous.FIRST)
    assert box.history.boots == {"clean": 2, "crash": 1, "power_cut": 1, "first": 1}


async def test_another_configuration_of_the_same_process_is_no_start(box: Box) -> None:
    run = Run(MORNING)
    for _ in range(2):
        history = History(box.disk, box.store, box.clock)
        history.began(run)

    assert history.boots["clean"] == 1


@pytest.mark.parametrize("kept", ["junk", "[]", '{"clean": "x"}', '{"clean": -1}', "null"])
async def test_a_count_that_cannot_be_read_begins_anew(box: Box, kept: str) -> None:
    box.store.set_note("history.starts", kept)
    history = History(box.disk, box.store, box.clock)
    history.began(Run(MORNING, Previous.CRASH))

    assert history.boots == {"clean": 0, "crash": 1, "power_cut": 0, "first": 0}
