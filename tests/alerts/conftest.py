"""A real Prometheus, the watch over its alerts, and the table at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.system.clock import SystemClock
from tests.alerts.fleet import Fleet
from tests.alerts.rooms import TOKEN, Box
from tests.alerts.server import Prometheus
from tests.deploy.prometheus import alerts
from tests.fakes.exchange import demo_certificates

__all__ = ["demo_certificates"]

SHOWN_BY_PROMTOOL = "promtool only"
CAMPUS = 5
"""As many rooms a site must have before it can be said to be down as a whole; one box stands for all of them."""
STRANGER = "198.51.100.7"
"""Of the addresses for documentation (RFC 5737)."""


@dataclass
class Shown:
    """How an alert was made to fire, how long that took, and how long after the mending it was gone; None: not yet."""

    fault: str
    fired_s: float
    mended_at: float | None = None
    resolved_s: float | None = None


@dataclass
class Watch:
    """What has fired so far. `rows` by (alert, room)."""

    prometheus: Prometheus
    rows: dict[tuple[str, str], Shown] = field(default_factory=dict)

    def quiet(self, alert: str, room: str) -> None:
        """It must not fire before its fault."""
        assert (alert, room) not in self.prometheus.firing(), f"{alert} fires for {room} before anything has happened"

    def stays_quiet(self, alert: str, room: str, seconds: float = 10) -> None:
        """It must not fire for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert (alert, room) not in self.prometheus.firing(), f"{alert} fires for {room} too early"
            time.sleep(0.5)

    def fires(self, alert: str, room: str, fault: str, *, begun: float, within: float = 90) -> None:
        """Wait until it does. `begun`: when the fault did, by the monotonic clock."""
        assert alert in alerts()
        self._until(lambda: (alert, room) in self.prometheus.firing(), within, f"{alert} for {room} after: {fault}")
        self.rows[alert, room] = Shown(fault, time.monotonic() - begun)

    def mended(self, *pairs: tuple[str, str]) -> None:
        """The faults behind these alerts are gone; `all_resolve` waits for them."""
        for pair in pairs:
            self.rows[pair].mended_at = SystemClock().now().timestamp()

    def all_resolve(self, within: float) -> None:
        """Wait until every mended one is gone, and note when each was."""
        waiting = {pair: row for pair, row in self.rows.items() if row.mended_at is not None}
        try:
            self._until(lambda: not waiting.keys() & self.prometheus.firing(), within, "the end of all alerts")
        finally:
            firing = self.prometheus.firing()
            for (alert, place), row in waiting.items():
                if row.mended_at is not None and (alert, place) not in firing:
                    ended = self.prometheus.last_fired(alert, place)
                    row.resolved_s = max(0.0, ended - row.mended_at)

    def _until(self, holds: Callable[[], bool], within: float, what: str) -> None:
        deadline = time.monotonic() + within
        while not holds():
            if time.monotonic() > deadline:
                firing = sorted(self.prometheus.firing())
                raise AssertionError(f"{what}: not within {within} s. Firing: {firing}")
            time.sleep(0.5)


_WATCH: list[Watch] = []


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    with Prometheus(tmp_path_factory.mktemp("watching"), TOKEN) as running:
        yield running


@pytest.fixture(scope="session")
def watch(prometheus: Prometheus) -> Watch:
    _WATCH.append(Watch(prometheus))
    return _WATCH[0]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boxes")


@pytest.fixture(scope="session")
def fleet(prometheus: Prometheus, folder: Path, demo_certificates: Path) -> Iterator[Fleet]:
    fleet = Fleet(prometheus, folder, demo_certificates)
    yield fleet
    fleet.end()


@pytest.fixture
def stranger() -> Iterator[str]:
    """Another address of this machine, so that who guesses is another peer than Prometheus."""
    command = ["ip", "address", "{}", f"{STRANGER}/32", "dev", "lo"]
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("needs root and ip(8), to come from another address than Prometheus")
    subprocess.run([each.format("replace") for each in command], check=True)
    yield STRANGER
    subprocess.run([each.format("del") for each in command], check=True)


@pytest.fixture(scope="session")
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own, ended before its box is."""
    place, image = folder / "disk", folder / "disk.img"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(48 * 1024**2)
    made = subprocess.run(["mkfs.ext4", "-q", str(image)], check=False) if shutil.which("mkfs.ext4") else None
    if made is None or made.returncode or subprocess.run(["mount", "-o", "loop", image, place], check=False).returncode:
        pytest.skip("needs root and loop devices, for a file system of its own")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture(scope="session")
def room(fleet: Fleet) -> Box:
    """The box that is well but for what each test does to it."""
    return fleet.box("San Jose")


@pytest.fixture(scope="session")
def campus(fleet: Fleet) -> Box:
    """A box that stands for a whole site."""
    return fleet.box("Campus", site="Campus", listed=CAMPUS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Alert, fault, seconds until it fired, seconds until it was gone; and those that only promtool has shown."""
    if not _WATCH:
        return
    say = terminalreporter.write_line
    say("")
    say(f"{'alert':30} {'fired':>7} {'gone':>7}  fault (a minute of the rules is two seconds here)")
    shown = dict(sorted(_WATCH[0].rows.items()))
    for (alert, _), row in shown.items():
        gone = f"{row.resolved_s:5.0f} s" if row.resolved_s is not None else "      -"
        say(f"{alert:30} {row.fired_s:5.0f} s {gone}  {row.fault}")
    for alert in sorted(alerts().keys() - {name for name, _ in shown}):
        say(f"{alert:30} {'-':>7} {'-':>7}  {SHOWN_BY_PROMTOOL}")
