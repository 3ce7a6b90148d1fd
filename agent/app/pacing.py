"""How often the source that serves is asked, as configured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent.app.box import Box
from agent.model.sync import SourceHealth
from agent.sync.pace import Pace
from agent.sync.report import PullReport
from agent.sync.schedule import POLL_S


class Pacing:
    """EWS tells of changes by itself and is asked steadily while it does not; Graph is asked often when people look.

    `steady_s`: for every source and every hour alike. `near_edge`: see `agent.sync.pace.Pace`.
    """

    def __init__(self, box: Box, near_edge: Callable[[datetime], bool], steady_s: float | None) -> None:
        graph = box.config.calendar.graph
        self._source = box.config.calendar.source
        self._steady_s = steady_s
        self._graph = Pace(box.clock, graph.poll_s, graph.fast_poll_s, near_edge)

    def poll_s(self, health: SourceHealth) -> float:
        """Seconds until the next poll."""
        if self._steady_s is not None:
            return self._steady_s
        source = health.fallback.source if health.fallback is not None else self._source
        return self._graph.poll_s() if source == "graph" else POLL_S

    def spend(self, report: PullReport) -> None:
        """A round was made."""
        self._graph.spend(report.requests)

    def hasten(self) -> None:
        """Somebody pressed something."""
        self._graph.hasten()
