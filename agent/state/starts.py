"""How often the agent started, and how the run before had ended each time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from agent.errors import StoreError
from agent.model.history import Previous, Start
from agent.ports import CalendarStore

log = structlog.get_logger()

COUNTS = "history.starts"
"""The note that counts starts: metrics must not fall when old starts are forgotten."""


@dataclass(slots=True)
class Run:
    """When this process started, and how the one before it ended; None: without leaving a mark. `told` once it was
    counted: the cores of a process, one after the other, have one history each."""

    started: datetime
    previous: Previous | None = None
    told: bool = False


class Starts:
    """Ever since the box was set up. `notes` keeps the counts. Blocking."""

    def __init__(self, notes: CalendarStore) -> None:
        self._notes = notes
        self.counts: Mapping[str, int] = {each.value: 0 for each in Previous}
        """By how the run before had ended, each of them."""

    def began(self, run: Run) -> Start | None:
        """Count a process; None when it was counted before."""
        counts = self._noted()
        start = None
        if not run.told:
            run.told = True
            previous = run.previous or (Previous.CLEAN if counts else Previous.FIRST)
            start = Start(run.started, previous)
            counts[previous.value] = counts.get(previous.value, 0) + 1
            with suppress(StoreError):
                self._notes.set_note(COUNTS, json.dumps(counts))
            log.info("history.started", previous=previous.value)
        self.counts = {each.value: counts.get(each.value, 0) for each in Previous}
        return start

    def _noted(self) -> dict[str, int]:
        try:
            counts = json.loads(self._notes.note(COUNTS) or "{}")
            return {str(name): int(count) for name, count in counts.items() if int(count) >= 0}
        except (StoreError, ValueError, TypeError, AttributeError):
            return {}
