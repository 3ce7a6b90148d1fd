"""Changing over to the other source when the configured one is refused for good, and back, without flapping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    RoomAgentError,
    SignInFailed,
    SourceThrottled,
    SourceUnavailable,
    StoreError,
)
from agent.model.sync import Fallback
from agent.sync.failover import BACK_CAP_S, BACK_S, NOTE, OTHER_AGAIN_S, Failover
from agent.sync.raw import Explain, RawCalendar
from agent.sync.report import PullReport
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLOCKED = AccessDenied("calendar.ews_blocked", "blocked")


class Script:
    """`Pulls` that answers as told and counts."""

    def __init__(self, clock: FakeClock, error: RoomAgentError | None = None) -> None:
        self.clock, self.error, self.rounds, self.looks = clock, error, 0, 0

    def pull(self) -> PullReport:
        self.rounds += 1
        return PullReport(ok=self.error is None, started=self.clock.now(), error=self.error, requests=1)

    def look(self, explain: Explain) -> RawCalendar:
        self.looks += 1
        raise SourceUnavailable("test.looked", f"looked {explain.__name__}")


class Rig:
    def __init__(self) -> None:
        self.clock = FakeClock(NOON)
        self.store = MemoryStore()
        self.main, self.other = Script(self.clock), Script(self.clock)
        self.failover = self.restarted()

    def restarted(self) -> Failover:
        return Failover(self.main, self.other, "graph", self.store, self.clock)

    def pull(self) -> PullReport:
        return self.failover.pull()

    def days(self, number: float, step_s: float = 60.0) -> list[str]:
        """Which source served, minute by minute, runs of the same left out."""
        served: list[str] = []
        for _ in range(int(number * 86_400 / step_s)):
            self.clock.advance(step_s)
            report = self.pull()
            name = report.fallback.source if report.fallback else "ews"
            if not served or served[-1] != name:
                served.append(name)
        return served


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_configured_source_serves_and_the_other_is_left_alone(rig: Rig) -> None:
    assert rig.days(1) == ["ews"]
    assert rig.other.rounds == 0


@pytest.mark.parametrize(
    "error",
    [
        SourceUnavailable("calendar.unreachable", "x"),
        SourceThrottled("calendar.throttled", "x", 5),
        SignInFailed("calendar.sign_in_failed", "x"),
        MailboxNotFound("calendar.mailbox_not_found", "x"),
    ],
)
def test_trouble_that_passes_is_no_reason(rig: Rig, error: RoomAgentError) -> None:
    rig.main.error = error
    assert rig.days(1) == ["ews"]
    assert rig.other.rounds == 0


@pytest.mark.parametrize(
    "error",
    [
        BLOCKED,
        AccessDenied("calendar.mailbox_out_of_scope", "x"),
        MailboxNotFound("calendar.mailbox_not_in_cloud", "x"),
    ],
)
def test_refusal_by_policy_changes_over_at_once_and_says_so(rig: Rig, error: RoomAgentError) -> None:
    rig.main.error = error
    report = rig.pull()
    assert report.ok
    assert report.fallback == Fallback("graph", NOON, error.code)
    assert report.requests == 2


def test_other_source_must_work_before_anything_changes(rig: Rig) -> None:
    rig.main.error, rig.other.error = BLOCKED, SourceUnavailable("calendar.unreachable", "x")
    report = rig.pull()
    assert report.error is BLOCKED
    assert report.fallback is None


def test_other_source_that_does_not_work_is_tried_every_quarter_of_an_hour(rig: Rig) -> None:
    rig.main.error, rig.other.error = BLOCKED, SourceUnavailable("calendar.unreachable", "x")
    rig.days(1)
    assert rig.other.rounds <= 86_400 / OTHER_AGAIN_S + 1


def test_configured_source_is_asked_seldom_while_the_other_serves(rig: Rig) -> None:
    rig.main.error = BLOCKED
    assert rig.days(4) == ["graph"]
    assert rig.main.rounds <= 1 + 4 * 86_400 / BACK_S


def test_it_comes_back_when_the_configured_source_works_again(rig: Rig) -> None:
    rig.main.error = BLOCKED
    rig.pull()
    rig.main.error = None
    assert rig.days(1) == ["graph", "ews"]
    assert rig.other.rounds > 0


def test_source_that_comes_and_goes_does_not_make_the_room_flap(rig: Rig) -> None:
    served = []
    for _ in range(60):
        rig.main.error = BLOCKED
        served += rig.days(1 / 24)
        rig.main.error = None
        served += rig.days(1 / 4)
    changes = sum(before != after for before, after in pairwise(served))
    assert changes <= 14  # in 17 days


def test_standing_lasts_over_a_restart(rig: Rig) -> None:
    rig.main.error = BLOCKED
    rig.pull()
    asked = rig.main.rounds
    rig.failover = rig.restarted()
    report = rig.pull()
    assert report.fallback == Fallback("graph", NOON, "calendar.ews_blocked")
    assert rig.main.rounds == asked


def test_trouble_of_the_other_source_is_reported_as_its_own(rig: Rig) -> None:
    rig.main.error = BLOCKED
    rig.pull()
    rig.other.error = SourceUnavailable("calendar.timeout", "x")
    report = rig.pull()
    assert (report.error, report.fallback is not None) == (rig.other.error, True)


def test_refused_by_both_the_configured_one_is_tried_again_soon(rig: Rig) -> None:
    rig.main.error = BLOCKED
    rig.pull()
    rig.other.error = AccessDenied("calendar.graph_access_denied", "x")
    rig.pull()
    rig.main.error = None
    rig.clock.advance(OTHER_AGAIN_S + 1)
    assert rig.pull().fallback is None


def test_clock_that_was_years_ahead_does_not_bind_it(rig: Rig) -> None:
    rig.clock.set(NOON + timedelta(days=3650))
    rig.main.error = BLOCKED
    rig.pull()
    rig.clock.set(NOON)
    rig.main.error = None
    assert rig.pull().fallback is None


def test_raw_view_is_of_the_source_that_serves(rig: Rig) -> None:
    def explain(_: object) -> None:
        raise AssertionError

    rig.main.error = BLOCKED
    rig.pull()
    with pytest.raises(SourceUnavailable):
        rig.failover.look(explain)  # type: ignore[arg-type]  # never called
    assert (rig.main.looks, rig.other.looks) == (0, 1)


@given(st.text(max_size=60) | st.sampled_from(['{"since": "2026-11-23T12:00:00"}', "[]", '{"times": "x"}', "null"]))
def test_any_note_is_read_as_something(note: str) -> None:
    rig = Rig()
    rig.store.set_note(NOTE, note)
    assert rig.restarted().pull().ok


def test_disk_that_cannot_be_written_changes_nothing(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise StoreError("store.full", "full")

    monkeypatch.setattr(rig.store, "set_note", broken)
    rig.main.error = BLOCKED
    assert rig.pull().fallback is not None
    assert rig.pull().fallback is not None


def test_pause_until_the_configured_source_is_tried_grows_to_a_week() -> None:
    assert BACK_S * 2**5 > BACK_CAP_S == 7 * 86_400
