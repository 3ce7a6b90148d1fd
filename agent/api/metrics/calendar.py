"""Metrics of the calendar: reading it, its account, the stream of changes, the list."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator

from prometheus_client.core import Metric

from agent.api.metrics.families import counter, counters, gauge, gauges, histogram, stamp
from agent.api.metrics.snapshot import Snapshot
from agent.model.expiry import Ending
from agent.model.failures import CLASSES, class_of
from agent.model.join import NoJoinReason
from agent.model.sync import SIGN_IN_REFUSED
from agent.state.freshness import BUCKETS
from agent.sync.health import DURATIONS_S
from agent.sync.report import FULL

NOT_TRIED = frozenset({"calendar.secret_missing", "calendar.sign_in_needed", "calendar.certificate_unusable"})
"""Codes of an account that the server never saw."""


def calendar(now: Snapshot) -> Iterator[Metric]:
    """Reading, account, stream, freshness, what ends, the list."""
    yield from _reading(now)
    yield from _account(now)
    yield from _stream(now)
    yield histogram("change_to_screen_seconds", "From an edit in the calendar to the page that shows it.",
                    BUCKETS, now.freshness.counts, now.freshness.total_s)  # fmt: skip
    ends = {expiry.what: expiry.ends for expiry in now.expiries}
    yield gauges("expiry_timestamp_seconds", "When what the room needs ends; 0 where that is not known.", "what",
                 {what.value: stamp(ends.get(what)) for what in Ending})  # fmt: skip
    yield from _list(now)


def _reading(now: Snapshot) -> Iterator[Metric]:
    health, sync = now.health, now.counters
    by_result = Tally[str]()
    for code, count in sync.attempts.items():
        by_result[class_of(code)] += count
    yield counters("sync_attempts", "Reads of the calendar by result.", "result", by_result, CLASSES)
    yield counter("calendar_requests", "HTTP requests to the calendar server.", sync.requests)
    yield gauge("sync_last_success_timestamp_seconds", "When the calendar was last read.", stamp(health.as_of))
    yield gauge("sync_last_attempt_timestamp_seconds", "When the calendar was last asked for since the start.",
                stamp(sync.last_attempt))  # fmt: skip
    yield gauge("sync_last_duration_seconds", "How long the last read took.", sync.last_duration_s or 0.0)
    yield histogram("sync_duration_seconds", "How long reads of the calendar took.",
                    DURATIONS_S, sync.durations, sync.duration_total_s)  # fmt: skip
    yield counters("sync_full_resyncs", "Whole reads by reason: nothing stored, token refused, doubt, a person's wish.",
                   "reason", sync.full, FULL)  # fmt: skip
    yield gauge("retry_after_seconds", "For how long the server asked to be left alone at the last attempt.",
                sync.retry_after_s or 0.0)  # fmt: skip
    yield gauge("items_skipped", "Items of the last answer that could not be read.", health.skipped)
    yield gauge("clock_skew_seconds", "The calendar server's clock minus ours.", health.clock_skew_s or 0.0)


def _account(now: Snapshot) -> Iterator[Metric]:
    refused = sum(now.counters.attempts.get(code, 0) for code in SIGN_IN_REFUSED - NOT_TRIED)
    yield gauge("auth_circuit_open", "1 while a secret that was refused more than once in a row is spared.",
                float(now.counters.circuit_open))  # fmt: skip
    yield counter("auth_rejections", "How often the calendar server refused the account.", refused)


def _stream(now: Snapshot) -> Iterator[Metric]:
    stream = now.stream
    yield gauge("calendar_stream_up", "1 while the server tells of changes as they happen.", float(stream.live))
    yield counter("calendar_stream_connects", "Streams of changes that were opened.", stream.connects)
    yield counter("calendar_stream_failures", "Streams of changes that broke or could not be opened.", stream.failures)
    yield counter("calendar_stream_requests", "HTTP requests to open streams of changes.", stream.requests)


def _list(now: Snapshot) -> Iterator[Metric]:
    meetings = now.state.meetings if now.state else []
    yield gauge("meetings_stored", "Entries of the window that the database holds.", now.stored)
    yield gauge("meetings_listed", "Meetings in the list.", len(meetings))
    yield gauge("revision", "Revision of the room's state.", now.state.revision if now.state else 0)
    reasons = Tally(meeting.no_join_reason for meeting in meetings)
    yield gauges("meetings_without_join", "Listed meetings without a Join button by reason.", "reason",
                 {reason.value: reasons[reason.value] for reason in NoJoinReason})  # fmt: skip
