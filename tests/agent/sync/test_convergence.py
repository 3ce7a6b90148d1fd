"""Whatever people do to the calendar and whatever goes wrong, the store ends up with the server's truth.

A state machine edits a calendar, breaks rounds at every step, restarts, lets time pass; the store is a SQLite file.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agent.errors import SourceUnavailable, StoreError, SyncTokenInvalid
from agent.model.event import ChangeKey, Invitation, ItemId, Occurrence, OccurrenceKey
from agent.model.join import JoinOutcome
from agent.model.sync import Entry, SyncToken, Window
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from agent.sync.pull import Puller
from agent.sync.window import room_window
from tests.builders import NOT_ONLINE, at, occurrence
from tests.fakes.clock import FakeClock
from tests.fakes.source import ScriptedSource, Trouble, cut, nothing, unreadable

ZONE = ZoneInfo("America/Los_Angeles")
ALL = Window(at(0, day=1) - timedelta(days=400), at(0, day=1) + timedelta(days=400))
HOUR = timedelta(hours=1)
TROUBLES: dict[str, Trouble] = {
    "down": SourceUnavailable("calendar.unreachable", "refused"),
    "token": SyncTokenInvalid("calendar.token_invalid", "too old"),
    "cut": cut,
    "nothing": nothing,
    "unreadable": unreadable,
}


class Extractor:
    version = "1"

    def __call__(self, invitation: Invitation) -> JoinOutcome:  # noqa: ARG002
        return NOT_ONLINE


class BreakingStore(SqliteCalendarStore):
    """The disk fails in the middle of a delta when `breaks`, before or after the commit."""

    breaks: str | None = None

    def apply(
        self,
        scope: str,
        token: SyncToken | None,
        upserts: Sequence[Entry],
        removed: Sequence[ItemId],
        as_of: datetime,
    ) -> None:
        breaks, self.breaks = self.breaks, None
        if breaks == "before":
            raise StoreError("store.full", "full")
        if breaks == "inside":
            bad = Entry(replace(occurrence("bad", at(9)), start=at(9).replace(tzinfo=None)), NOT_ONLINE)
            try:
                super().apply(scope, token, [*upserts, bad], removed, as_of)
            except Exception as error:
                raise StoreError("store.unavailable", "broken") from error
        super().apply(scope, token, upserts, removed, as_of)
        if breaks == "after":
            raise StoreError("store.unavailable", "the answer got lost")


def newer(item: Occurrence) -> datetime:
    assert item.last_modified is not None  # different for all: `put`
    return item.last_modified


HOURS = st.integers(-30, 24 * 16)
NUMBERS = st.integers(0, 3)


class Convergence(RuleBasedStateMachine):
    @initialize(there=st.integers(0, 4))
    def begin(self, there: int) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.clock = FakeClock(at(9))
        self.source = ScriptedSource()
        self.versions = 0
        self.ids: dict[OccurrenceKey, str] = {}
        for number in range(there):
            self.put(f"{number}", at(9) + number * HOUR)
        self.open()
        self.puller.pull()

    def open(self) -> None:
        plain = open_store(self.directory, "room@contoso.example")
        self.store = BreakingStore(plain._database)
        self.puller = Puller(
            self.source,
            self.store,
            Extractor(),
            self.clock,
            scope="s",
            window=lambda now: room_window(now, ZONE, days_behind=1, days_ahead=14),
        )

    def put(self, name: str, start: object, **changes: object) -> None:
        self.versions += 1
        key = ChangeKey(str(self.versions))
        modified = self.clock.now() + timedelta(microseconds=self.versions)
        self.source.put(occurrence(name, start, change_key=key, last_modified=modified, **changes))  # type: ignore[arg-type]

    def teardown(self) -> None:
        self.heal()
        self.store.close()
        shutil.rmtree(self.directory)

    @rule(number=NUMBERS, hour=HOURS)
    def book_or_move(self, number: int, hour: int) -> None:
        self.put(f"{number}", at(9) + hour * HOUR)

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        self.source.items.pop(ItemId(f"item-{number}"), None)

    @rule(number=NUMBERS, hour=HOURS)
    def recreate_under_another_item_id(self, number: int, hour: int) -> None:
        self.source.items.pop(ItemId(f"item-{number}"), None)
        self.put(f"{number}", at(9) + hour * HOUR, item_id=ItemId(f"again-{self.versions}"))

    @rule(number=NUMBERS, hour=HOURS)
    def copy_with_the_same_uid(self, number: int, hour: int) -> None:
        self.put(f"{number}", at(9) + hour * HOUR, item_id=ItemId(f"copy-{number}"))

    @rule(hour=st.integers(0, 20), days=st.integers(1, 5))
    def put_the_series(self, hour: int, days: int) -> None:
        self.end_the_series()
        for day in range(days):
            start = at(hour, day=22 + day)
            self.put(f"s{day}", start, key=OccurrenceKey("series", start), item_id=ItemId(f"s{self.versions}"))

    @rule()
    def end_the_series(self) -> None:
        self.source.items = {i: item for i, item in self.source.items.items() if item.key.uid != "series"}

    @rule(number=NUMBERS)
    def single_becomes_another_key(self, number: int) -> None:
        item = self.source.items.get(ItemId(f"item-{number}"))
        if item is not None:
            self.put(f"{number}", item.start, key=OccurrenceKey(f"uid-{number}", item.start))

    @rule(trouble=st.sampled_from(sorted(TROUBLES)))
    def round_goes_wrong(self, trouble: str) -> None:
        before = self.stored()
        self.source.script = [TROUBLES[trouble]]
        report = self.puller.pull()
        if not report.ok or report.doubt_s is not None:
            assert self.stored() == before
        if trouble == "cut":
            assert report.removed == 0

    @rule(breaks=st.sampled_from(["before", "inside", "after"]))
    def disk_goes_wrong(self, breaks: str) -> None:
        before = self.stored()
        self.store.breaks = breaks
        report = self.puller.pull()
        if self.store.breaks is None and breaks != "after":
            assert not report.ok
            assert self.stored() == before
        self.store.breaks = None

    @rule(minutes=st.sampled_from([1, 5, 600, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(minutes * 60)

    @rule()
    def round_(self) -> None:
        assert self.puller.pull().ok

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.open()

    @rule()
    def token_is_lost(self) -> None:
        self.store.apply("s", SyncToken("other"), [], [], self.clock.now())

    @rule()
    def heal(self) -> None:
        """All well again: after the doubt, and after what could not be read is asked for once more."""
        self.source.script = []
        self.puller.pull()
        for _ in range(2):
            self.clock.advance(700)
            assert self.puller.pull().ok
        window = room_window(self.clock.now(), ZONE, days_behind=1, days_ahead=14)
        truth: dict[OccurrenceKey, Occurrence] = {}
        for item in self.source.items.values():
            inside = item.start < window.end and item.end > window.start
            if inside and (item.key not in truth or newer(item) > newer(truth[item.key])):
                truth[item.key] = item
        stored = {each.entry.occurrence.key: each.entry.occurrence for each in self.store.entries(window)}
        assert stored == truth

    @invariant()
    def nothing_is_doubled(self) -> None:
        found = self.store.entries(ALL)
        for unique in (
            [each.meeting_id for each in found],
            [each.entry.occurrence.key for each in found],
            [each.entry.occurrence.item_id for each in found],
        ):
            assert len(unique) == len(set(unique))

    def stored(self) -> list[object]:
        return list(self.store.entries(ALL))


Convergence.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestConvergence: Callable[[], object] = Convergence.TestCase
