"""The last lines of the log, for the page of operations and the support bundle; journald keeps the rest."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

MOST = 2_000
LONGEST = 300
"""Characters of a value."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A line as it was logged, redacted. `n` counts up from 1."""

    n: int
    at: str
    level: str
    event: str
    fields: dict[str, str]


class LogMemory:
    """A structlog processor that keeps what passes. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._kept: deque[Remembered] = deque(maxlen=most)
        self._n = 0
        self._lock = threading.Lock()

    def __call__(self, _: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """Keep a line; it passes on as it is. `at` is the line's own time stamp."""
        fields = {
            key: str(value)[:LONGEST]
            for key, value in event.items()
            if key not in ("event", "level", "timestamp") and not key.startswith("_")
        }
        with self._lock:
            self._n += 1
            at, level = str(event.get("timestamp", "")), str(event.get("level", method))
            self._kept.append(Remembered(self._n, at, level, str(event.get("event", ""))[:LONGEST], fields))
        return event

    def entries(self, after: int = 0) -> list[Remembered]:
        """What is kept with a greater `n`, oldest first."""
        with self._lock:
            return [each for each in self._kept if each.n > after]


MEMORY = LogMemory()
"""The process's own, which `agent.system.logs.configure` fills."""
