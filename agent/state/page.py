"""What the screen really shows (XT-12): the page reports each revision it has rendered, with a hash of its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent import wire
from agent.state.freshness import Freshness

SILENT_AFTER = timedelta(seconds=90)  # the page reports at least every 30 s


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The newest report: when it came, of which revision, whether its list was ours, how many script errors."""

    seen: datetime
    revision: int
    matches: bool
    errors: int


class PageWatch:
    """Remembers the newest report of any page. `lists` of recent revisions make late reports comparable."""

    def __init__(self, freshness: Freshness | None = None) -> None:
        self._freshness = freshness or Freshness()
        self._hashes: dict[int, str] = {}
        self._facts: PageFacts | None = None

    @property
    def facts(self) -> PageFacts | None:
        """None until a page has reported."""
        return self._facts

    def published(self, state: wire.RoomState) -> None:
        """Note what a revision's list hashes to."""
        self._freshness.published(state.revision)
        self._hashes[state.revision] = wire.list_hash(state.meetings)
        while len(self._hashes) > 50:
            del self._hashes[min(self._hashes)]

    def report(self, report: wire.PageReport, now: datetime) -> PageFacts:
        """Take a page's report. A revision nobody remembers counts as a match: there is nothing to compare with."""
        expected = self._hashes.get(report.revision, report.hash)
        self._facts = PageFacts(now, report.revision, report.hash == expected, len(report.errors))
        if self._facts.matches:
            self._freshness.shown(report.revision, now)
        return self._facts
