"""Microsoft Graph: what a poll and a change cost, how soon a change arrives, and what `run` needs of memory."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from agent.sources.graph.source import GraphSource
from agent.sources.transport.adapter import BoundedAdapter
from agent.store.opening import open_store
from agent.system.clock import SystemClock
from tests.bench.figures import Figure
from tests.bench.polling import room_puller
from tests.bench.syncing import IN_WINDOW, Office, latencies, office, rss_mb
from tests.fakes.exchange import ROOM, booking, graph_settings
from tests.system.agent_process import AgentProcess, free_port, write_graph_config

TIMED = 20


@dataclass
class Http:
    """Bytes of requests and answers as HTTP/1.1 has them, headers included, TLS left out."""

    up: int = 0
    down: int = 0
    count: int = 0

    def add(self, request: requests.PreparedRequest, response: requests.Response) -> None:
        self.count += 1
        self.up += len(f"GET {request.path_url} HTTP/1.1\r\n\r\n") + _size(request.headers) + len(request.body or b"")
        body = int(response.headers.get("Content-Length") or len(response.content))
        self.down += len(f"HTTP/1.1 {response.status_code} {response.reason}\r\n\r\n") + _size(response.headers) + body

    def taken(self) -> tuple[int, int, int]:
        """Requests, bytes up, bytes down since the last time."""
        taken = self.count, self.up, self.down
        self.up = self.down = self.count = 0
        return taken


def _size(headers: Any) -> int:
    pairs = ((name, value if isinstance(value, str) else value.decode()) for name, value in headers.items())
    return sum(len(f"{name}: {value}\r\n") for name, value in pairs)


@contextmanager
def counted() -> Iterator[Http]:
    """Counts what any session of this process sends."""
    http, send = Http(), BoundedAdapter.send

    def counting(self: BoundedAdapter, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        response = send(self, request, **more)
        http.add(request, response)
        return response

    BoundedAdapter.send = counting  # type: ignore[assignment,method-assign]  # for as long as we count
    try:
        yield http
    finally:
        BoundedAdapter.send = send  # type: ignore[method-assign]


def figures(directory: Path) -> list[Figure]:
    return [*_polls(), *_arrival(directory)]


def _polls() -> list[Figure]:
    with office(IN_WINDOW) as at, counted() as http, tempfile.TemporaryDirectory() as place:
        store = open_store(Path(place), ROOM)
        source = GraphSource(graph_settings(at.server), SystemClock())
        pulls = room_puller(source, store, SystemClock())
        try:
            assert pulls.pull().added > IN_WINDOW // 2
            cold = http.taken()
            assert pulls.pull().unchanged
            idle = http.taken()
            at.lengthen(IN_WINDOW // 2)
            assert pulls.pull().changed == 1
            change = http.taken()
        finally:
            source.close()
            store.close()
    return [
        Figure(f"Graph, cold read of {IN_WINDOW} meetings: requests, bytes", f"{cold[0]}, {sum(cold[1:])}", ""),
        Figure("Graph, unchanged poll: requests", str(idle[0]), "1"),
        Figure("Graph, unchanged poll: bytes up", str(idle[1]), "≤ 4000"),
        Figure("Graph, unchanged poll: bytes down", str(idle[2]), "≤ 1500"),
        Figure("Graph, one change: requests", str(change[0]), "≤ 3"),
        Figure(
            "Graph, one change: bytes of the cold read",
            f"{sum(change[1:]) / sum(cold[1:]):.3f}",
            "as small as possible",
        ),
    ]


def _arrival(directory: Path) -> list[Figure]:
    """In the fast phase: a meeting is about to begin."""
    with office(IN_WINDOW) as at:
        at.server.world.clock = SystemClock()
        _book_now(at)
        port = free_port()
        config = write_graph_config(directory, at.server.authority, at.server.ca_file, port, room={"timezone": "UTC"})
        agent = AgentProcess(directory / "graph", config, port)
        with agent:  # the first start also makes the database
            agent.room(lambda state: len(state["meetings"]) > IN_WINDOW // 2)
            first = rss_mb(agent.process.pid)
        with agent:
            agent.room(lambda state: not state["calendar"]["stale"])
            time.sleep(10)
            times = sorted(latencies(at, port, TIMED, TIMED))
            resident = rss_mb(agent.process.pid)
    return [
        Figure("Graph, change → SSE event near a meeting: median", f"{statistics.median(times):.2f} s", ""),
        Figure("Graph, change → SSE event near a meeting: p95", f"{times[int(len(times) * 0.95)]:.2f} s", "≤ 5 s"),
        Figure("RSS of run with Graph, first start with its migration", f"{first:.0f} MB", ""),
        Figure("RSS of run with Graph", f"{resident:.0f} MB", "≤ 110 MB"),
    ]


def _book_now(at: Office) -> None:
    start = SystemClock().now() + timedelta(minutes=5)
    at.server.world.calendar(ROOM).book(booking("about to begin", start, start + timedelta(minutes=30)))
