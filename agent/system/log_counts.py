"""How much is logged, for the metrics."""

from __future__ import annotations

import logging
import threading
from collections import Counter

LEVELS = ("debug", "info", "warning", "error", "critical")


class LogCounts:
    """Since the process started. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counts = Counter[str]()
        self._lock = threading.Lock()

    def add(self, level: int) -> None:
        """A line of this level of the standard library."""
        name = next((name for name in reversed(LEVELS) if level >= getattr(logging, name.upper())), LEVELS[0])
        with self._lock:
            self._counts[name] += 1

    def counts(self) -> dict[str, int]:
        """By level, each of them."""
        with self._lock:
            return {level: self._counts[level] for level in LEVELS}


COUNTS = LogCounts()
"""The process's own."""
