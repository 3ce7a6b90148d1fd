"""What a round means for health and figures."""

from __future__ import annotations

from datetime import timedelta

from agent.errors import SourceUnavailable
from agent.model.sync import SourceHealth
from agent.sync.health import SyncCounters, after
from agent.sync.report import PullReport
from tests.builders import at

DOWN = SourceUnavailable("calendar.unreachable", "refused")
GOOD = PullReport(ok=True, started=at(9), requests=2, duration_s=3, skipped={"parse": 2, "size": 1})
BAD = PullReport(ok=False, started=at(9), requests=1, error=DOWN)


def health(before: SourceHealth, report: PullReport, hour: int = 9) -> SourceHealth:
    return after(before, report, now=at(hour), retry_at=at(hour, 1))


def test_success_is_as_of_its_beginning_and_counts_what_could_not_be_read() -> None:
    result = health(SourceHealth(code="calendar.tls", since=at(8)), GOOD)
    assert result == SourceHealth(
        as_of=at(9), contact_since_start=True, retry_at=at(9, 1), skipped=3, skipped_since=at(9)
    )


def test_unchanged_answer_says_nothing_new_about_unreadable_items() -> None:
    before = health(SourceHealth(), GOOD)
    unchanged = PullReport(ok=True, started=at(10), unchanged=True)
    assert health(before, unchanged, 10).skipped == 3


def test_failure_keeps_what_is_known_and_since_when_it_lasts() -> None:
    first = health(health(SourceHealth(), GOOD), BAD, 10)
    second = health(first, BAD, 11)
    assert (second.as_of, second.contact_since_start, second.skipped) == (at(9), True, 3)
    assert (second.code, second.since, second.retry_at) == ("calendar.unreachable", at(10), at(11, 1))


def test_another_failure_begins_when_it_is_seen() -> None:
    first = health(SourceHealth(), BAD, 10)
    other = PullReport(ok=False, started=at(11), error=SourceUnavailable("calendar.tls", "name"))
    assert health(first, other, 11).since == at(11)


def test_doubted_answer_is_contact_but_not_news() -> None:
    before = health(SourceHealth(), GOOD)
    doubted = PullReport(ok=True, started=at(10), doubt_s=60)
    result = health(before, doubted, 10)
    assert (result.code, result.as_of, result.contact_since_start) == (None, at(9), True)


def test_skew_is_the_servers_clock_against_ours_when_the_answer_was_there() -> None:
    report = PullReport(ok=True, started=at(9), duration_s=2, server_time=at(9) + timedelta(seconds=62))
    result = health(SourceHealth(), report)
    assert result.clock_skew_s == 60
    assert health(result, GOOD).clock_skew_s == 60  # an answer without a Date header


def test_figures_add_up_and_leave_out_rounds_that_asked_nobody() -> None:
    counters = SyncCounters()
    held = PullReport(ok=False, started=at(9), error=DOWN, attempted=False)
    for report in (GOOD, BAD, held, GOOD):
        counters = counters.plus(report)
    assert counters.attempts == {"ok": 2, "calendar.unreachable": 1}
    assert (counters.requests, counters.last_requests, counters.last_duration_s) == (5, 2, 3)
    assert counters.skipped == {"parse": 4, "size": 2}
