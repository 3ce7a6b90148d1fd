"""How long a change takes from the calendar server to the eyes of the room (XT-02). Pure.

Begins with the server's time of change, on our clock; ends when the page acknowledges the revision that shows it. A
deletion has no time of change and is not measured; nor is what nobody's page shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

BUCKETS = (0.5, 1.0, 2.0, 5.0, 10.0, 35.0, 60.0, 120.0, 300.0, 600.0)
FORGET_AFTER = timedelta(minutes=10)
MOST_WAITING = 200


@dataclass(slots=True)
class Histogram:
    """`counts` of observations by bucket, not cumulative; the last one is for everything longer."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total_s: float = 0.0

    def observe(self, seconds: float) -> None:
        place = next((number for number, most in enumerate(BUCKETS) if seconds <= most), len(BUCKETS))
        self.counts[place] += 1
        self.total_s += seconds


@dataclass(slots=True)
class _Change:
    modified: datetime
    revision: int | None = None


class Freshness:
    """Follows changes from the round that read them to the page that shows them."""

    def __init__(self) -> None:
        self.histogram = Histogram()
        self._waiting: list[_Change] = []

    def read(self, modified: Sequence[datetime], now: datetime) -> None:
        """A round has stored changes made at these times. Nothing older than `FORGET_AFTER` is a change of now."""
        self._waiting = [each for each in self._waiting if now - each.modified < FORGET_AFTER]
        fresh = [_Change(each) for each in modified if abs(now - each) < FORGET_AFTER]
        self._waiting = [*self._waiting, *fresh][-MOST_WAITING:]

    def published(self, revision: int) -> None:
        """The revision that shows everything read so far."""
        for change in self._waiting:
            if change.revision is None:
                change.revision = revision

    def shown(self, revision: int, now: datetime) -> None:
        """A page shows this revision."""
        still: list[_Change] = []
        for change in self._waiting:
            if change.revision is None or change.revision > revision:
                still.append(change)
            else:
                self.histogram.observe(max(0.0, (now - change.modified).total_seconds()))
        self._waiting = still
