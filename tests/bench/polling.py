"""What a poll costs the server, against a naive poll: a full view and every body, each time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.demo.day import fill
from agent.demo.server import DemoServer
from agent.meetings.extract import EXTRACTOR_VERSION, Extractor
from agent.ports import CalendarSource, CalendarStore, Clock
from agent.sources import open_source
from agent.sources.ews.settings import Auth, EwsSettings
from agent.store.opening import open_store
from agent.sync.keep import scope_of
from agent.sync.pull import Puller
from agent.sync.window import room_window
from agent.system.clock import SystemClock
from tests.bench.figures import Figure
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, make_world

EVENTS = 500


class Bytes:
    """Counts what goes over the wire, both ways, without HTTP headers."""

    def __init__(self) -> None:
        self.total = 0

    def __call__(self, request: bytes, answer: bytes) -> None:
        self.total += len(request) + len(answer)

    def taken(self) -> int:
        """The bytes since the last time."""
        total, self.total = self.total, 0
        return total


@contextmanager
def exchange(clock: Clock, wire: Bytes | None = None) -> Iterator[DemoServer]:
    """A demo Exchange with EVENTS meetings in the window."""
    world = make_world(FakeClock(clock.now()))
    window = room_window(clock.now(), ZoneInfo("UTC"), days_behind=1, days_ahead=14)
    fill(world, ROOM, EVENTS, window)
    with DemoServer(world, observe=wire) as server:
        yield server


def room_puller(source: CalendarSource, store: CalendarStore, clock: Clock) -> Puller:
    """As the agent's own, for a room in UTC."""
    zone = ZoneInfo("UTC")
    return Puller(
        source,
        store,
        Extractor(),
        clock,
        scope=scope_of(ROOM, "ews", EXTRACTOR_VERSION, private_join=True),
        window=lambda now: room_window(now, zone, days_behind=1, days_ahead=14),
    )


def figures() -> list[Figure]:
    clock = SystemClock()
    wire = Bytes()
    with exchange(clock, wire) as server, tempfile.TemporaryDirectory() as directory:
        store = open_store(Path(directory), ROOM)
        settings = EwsSettings(
            mailbox=ROOM, endpoint=server.http_url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD
        )
        source = open_source(settings, clock)
        puller = room_puller(source, store, clock)
        try:
            return _measure(server, puller, wire)
        finally:
            source.close()
            store.close()


def _measure(server: DemoServer, puller: Puller, wire: Bytes) -> list[Figure]:
    calls = server.requests
    first = puller.pull()
    assert first.ok, first.error
    naive_requests, naive_bytes = len(calls.records()), wire.taken()
    calls.clear()
    assert puller.pull().ok  # walks the folder, once
    wire.taken()
    calls.clear()
    idle = puller.pull()
    idle_records = list(calls.records())
    idle_bytes = wire.taken()
    calls.clear()
    calendar = server.world.calendar(ROOM)
    some = calendar.items()[EVENTS // 2]
    calendar.revise(some.item_id, lambda booking: replace(booking, end=booking.end + timedelta(minutes=5)))
    changed = puller.pull()
    reads = calls.records("GetItem")
    return [
        Figure(f"cold read of {EVENTS} meetings", f"{first.duration_s:.2f} s, {first.requests} requests", ""),
        Figure("unchanged poll: GetItem calls", str(sum(r.operation == "GetItem" for r in idle_records)), "0"),
        Figure("unchanged poll: requests", f"{idle.requests} ({idle.requests / naive_requests:.3f} of naive)", "1"),
        Figure("unchanged poll: bytes of naive", f"{idle_bytes / naive_bytes:.3f}", "as small as possible"),
        Figure("unchanged poll: time of cold read", f"{idle.duration_s / first.duration_s:.3f}", ""),
        Figure("one change: GetItem calls, items", f"{len(reads)}, {sum(r.items for r in reads)}", "1, 1"),
        Figure("one change: requests", str(changed.requests), "≤ 4"),
    ]
