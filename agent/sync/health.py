"""What a round means for the calendar's health, and the figures for metrics. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent.model.sync import SourceHealth
from agent.sync.report import MANUAL, PullReport

DURATIONS_S = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 180.0)


@dataclass(frozen=True, slots=True)
class SyncCounters:
    """Since the process started. `attempts`: rounds that asked the source, by code, "ok" for good ones.

    `skipped`: unreadable items of all rounds, by reason. `doubts`: answers that were suddenly empty.
    `durations`: rounds by `DURATIONS_S`, the last one for everything longer. `full`: whole reads, by
    `agent.sync.report.FULL`. `retry_after_s`: for how long the server asked to be left alone at the last attempt.
    `circuit_open`: see `PullReport`.
    """

    attempts: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    doubts: int = 0
    last_duration_s: float | None = None
    last_requests: int | None = None
    last_attempt: datetime | None = None
    durations: tuple[int, ...] = (0,) * (len(DURATIONS_S) + 1)
    duration_total_s: float = 0.0
    full: Mapping[str, int] = field(default_factory=dict)
    retry_after_s: float | None = None
    circuit_open: bool = False

    def plus(self, report: PullReport) -> SyncCounters:
        """With one more round."""
        if not report.attempted:
            return replace(self, circuit_open=report.circuit_open)
        place = bisect_left(DURATIONS_S, report.duration_s)
        code = report.error.code if report.error is not None else "ok"
        return SyncCounters(
            attempts=Counter(self.attempts) + Counter([code]),
            requests=self.requests + report.requests,
            skipped=Counter(self.skipped) + Counter(report.skipped),
            doubts=self.doubts + (report.doubt_s is not None),
            last_duration_s=report.duration_s,
            last_requests=report.requests,
            last_attempt=report.started,
            durations=tuple(count + (number == place) for number, count in enumerate(self.durations)),
            duration_total_s=self.duration_total_s + report.duration_s,
            full=Counter(self.full) + Counter([report.full] if report.full else []),
            retry_after_s=report.retry_after_s,
            circuit_open=report.circuit_open,
        )

    def looked(self) -> SyncCounters:
        """With one more whole read that somebody asked for."""
        return replace(self, full=Counter(self.full) + Counter([MANUAL]))


def after(health: SourceHealth, report: PullReport, *, now: datetime, retry_at: datetime) -> SourceHealth:
    """Health after a round. A doubted answer is contact, but says nothing new about the calendar."""
    health = replace(health, fallback=report.fallback)
    if report.error is not None:
        return failing(health, report.error.code, now=now, retry_at=retry_at)
    skipped = health.skipped if report.unchanged else sum(report.skipped.values())
    return replace(
        health,
        as_of=health.as_of if report.doubt_s is not None else report.started,
        contact_since_start=True,
        code=None,
        since=None,
        retry_at=retry_at,
        skipped=skipped,
        skipped_since=(health.skipped_since or report.started) if skipped else None,
        clock_skew_s=_skew(report) if report.server_time is not None else health.clock_skew_s,
        tls_ends=report.tls_ends or health.tls_ends,
        server_version=report.server_version or health.server_version,
    )


def failing(health: SourceHealth, code: str, *, now: datetime, retry_at: datetime | None) -> SourceHealth:
    """Something is wrong; `since` stays while it is the same thing."""
    since = health.since if health.code == code else now
    return replace(health, code=code, since=since, retry_at=retry_at)


def _skew(report: PullReport) -> float | None:
    """How far the server's clock is ahead of ours, in seconds; its Date header was made before the round ended."""
    if report.server_time is None:
        return None
    return (report.server_time - report.started - timedelta(seconds=report.duration_s)).total_seconds()
