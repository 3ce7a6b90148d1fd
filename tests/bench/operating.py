"""What watching a box costs: status and metrics asked for fifty times a second over HTTP, while a screen waits for news
of its calendar."""

from __future__ import annotations

import os
import statistics
import threading
import time
from pathlib import Path
from typing import Self

import httpx

from agent.system.clock import SystemClock
from tests.bench.figures import Figure
from tests.bench.syncing import IN_WINDOW, Office, latencies, office
from tests.fakes.exchange import PASSWORD
from tests.system.agent_process import AgentProcess, free_port, write_config

RATE = 50.0
SECONDS = 12.0
CHANGES, TIMED = 8, 8
INPUTS = {f"inputs.{name}": {"kind": "hdmi"} for name in ("left", "right", "table", "camera")}


class Load:
    """Asks for a path at a steady rate from a thread of its own, whatever the answers take; `stop` ends it."""

    def __init__(self, port: int, paths: tuple[str, ...]) -> None:
        self._port = port
        self._paths = paths
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.took: dict[str, list[float]] = {path: [] for path in paths}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self._port}", timeout=10) as client:
            begun = time.perf_counter()
            asked = 0
            while not self._over.is_set():
                path = self._paths[asked % len(self._paths)]
                sent = time.perf_counter()
                client.get(path).read()
                self.took[path].append(time.perf_counter() - sent)
                asked += 1
                self._over.wait(max(0.0, begun + asked / RATE - time.perf_counter()))


def figures(directory: Path) -> list[Figure]:
    port = free_port()
    with office(IN_WINDOW) as at:
        at.server.world.clock = SystemClock()
        config = write_config(directory, at.server.http_url, PASSWORD, port, room={"timezone": "UTC"}, **INPUTS)
        with AgentProcess(directory / "state", config, port) as agent:
            agent.room(lambda state: bool(state["meetings"]), patience_s=120)
            agent.status(lambda status: status["checks"]["calendar:stream"][0]["code"] == "stream.live")
            series = sum(not line.startswith("#") for line in agent.get("/metrics").text.splitlines())
            return [
                *_answers(port, agent.process.pid),
                Figure("series, 4 inputs", str(series), "≤ 300"),
                *_news(at, port),
            ]


def _answers(port: int, pid: int) -> list[Figure]:
    bare = _asked(port, "/livez")
    found = [Figure(f"/livez, p95 at {RATE:.0f}/s", f"{p95(bare) * 1000:.1f} ms", "the way there and back")]
    for path, goal in (("/api/v1/status", "≤ 10 ms"), ("/metrics", "≤ 20 ms")):
        before = cpu_s(pid)
        took = _asked(port, path)
        cost = (cpu_s(pid) - before) / len(took)
        more = statistics.median(took) - statistics.median(bare)
        found.append(Figure(f"{path}, p95 at {len(took) / SECONDS:.0f}/s", f"{p95(took) * 1000:.1f} ms", goal))
        found.append(Figure("the same, median beyond /livez", f"{more * 1000:.1f} ms", ""))
        found.append(Figure("the same, CPU of the agent for each", f"{cost * 1000:.1f} ms", "whatever else runs"))
    return found


def _asked(port: int, path: str) -> list[float]:
    with Load(port, (path,)) as load:
        time.sleep(SECONDS)
    return load.took[path]


def _news(at: Office, port: int) -> list[Figure]:
    """From an edit at the server to the stream's event, without and with somebody who watches."""
    calm = latencies(at, port, CHANGES, TIMED)
    with Load(port, ("/api/v1/status", "/metrics")):
        watched = latencies(at, port, CHANGES, TIMED, CHANGES)
    ratio = statistics.median(watched) / statistics.median(calm)
    return [
        Figure("edit → event of the stream, nobody watches", f"{statistics.median(calm):.2f} s", "median"),
        Figure("the same, at 50 requests a second", f"{ratio:.2f} times", "≤ 1.2"),
    ]


def cpu_s(pid: int) -> float:
    """Seconds of CPU that a process has had (proc(5): utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
