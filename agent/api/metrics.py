"""`/metrics`: gauges and counters of the core (`room_agent_*`, and the process's own `process_*` under their customary
names), text 0.0.4 or OpenMetrics on Accept.

Labels come from fixed sets, each combination exported from the start. No mailbox, subject, host or error text.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from agent import wire
from agent.model.expiry import Ending, Expiry
from agent.model.join import NoJoinReason
from agent.model.sync import SourceHealth, StreamHealth
from agent.state.freshness import BUCKETS, Histogram
from agent.state.page import PageFacts
from agent.sync.health import SyncCounters

RESULTS: dict[str, str] = {
    "ok": "ok",
    "calendar.sign_in_failed": "auth",
    "calendar.password_expired": "auth",
    "calendar.account_disabled": "auth",
    "calendar.account_locked": "auth",
    "calendar.secret_expired": "auth",
    "calendar.secret_missing": "auth",
    "calendar.auth_not_offered": "auth",
    "calendar.impersonation_denied": "denied",
    "calendar.access_denied": "denied",
    "calendar.ews_blocked": "denied",
    "calendar.mailbox_not_found": "notfound",
    "calendar.non_primary_address": "notfound",
    "calendar.throttled": "throttled",
    "calendar.server_error": "server",
    "calendar.unreachable": "network",
    "calendar.timeout": "network",
    "calendar.server_timeout": "server",
    "calendar.hung": "network",
    "calendar.ntlm_broken": "network",
    "calendar.proxy": "network",
    "calendar.token_service_unreachable": "network",
    "calendar.tls": "tls",
    "calendar.not_exchange": "protocol",
    "calendar.wrong_answer": "protocol",
    "calendar.answer_too_large": "protocol",
    "calendar.app_unknown": "auth",
    "calendar.app_disabled": "auth",
    "calendar.tenant_unknown": "auth",
    "calendar.certificate_refused": "auth",
    "calendar.certificate_unusable": "auth",
    "calendar.wrong_cloud": "auth",
    "calendar.conditional_access": "auth",
    "calendar.consent_missing": "auth",
    "calendar.public_client": "auth",
    "calendar.sign_in_needed": "auth",
    "calendar.token_refused": "auth",
    "calendar.graph_access_denied": "denied",
    "calendar.mailbox_out_of_scope": "denied",
    "calendar.app_role_missing": "denied",
    "calendar.mailbox_not_in_cloud": "notfound",
    "calendar.not_graph": "protocol",
    "calendar.request_refused": "protocol",
}
"""Result labels by code; codes of the database count as storage, all others as other."""
LABELS = (*dict.fromkeys(RESULTS.values()), "storage", "other")
TEXT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What is measured at one moment."""

    release: str
    source: str
    state: wire.RoomState | None
    health: SourceHealth
    counters: SyncCounters
    page: PageFacts | None
    page_repairs: int
    page_errors: int
    stream: StreamHealth
    freshness: Histogram
    expiries: Sequence[Expiry]
    database_bytes: int
    watchers: int


class CoreCollector(Collector):
    """Turns a snapshot into metric families at every scrape."""

    def __init__(self, take: Callable[[], Snapshot]) -> None:
        self._take = take

    def describe(self) -> Iterator[Metric]:
        """Nothing: an unregistered scrape must not be needed to register."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """All families of the core."""
        now = self._take()
        build = InfoMetricFamily("room_agent_build", "Version and calendar source of the agent.")
        build.add_metric([], {"version": now.release, "source": now.source})
        yield build
        yield from _sync(now)
        yield from _stream(now.stream)
        yield _freshness(now.freshness)
        yield _expiries(now.expiries)
        yield from _list(now)
        yield _gauge("room_agent_page_report_timestamp_seconds", "When the home screen last reported what it shows.",
                     _stamp(now.page.seen if now.page else None))  # fmt: skip
        yield _gauge("room_agent_page_matches", "1 while the home screen shows the agent's own list.",
                     float(now.page.matches) if now.page else 0.0)  # fmt: skip
        yield _counter("room_agent_page_repairs", "How often a wrong home screen was told to make itself anew.",
                       now.page_repairs)  # fmt: skip
        yield _counter("room_agent_page_errors", "Script errors that home screens reported.", now.page_errors)
        yield _gauge("room_agent_database_size_bytes", "Size of the database file.", now.database_bytes)
        yield _gauge("room_agent_stream_clients", "Open event streams.", now.watchers)


def _sync(now: Snapshot) -> Iterator[Metric]:
    health, counters = now.health, now.counters
    attempts = CounterMetricFamily("room_agent_sync_attempts", "Reads of the calendar by result.", labels=["result"])
    by_result = Tally[str]()
    for code, count in counters.attempts.items():
        by_result[RESULTS.get(code, "storage" if code.startswith("store.") else "other")] += count
    for result in LABELS:
        attempts.add_metric([result], by_result[result])
    yield attempts
    yield _counter("room_agent_calendar_requests", "HTTP requests to the calendar server.", counters.requests)
    yield _gauge(
        "room_agent_sync_last_success_timestamp_seconds", "When the calendar was last read.", _stamp(health.as_of)
    )
    yield _gauge(
        "room_agent_sync_last_duration_seconds", "How long the last read took.", counters.last_duration_s or 0.0
    )
    yield _gauge("room_agent_items_skipped", "Items of the last answer that could not be read.", health.skipped)
    yield _gauge("room_agent_clock_skew_seconds", "The calendar server's clock minus ours.", health.clock_skew_s or 0.0)


def _stream(stream: StreamHealth) -> Iterator[Metric]:
    yield _gauge("room_agent_calendar_stream_up", "1 while the server tells of changes as they happen.",
                 float(stream.live))  # fmt: skip
    for name, text, count in (
        ("connects", "Streams of changes that were opened.", stream.connects),
        ("failures", "Streams of changes that broke or could not be opened.", stream.failures),
        ("requests", "HTTP requests to open streams of changes.", stream.requests),
    ):
        yield _counter(f"room_agent_calendar_stream_{name}", text, count)


def _freshness(histogram: Histogram) -> HistogramMetricFamily:
    family = HistogramMetricFamily(
        "room_agent_change_to_screen_seconds", "From an edit in the calendar to the page that shows it."
    )
    running = list(accumulate(histogram.counts))
    bounds = [*map(str, BUCKETS), "+Inf"]
    family.add_metric([], buckets=list(zip(bounds, running, strict=True)), sum_value=histogram.total_s)
    return family


def _expiries(expiries: Sequence[Expiry]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "room_agent_expiry_timestamp_seconds",
        "When what the room needs ends; 0 where that is not known.",
        labels=["what"],
    )
    known = {expiry.what: expiry.ends for expiry in expiries}
    for what in Ending:
        family.add_metric([what.value], _stamp(known.get(what)))
    return family


def _list(now: Snapshot) -> Iterator[Metric]:
    meetings = now.state.meetings if now.state else []
    yield _gauge("room_agent_meetings_listed", "Meetings in the list.", len(meetings))
    yield _gauge("room_agent_revision", "Revision of the room's state.", now.state.revision if now.state else 0)
    reasons = Tally(meeting.no_join_reason for meeting in meetings)
    without = GaugeMetricFamily(
        "room_agent_meetings_without_join", "Listed meetings without a Join button by reason.", labels=["reason"]
    )
    for reason in NoJoinReason:
        without.add_metric([reason.value], reasons[reason.value])
    yield without


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text)
    family.add_metric([], value)
    return family


def _counter(name: str, text: str, count: float) -> CounterMetricFamily:
    family = CounterMetricFamily(name, text)
    family.add_metric([], count)
    return family


def _stamp(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def renderer(take: Callable[[], Snapshot]) -> Callable[[str], tuple[bytes, str]]:
    """A function from an Accept header to exposition and content type."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(CoreCollector(take))

    def render(accept: str) -> tuple[bytes, str]:
        if "application/openmetrics-text" not in accept:
            accept = TEXT
        encode, content_type = choose_encoder(accept)
        return encode(registry), content_type

    return render
