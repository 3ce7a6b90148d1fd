"""What the display's own processes need of memory, and of a core while nothing happens."""

from __future__ import annotations

import os
import time
from pathlib import Path

IDLE_S = 30.0
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def memory_mib(pid: int) -> float:
    """Resident memory (VmRSS), in MiB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


def idle_share(pid: int, seconds: float = IDLE_S) -> float:
    """The share of a core a process takes, in percent, over so many seconds."""
    begun, before = time.perf_counter(), _cpu_s(pid)
    time.sleep(seconds)
    return 100 * (_cpu_s(pid) - before) / (time.perf_counter() - begun)


def parent(pid: int) -> int:
    """The process that started this one."""
    return int(_stat(pid)[1])


def _cpu_s(pid: int) -> float:
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) * _TICK_S


def _stat(pid: int) -> list[str]:
    """The fields of proc_pid_stat(5) after the name, which may hold anything: the state is the first."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
