"""What is known of a box → the state of the page for operations. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent import wire
from agent.model.sync import SourceHealth
from agent.state.check import Check
from agent.state.freshness import BUCKETS, Histogram
from agent.state.health import verdict
from agent.state.todo import ops_check, todo
from agent.wire.ops import OpsCheck, OpsFreshness, OpsState


@dataclass(frozen=True, slots=True, kw_only=True)
class OpsFacts:
    """`started`: when the process was, `booted`: when the machine was."""

    release: str
    source: str
    started: datetime
    booted: datetime
    room: wire.Room
    health: SourceHealth
    checks: Sequence[Check]
    freshness: Histogram
    versions: Mapping[str, str]


def ops_state(facts: OpsFacts, now: datetime) -> OpsState:
    """The page's state, sentences in the room's language."""
    room, health = facts.room, facts.health
    return OpsState(
        now=wire.instant(now),
        room=room.name,
        mailbox=room.mailbox,
        timezone=room.timezone,
        language=room.language,
        status=verdict(facts.checks),
        release=facts.release,
        started=wire.instant(facts.started),
        booted=wire.instant(facts.booted),
        source=facts.source,
        calendar_as_of=wire.instant(health.as_of) if health.as_of else None,
        retry_at=wire.instant(health.retry_at) if health.retry_at else None,
        todo=todo(facts.checks, now, room.language),
        checks=[ops_check(each, room.language) for each in facts.checks],
        freshness=freshness_of(facts.freshness),
        versions=dict(facts.versions),
    )


def news(state: OpsState) -> OpsState:
    """A state without what changes all the time: a page is told of a state when this differs. Figures that pass are
    none: the page gets the present ones with whatever else is news."""
    return replace(state, now="", booted="", checks=[_without_figure(each) for each in state.checks])


def freshness_of(histogram: Histogram) -> OpsFreshness:
    """The distribution with its median and 95th percentile, estimated within a bucket as Prometheus does."""
    counts = list(histogram.counts)
    return OpsFreshness(
        bounds_s=list(BUCKETS), counts=counts, median_s=_quantile(0.5, counts), p95_s=_quantile(0.95, counts)
    )


def _quantile(share: float, counts: Sequence[int]) -> float | None:
    """By linear interpolation within the bucket; beyond the last bound, that bound."""
    rank, seen, low = share * sum(counts), 0, 0.0
    for bound, count in zip(BUCKETS, counts, strict=False):
        if count and seen + count >= rank:
            return round(low + (bound - low) * (rank - seen) / count, 2)
        seen, low = seen + count, bound
    return BUCKETS[-1] if sum(counts) else None


def _without_figure(check: OpsCheck) -> OpsCheck:
    return replace(check, value=None) if check.unit is not None or check.status == "pass" else check
