"""The boxes of a run: as many as its tests need, each known to Prometheus."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.alerts.rooms import Box
from tests.alerts.server import Prometheus, Target
from tests.waiting import wait_until


class Fleet:
    """The boxes that run, and what service discovery says of them."""

    def __init__(self, prometheus: Prometheus, folder: Path, certificates: Path) -> None:
        self._prometheus, self._folder, self._certificates = prometheus, folder, certificates
        self._running = ExitStack()
        self.boxes: dict[str, Box] = {}
        self.targets: list[Target] = []
        self.began: dict[str, float] = {}

    def box(
        self,
        name: str,
        *,
        listed: int = 1,
        site: str = "HQ",
        reads: bool = True,
        certificates: Path | None = None,
        **more: Any,
    ) -> Box:
        """A new box that Prometheus watches. `listed`: how often, under other names, as rooms of one site. `reads`:
        whether it can read its calendar."""
        box = Box(name, self._folder / name.replace(" ", "-"), certificates or self._certificates, **more)
        self.boxes[name] = self._running.enter_context(box)
        box.agent.room(lambda state: state["calendar"]["as_of"] is not None or not reads)
        names = [name, *(f"{name} {number}" for number in range(2, listed + 1))]
        self.targets += [box.target(site, each) for each in names]
        self.discover(self.targets)
        self.trust()
        wait_until(lambda: self.is_up(name), within=30, what=f"a scrape of {name}")
        return box

    def trust(self) -> None:
        """Collect the boxes' certificates."""
        self._prometheus.trust(each.certificate for each in self.boxes.values())

    def discover(self, targets: list[Target]) -> None:
        self._prometheus.discover(targets)

    def is_up(self, name: str) -> bool:
        return self.value(f'up{{room="{name}"}}') == 1

    def value(self, expression: str) -> float | None:
        found = self._prometheus.query(expression)
        return float(found[0]["value"][1]) if found else None

    def versions(self, site: str) -> float | None:
        """How many a site's boxes say."""
        return self.value(f'count(site:room_agent_rooms_by_version:count{{site="{site}"}})')

    def end(self) -> None:
        self._running.close()
