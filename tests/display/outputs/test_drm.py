from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from display.outputs.drm import DrmNews
from tests.display.waiting import until


@dataclass
class Uevent:
    action: str = "change"
    properties: dict[str, str] = field(default_factory=lambda: {"HOTPLUG": "1"})


class Monitor:
    """Stands in for pyudev's: a queue that can be read and overflow."""

    def __init__(self, *queue: Uevent | OSError) -> None:
        self.queue = list(queue)
        self._ours, self._theirs = socket.socketpair()
        self._theirs.send(b"!")

    def fileno(self) -> int:
        return self._ours.fileno()

    def close(self) -> None:
        self._ours.close()
        self._theirs.close()

    def poll(self, timeout: float) -> Uevent | None:
        assert timeout == 0
        if not self.queue:
            self._ours.setblocking(False)
            self._ours.recv(1)
            return None
        first = self.queue.pop(0)
        if isinstance(first, OSError):
            raise first
        return first


def calls(monitor: Monitor) -> tuple[int, int]:
    """How often a change was told, and how often news were lost, once the queue is empty."""
    told: list[None] = []
    news = DrmNews(lambda: told.append(None))

    async def scene() -> None:
        assert news.start(monitor)
        await until(lambda: not monitor.queue)
        news.close()
        news.close()

    asyncio.run(scene())
    monitor.close()
    return len(told), news.lost


def test_a_screen_that_is_plugged_in_is_told() -> None:
    assert calls(Monitor(Uevent())) == (1, 0)


@pytest.mark.parametrize("other", [Uevent("add"), Uevent(properties={}), Uevent(properties={"LEASE": "1"})])
def test_other_news_are_not(other: Uevent) -> None:
    assert calls(Monitor(other)) == (0, 0)


def test_a_storm_is_a_few_calls() -> None:
    told, lost = calls(Monitor(*(Uevent() for _ in range(1000))))
    assert 1 <= told <= 4
    assert lost == 0


def test_lost_news_are_told_and_counted() -> None:
    overflow = OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))
    assert calls(Monitor(overflow, overflow)) == (1, 2)


def test_a_monitor_that_breaks_is_told_once_and_left() -> None:
    broken = OSError(errno.EBADF, os.strerror(errno.EBADF))
    assert calls(Monitor(broken)) == (1, 0)


@pytest.mark.parametrize(("sent", "most"), [(1, 1), (1000, 500)])
def test_the_kernels_news_come_through_udev(sent: int, most: int) -> None:
    if shutil.which("umockdev-wrapper") is None:
        pytest.skip("umockdev is not installed")
    root = Path(__file__).parents[3]
    command = ["umockdev-wrapper", sys.executable, str(Path(__file__).with_name("uevents.py")), str(sent)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    if done.returncode == 77:
        pytest.skip("gir1.2-umockdev-1.0 or python3-gi is not installed for this Python")
    assert done.returncode == 0, done.stderr
    assert 1 <= int(done.stdout) <= most
