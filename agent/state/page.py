"""What the screen really shows (XT-12): the page reports each revision it has rendered, with a hash of its list. Pure.

Times are the wall clock's. Where it was set back, what lies in the future counts as long ago: better one repair too
many than a wrong screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent import wire
from agent.state.freshness import Freshness
from agent.state.page_errors import PageErrors

SILENT_AFTER = timedelta(seconds=90)  # the page reports at least every 30 s
LAGS_AFTER = timedelta(seconds=10)
REPAIR_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The newest report: when it came, of which revision, whether its list was ours, how many script errors, and
    whether a newer revision had been out for so long that the page should have shown it."""

    seen: datetime
    revision: int
    matches: bool
    errors: int
    lags: bool = False

    @property
    def wrong(self) -> bool:
        """Whether people see another list than ours."""
        return self.lags or not self.matches


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a report asks for: whether the page is to be repaired, whether it has become wrong or right, and script
    errors to be logged."""

    facts: PageFacts
    repair: bool
    turned: bool
    new_errors: tuple[str, ...]


class PageWatch:
    """Remembers the newest report of any page. `lists` of recent revisions make late reports comparable."""

    def __init__(self, freshness: Freshness | None = None) -> None:
        self._freshness = freshness or Freshness()
        self._hashes: dict[int, str] = {}
        self._present: tuple[int, datetime] | None = None
        self._facts: PageFacts | None = None
        self._repaired: datetime | None = None
        self._errors = PageErrors()
        self.repairs = 0
        """How often the page was told to make itself anew."""

    @property
    def facts(self) -> PageFacts | None:
        """None until a page has reported."""
        return self._facts

    @property
    def errors(self) -> int:
        """Script errors of all reports."""
        return self._errors.total

    def published(self, state: wire.RoomState) -> None:
        """Note what a revision's list hashes to, and since when it is the present one."""
        self._freshness.published(state.revision)
        self._present = (state.revision, datetime.fromisoformat(state.now))
        self._hashes[state.revision] = wire.list_hash(state.meetings)
        while len(self._hashes) > 50:
            del self._hashes[min(self._hashes)]

    def report(self, report: wire.PageReport, now: datetime) -> Reaction:
        """Take a page's report. A revision nobody remembers counts as a match: there is nothing to compare with."""
        expected = self._hashes.get(report.revision, report.hash)
        facts = PageFacts(
            now, report.revision, report.hash == expected, len(report.errors), lags(report.revision, self._present, now)
        )
        turned = facts.wrong != (self._facts is not None and self._facts.wrong)
        self._facts = facts
        if facts.matches:
            self._freshness.shown(report.revision, now)
        repair = due(facts, self._repaired)
        if repair:
            self._repaired, self.repairs = now, self.repairs + 1
        return Reaction(facts, repair, turned, self._errors.take(report.errors))


def lags(revision: int, present: tuple[int, datetime] | None, now: datetime) -> bool:
    """Whether a page that shows this revision now has missed the present one. `present`: its number and since when."""
    return present is not None and revision < present[0] and _past(present[1], LAGS_AFTER, now)


def due(facts: PageFacts, repaired: datetime | None) -> bool:
    """Whether the page that reported is to be repaired: while it is wrong, and not again so soon."""
    return facts.wrong and (repaired is None or _past(repaired, REPAIR_EVERY, facts.seen))


def _past(since: datetime, wait: timedelta, now: datetime) -> bool:
    return not timedelta(0) <= now - since <= wait
