import os
import socket
from pathlib import Path

from agent.system.notify import ServiceManager


def manager(path: Path, **extra: str) -> ServiceManager:
    return ServiceManager({"NOTIFY_SOCKET": str(path), **extra})


def test_ready_alive_and_stopping_reach_the_service_manager(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        told = manager(tmp_path / "notify")
        told.ready()
        told.alive()
        told.stopping()
        assert [systemd.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_the_watchdog_is_fed_three_times_as_often_as_needed(tmp_path: Path) -> None:
    assert manager(tmp_path, WATCHDOG_USEC="30000000").watchdog_interval_s == 10
    assert manager(tmp_path, WATCHDOG_USEC="30000000", WATCHDOG_PID=str(os.getpid() + 1)).watchdog_interval_s is None
    assert ServiceManager({}).watchdog_interval_s is None


def test_nobody_listening_is_not_our_problem(tmp_path: Path) -> None:
    manager(tmp_path / "gone").ready()
    ServiceManager({}).ready()
