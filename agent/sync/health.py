"""What a round means for the calendar's health, and the figures for metrics. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from agent.model.sync import SourceHealth
from agent.sync.report import PullReport


@dataclass(frozen=True, slots=True)
class SyncCounters:
    """Since the process started. `attempts`: rounds that asked the source, by code, "ok" for good ones.

    `skipped`: unreadable items of all rounds, by reason. `doubts`: answers that were suddenly empty.
    """

    attempts: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    doubts: int = 0
    last_duration_s: float | None = None
    last_requests: int | None = None

    def plus(self, report: PullReport) -> SyncCounters:
        """With one more round."""
        if not report.attempted:
            return self
        code = report.error.code if report.error is not None else "ok"
        return SyncCounters(
            attempts=Counter(self.attempts) + Counter([code]),
            requests=self.requests + report.requests,
            skipped=Counter(self.skipped) + Counter(report.skipped),
            doubts=self.doubts + (report.doubt_s is not None),
            last_duration_s=report.duration_s,
            last_requests=report.requests,
        )


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
