"""`/metrics`: gauges and counters of the core (`room_agent_*`, and the process's own `process_*` under their customary
names), text 0.0.4 or OpenMetrics on Accept.

Labels come from fixed sets, each combination exported from the start, but for services that people join, which appear
when they are first seen. No mailbox, subject, host or error text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from agent.api.metrics.box import box
from agent.api.metrics.calendar import calendar
from agent.api.metrics.control import control
from agent.api.metrics.screen import screen
from agent.api.metrics.snapshot import Snapshot

__all__ = ["CoreCollector", "Snapshot", "renderer"]

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class CoreCollector(Collector):
    """Turns a snapshot into metric families at every scrape."""

    def __init__(self, take: Callable[[], Snapshot]) -> None:
        self._take = take

    def describe(self) -> Iterator[Metric]:
        """Nothing: an unregistered scrape must not be needed to register."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """All families of the core."""
        now = self._take()
        yield from box(now)
        yield from calendar(now)
        yield from screen(now)
        yield from control(now)


def renderer(take: Callable[[], Snapshot]) -> Callable[[str], tuple[bytes, str]]:
    """A function from an Accept header to exposition and content type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(CoreCollector(take))

    def render(accept: str) -> tuple[bytes, str]:
        if "application/openmetrics-text" in accept.lower():  # of whichever version: there is one
            return openmetrics.generate_latest(registry), OPENMETRICS  # type: ignore[no-untyped-call]
        return generate_latest(registry), TEXT

    return render
