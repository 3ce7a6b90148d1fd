"""Revisions: what makes them grow, and that they never fall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from agent import wire
from agent.errors import StoreError
from agent.model.sync import SourceHealth
from agent.ports import StoredEntry
from agent.state.hub import REVISION, Hub, Repair, last_revision
from agent.state.project import Inputs, Projection, project
from tests.builders import MORNING, at, occurrence, policy, stored
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Screen:
    """A hub over scripted entries, and the clock it lives by."""

    def __init__(self, store: MemoryStore, *entries: StoredEntry, **more: Any) -> None:
        self.clock = FakeClock(MORNING)
        self.entries: Sequence[StoredEntry] = entries
        self.hub = Hub(store, self.clock, self._make, **more)

    def _make(self, now: datetime) -> Projection:
        health = SourceHealth(as_of=MORNING, contact_since_start=True)
        return project(Inputs(policy=policy(), entries=self.entries, health=health), now)

    async def shows(self, revision: int) -> None:
        async with asyncio.timeout(5):
            async for state in self.hub.states():
                if state is not None and state.revision == revision:
                    return


@asynccontextmanager
async def running(screen: Screen) -> AsyncIterator[Hub]:
    task = asyncio.create_task(screen.hub.run())
    try:
        async for _ in screen.hub.states():
            break
        yield screen.hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_now_is_that_of_the_question_and_no_new_revision() -> None:
    screen = Screen(MemoryStore())
    async with running(screen) as hub:
        first = hub.state
        screen.clock.advance(7)
        second = hub.state
    assert (first.now, second.now) == ("2026-11-23T17:00:00Z", "2026-11-23T17:00:07Z")
    assert second.revision == first.revision == 1


async def test_a_phase_that_changes_by_time_alone_is_a_revision_of_its_own() -> None:
    screen = Screen(MemoryStore(), stored(occurrence("m", at(9, 30))))
    async with running(screen) as hub:
        assert hub.state.meetings[0].phase == "later"
        screen.clock.advance(timedelta(minutes=20).total_seconds())
        await screen.shows(2)
        assert hub.state.meetings[0].phase == "soon"


async def test_after_a_restart_the_same_state_has_the_same_revision_and_another_the_next() -> None:
    store = MemoryStore()
    for entries, revision in (((), 1), ((), 1), ((stored(occurrence("m", at(12))),), 2)):
        async with running(Screen(store, *entries)) as hub:
            assert hub.state.revision == revision
    assert last_revision(store) == 2


async def test_a_rebuilt_store_that_forgot_the_revision_does_not_make_it_fall() -> None:
    async with running(Screen(MemoryStore(), rebuilt=True)) as hub:
        assert hub.state.revision > MORNING.timestamp()
    store = MemoryStore()
    store.set_note(REVISION, "41:of another state")
    async with running(Screen(store, rebuilt=True)) as hub:
        assert hub.state.revision == 42


async def test_a_store_that_cannot_be_read_does_not_make_the_revision_fall() -> None:
    class Unreadable(MemoryStore):
        def note(self, key: str) -> str | None:
            raise StoreError("store.unavailable", f"room.db: {key} is gone")

    async with running(Screen(Unreadable())) as hub:
        assert hub.state.revision > MORNING.timestamp()


async def test_a_revision_is_on_disk_before_anybody_sees_it() -> None:
    store = MemoryStore()
    seen: list[bool] = []
    screen = Screen(store, on_publish=lambda state: seen.append(last_revision(store) == state.revision))
    async with running(screen):
        screen.entries = [stored(occurrence("m", at(12)))]
        screen.hub.wake()
        await screen.shows(2)
    assert seen == [True, True]


async def test_a_repair_reaches_whoever_listens_then_and_is_no_new_revision() -> None:
    screen = Screen(MemoryStore())
    async with running(screen) as hub, asyncio.timeout(5):
        early = hub.states()
        assert isinstance(await anext(early), wire.RoomState)
        hub.repair()
        hub.repair()
        assert await anext(early) == Repair(1)
        late = hub.states()
        assert isinstance(await anext(late), wire.RoomState)
        screen.entries = [stored(occurrence("m", at(12)))]
        hub.wake()
        for listener in (early, late):
            state = await anext(listener)
            assert isinstance(state, wire.RoomState)
            assert state.revision == 2
