"""What the service manager is told."""

import asyncio
import os
import socket
from pathlib import Path

from display.notify import ServiceManager


def test_the_manager_hears_that_we_are_ready_alive_and_stopping(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        ours = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "notify")})
        ours.ready()
        ours.alive()
        ours.stopping()
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_manager_in_the_abstract_namespace_hears_us_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0room-display-{os.getpid()}")
        ServiceManager({"NOTIFY_SOCKET": f"@room-display-{os.getpid()}"}).ready()
        assert manager.recv(100) == b"READY=1"


def test_the_watchdog_is_fed_thrice_in_its_period_if_it_is_meant_for_us() -> None:
    assert ServiceManager({"WATCHDOG_USEC": "30000000"}).watchdog_interval_s == 10
    assert ServiceManager({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}).watchdog_interval_s == 10
    assert ServiceManager({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}).watchdog_interval_s is None


def test_without_a_manager_nothing_is_said_and_nothing_waits(tmp_path: Path) -> None:
    asyncio.run(ServiceManager({}).keep_alive())
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready()
