"""Worker, puller, guard and a SQLite file together, over the end of a process."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from agent.errors import SourceUnavailable
from agent.model.event import ChangeKey, Invitation
from agent.model.join import JoinOutcome
from agent.model.sync import SourceHealth
from agent.ports import StoredEntry
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.schedule import first_wait
from agent.sync.sign_in import SignInGuard
from agent.sync.window import next_midnight, room_window
from agent.sync.worker import SyncWorker
from tests.builders import NOT_ONLINE, at, occurrence
from tests.contracts.calendar_store import WEEK
from tests.fakes.clock import FakeClock
from tests.fakes.source import ScriptedSource

ZONE = ZoneInfo("America/Los_Angeles")


class Extractor:
    version = "1"

    def __call__(self, invitation: Invitation) -> JoinOutcome:  # noqa: ARG002
        return NOT_ONLINE


def one_life(state: Path, source: ScriptedSource, clock: FakeClock) -> tuple[SourceHealth, Sequence[StoredEntry]]:
    """A process with one round: its health and its list at the end."""

    async def live() -> SourceHealth:
        changed = asyncio.Event()
        puller = Puller(
            source,
            store,
            Extractor(),
            clock,
            scope="s",
            window=lambda now: room_window(now, ZONE, days_behind=1, days_ahead=14),
        )
        worker = SyncWorker(
            SignInGuard(puller, store, clock, lambda: "secret", Random(1)),
            clock,
            changed.set,
            midnight=lambda now: next_midnight(now, ZONE),
            as_of=store.as_of(),
            first=first_wait(1000, stored=store.as_of() is not None, spread_s=120, chance=Random(1)),
            chance=Random(1),
            sleep=clock.sleep,
        )
        task = asyncio.create_task(worker.run())
        await asyncio.wait_for(changed.wait(), 10)
        task.cancel()
        await asyncio.wait([task])
        return worker.health()

    store = open_store(state, "room@contoso.example")
    try:
        return asyncio.run(live()), store.entries(WEEK)
    finally:
        store.close()


def test_restart_without_network_shows_the_stored_list_and_when_it_was_read(tmp_path: Path) -> None:
    source, clock = ScriptedSource(occurrence("a", at(9)), occurrence("b", at(10))), FakeClock(at(9))
    health, before = one_life(tmp_path, source, clock)
    assert (health.as_of, health.contact_since_start, len(before)) == (at(9), True, 2)
    clock.advance(3600)
    source.script = [SourceUnavailable("calendar.unreachable", "refused")]
    health, after = one_life(tmp_path, source, clock)
    assert after == before
    assert (health.as_of, health.contact_since_start, health.code) == (at(9), False, "calendar.unreachable")


def test_restart_reads_nothing_twice(tmp_path: Path) -> None:
    source, clock = ScriptedSource(occurrence("a", at(9)), occurrence("b", at(10))), FakeClock(at(9))
    _, before = one_life(tmp_path, source, clock)
    source.put(occurrence("b", at(11), change_key=ChangeKey("2")))
    _, after = one_life(tmp_path, source, clock)
    assert source.asked[-1].token is not None
    assert len(source.asked[-1].known) == 2
    assert [each.meeting_id for each in after] == [each.meeting_id for each in before]
