"""The sync as a whole: a quiet hour, one change, a cold start, and how soon a change arrives."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import httpx

from agent.demo.day import fill
from agent.demo.http.options import Options, StreamTimes
from agent.demo.server import DemoServer
from agent.model.event import ItemId
from agent.model.sync import Window
from agent.sources import open_source, open_stream
from agent.sources.ews.settings import Auth, EwsSettings
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.schedule import SAFETY_S, first_wait
from agent.sync.window import room_window
from agent.system.clock import SystemClock
from agent.wire import instant
from tests.bench.figures import Figure
from tests.bench.polling import Bytes, room_puller
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, make_world
from tests.system.agent_process import AgentProcess, free_port, write_config

IN_WINDOW = 372
MAILBOXES = (500, 5000)
CHANGES = 200
TIMED = 40
UTC_ZONE = ZoneInfo("UTC")


@dataclass
class Office:
    server: DemoServer
    clock: FakeClock
    wire: Bytes
    ids: list[ItemId]

    def spent(self) -> tuple[int, int]:
        """Requests and bytes since the last time."""
        count = len(self.server.requests.records())
        self.server.requests.clear()
        return count, self.wire.taken()

    def lengthen(self, number: int) -> tuple[str, str]:
        """Give a meeting another end; its start and end."""
        calendar, item_id = self.server.world.calendar(ROOM), self.ids[number % len(self.ids)]
        more = timedelta(minutes=1 + number % 7)
        calendar.revise(item_id, lambda booking: replace(booking, end=booking.start + more))
        booking = calendar.item(item_id).booking
        return instant(booking.start), instant(booking.end)


@contextmanager
def office(events: int, times: StreamTimes | None = None) -> Iterator[Office]:
    """A mailbox of so many events, `IN_WINDOW` of them in the window and the others in the year before."""
    clock, wire = FakeClock(SystemClock().now()), Bytes()
    world = make_world(clock)
    window = room_window(clock.now(), UTC_ZONE, days_behind=1, days_ahead=14)
    ids = fill(world, ROOM, IN_WINDOW, window)
    fill(world, ROOM, events - IN_WINDOW, Window(window.start - timedelta(days=366), window.start - timedelta(days=1)))
    with DemoServer(world, observe=wire, options=Options(times=times or StreamTimes())) as server:
        yield Office(server, clock, wire, ids)


def settings(server: DemoServer) -> EwsSettings:
    return EwsSettings(
        mailbox=ROOM, endpoint=server.http_url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD
    )


@contextmanager
def puller(at: Office) -> Iterator[Puller]:
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(Path(directory), ROOM)
        source = open_source(settings(at.server), at.clock)
        try:
            yield room_puller(source, store, at.clock)
        finally:
            source.close()
            store.close()


def figures(directory: Path) -> list[Figure]:
    return [*_quiet_and_change(), *_cold(), *_arrival(directory), *_power_cut()]


def _quiet_and_change() -> list[Figure]:
    found, costs = [], []
    for events in MAILBOXES:
        with office(events, StreamTimes(heartbeat_s=9.0, minute_s=0.02)) as at:
            _read("stock", at.server)
            naive_requests, naive_bytes = at.spent()
            with puller(at) as pulls:
                for _ in range(3):  # the folder is walked after the first round
                    assert pulls.pull().ok
                at.spent()
                _quiet_hour(at, pulls)
                requests, size = at.spent()
                found += [
                    Figure(f"quiet hour, {events} events: requests",
                           f"{requests} ({requests / (60 * naive_requests):.4f} of naive)", "≤ 0.05"),
                    Figure(f"quiet hour, {events} events: bytes of naive",
                           f"{size / (60 * naive_bytes):.5f}", "≤ 0.005"),
                ]  # fmt: skip
                at.lengthen(0)
                report = pulls.pull()
                assert report.changed == 1
                requests, size = at.spent()
                costs.append(size)
                found.append(Figure(f"one change, {events} events: requests", str(requests), "≤ 4"))
    found.append(Figure("one change: bytes at 5,000 of those at 500 events", f"{costs[1] / costs[0]:.2f}", "≤ 1.5"))
    return found


def _quiet_hour(at: Office, pulls: Puller) -> None:
    """What an hour holds: six safety rounds; two ends of a stream, with a round before and one after each connect."""
    stream = open_stream(settings(at.server), SystemClock())
    for _ in range(int(3600 / SAFETY_S)):
        at.clock.advance(SAFETY_S)
        assert pulls.pull().unchanged
    for _ in range(2):
        assert pulls.pull().unchanged
        stream.listen(lambda _: None)
        assert pulls.pull().unchanged
    stream.close()


def _read(which: str, server: DemoServer) -> dict[str, float]:
    """A cold read in a process of its own; see `tests.bench.stock`."""
    arguments = [which, server.http_url, ACCOUNT, PASSWORD, ROOM]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.stock", *arguments], check=True, capture_output=True, text=True
    )
    told: dict[str, float] = json.loads(done.stdout)
    assert told["items"] >= IN_WINDOW * 0.9, told
    return told


def _cold() -> list[Figure]:
    with office(IN_WINDOW) as at:
        runs = [(_read("ours", at.server), _read("stock", at.server)) for _ in range(3)]
    ratios = {
        part: statistics.median(mine[part] for mine, _ in runs) / statistics.median(theirs[part] for _, theirs in runs)
        for part in ("cpu_s", "wall_s")
    }
    name = f"cold sync of {IN_WINDOW} meetings"
    return [
        Figure(f"{name}: CPU of a stock script", f"{ratios['cpu_s']:.2f}", "≤ 0.6"),
        Figure(f"{name}: time of a stock script", f"{ratios['wall_s']:.2f}", "≤ 0.6"),
    ]


def _arrival(directory: Path) -> list[Figure]:
    """From an edit on the server to the event on the screen's stream, agent and front in a process of their own."""
    with office(IN_WINDOW) as at:
        at.server.world.clock = SystemClock()
        port = free_port()
        config = write_config(directory, at.server.http_url, PASSWORD, port, room={"timezone": "UTC"})
        agent = AgentProcess(directory / "arrival", config, port)
        with agent:  # the first start also makes the database
            agent.room(lambda state: len(state["meetings"]) > IN_WINDOW // 2)
            first = rss_mb(agent.process.pid)
        with agent:
            agent.status(lambda status: status["checks"]["calendar:stream"][0]["code"] == "stream.live")
            time.sleep(10)
            before = rss_mb(agent.process.pid)
            times = latencies(at, port)
            after = rss_mb(agent.process.pid)
    times.sort()
    return [
        Figure("change → SSE event, streaming: median", f"{statistics.median(times):.2f} s", "≤ 1 s"),
        Figure("change → SSE event, streaming: p95", f"{times[int(len(times) * 0.95)]:.2f} s", "≤ 2 s"),
        Figure("RSS of run, first start with its migration", f"{first:.0f} MB", ""),
        Figure("RSS of run, streaming", f"{after:.0f} MB", "≤ 130 MB"),
        Figure(f"RSS growth over {CHANGES} changes", f"{after - before:.1f} MB", "≤ 5 MB"),
    ]


def latencies(at: Office, port: int, changes: int = CHANGES, timed: int = TIMED, first: int = 0) -> list[float]:
    """Of changes after quiet; then come changes without pause, which are not timed. `first`: of the meetings to be
    changed, so that another call changes others."""
    ends: dict[str, str] = {}
    news = threading.Condition()

    def read() -> None:
        with httpx.stream("GET", f"http://127.0.0.1:{port}/api/v1/stream", timeout=60) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    with news:
                        ends.update((each["start"], each["end"]) for each in json.loads(line[5:])["meetings"])
                        news.notify_all()

    threading.Thread(target=read, daemon=True).start()
    times, pace = [], Random(7)
    for number in range(changes):
        begun = time.perf_counter()
        start, end = at.lengthen(IN_WINDOW // 2 + (first + number) % 150)
        if number >= timed:
            continue
        with news:
            assert news.wait_for(lambda: ends.get(start) == end, 20), "the change did not arrive"  # noqa: B023
        times.append(time.perf_counter() - begun)
        time.sleep(pace.uniform(6.5, 7.5))
    with news:
        assert news.wait_for(lambda: ends.get(start) == end, 60), "the last change did not arrive"
    return times


def _power_cut() -> list[Figure]:
    chance = Random(1)
    waits = sorted(first_wait(20, stored=True, spread_s=120, chance=chance).poll_s for _ in range(5000))
    busiest = max(sum(begin <= wait < begin + 1 for wait in waits) for begin in range(120))
    return [
        Figure("5,000 boxes after a power cut: spread", f"{waits[-1] - waits[0]:.0f} s", "≥ 60 s"),
        Figure("5,000 boxes after a power cut: most in a second", str(busiest), "as few as possible"),
    ]


def rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
