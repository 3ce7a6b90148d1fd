"""Start-up times and memory of `room-agent` as a process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from agent.system.clock import SystemClock
from tests.bench.figures import Figure
from tests.bench.polling import EVENTS, exchange
from tests.fakes.exchange import PASSWORD
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config

RUNS = 5


def figures(directory: Path) -> list[Figure]:
    helps = [_timed(agent_command("--help")) for _ in range(RUNS)]
    probe = "import sys, agent.cli; print('exchangelib' in sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.strip()
    with exchange(SystemClock()) as server:
        port = free_port()
        config = write_config(directory, server.http_url, PASSWORD, port)
        agent = AgentProcess(directory / "state", config, port)
        with agent:
            agent.room(lambda state: len(state["meetings"]) > EVENTS // 2)
            time.sleep(2)
            resident = _rss_mb(agent.process.pid)
        starts = [_until_list(agent) for _ in range(RUNS)]
    return [
        Figure("room-agent --help", f"{statistics.median(helps):.2f} s", "≤ 0.4 s"),
        Figure("exchangelib imported by --help", loaded, "False"),
        Figure(f"RSS of run, {EVENTS} meetings", f"{resident:.0f} MB", "≤ 130 MB"),
        Figure("process start → stored list", f"{statistics.median(starts):.2f} s", "≤ 2 s"),
    ]


def _timed(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - begun


def _until_list(agent: AgentProcess) -> float:
    begun = time.perf_counter()
    with agent:
        agent.room(lambda state: bool(state["meetings"]))
        return time.perf_counter() - begun


def _rss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")
