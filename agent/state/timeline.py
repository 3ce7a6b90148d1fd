"""The history of the last days → what the page for operations draws. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from agent.model.history import InputSpan, Past
from agent.texts import say
from agent.wire import instant
from agent.wire.ops import OpsInput, OpsJoin, OpsSpan, OpsStart, OpsSyncs, OpsTimeline

T = TypeVar("T")
Key = tuple[datetime, *tuple[str, ...]]
MOST = 1_000
"""Entries of a kind in an answer: the newest."""


def timeline(past: Past, since: datetime, until: datetime, *, labels: Mapping[str, str], language: str) -> OpsTimeline:
    """`labels`: what people call the inputs, by name and in their order. Spans are told whole, though they may have
    begun before `since`."""
    return OpsTimeline(
        since=instant(since),
        until=instant(until),
        syncs=[
            OpsSyncs(
                since=instant(each.since),
                ok=each.ok,
                failed=each.failed,
                changes=each.changes,
                slowest_s=round(each.slowest_s, 3),
            )
            for each in _newest(past.quarters)
        ],
        outages=[_span(each.since, each.until, each.code, say(language, each.code)) for each in _newest(past.outages)],
        joins=[
            OpsJoin(at=instant(each.at), provider=each.provider, outcome=each.outcome) for each in _newest(past.joins)
        ],
        inputs=_inputs(past.inputs, labels, language),
        starts=[OpsStart(at=instant(each.at), previous=each.previous.value) for each in _newest(past.starts)],
    )


def overlaid(stored: Past, live: Past) -> Past:
    """What is on disk, with what is not there yet or is newer than it."""
    return Past(
        outages=_over(stored.outages, live.outages, lambda each: (each.since, each.code)),
        quarters=_over(stored.quarters, live.quarters, lambda each: (each.since,)),
        joins=_over(stored.joins, live.joins, lambda each: (each.at, each.id)),
        inputs=_over(stored.inputs, live.inputs, lambda each: (each.since, each.name)),
        starts=_over(stored.starts, live.starts, lambda each: (each.at,)),
    )


def _over(stored: Sequence[T], live: Sequence[T], key: Callable[[T], Key]) -> tuple[T, ...]:
    by_key = {key(each): each for each in (*stored, *live)}
    return tuple(by_key[each] for each in sorted(by_key))


def _inputs(spans: Sequence[InputSpan], labels: Mapping[str, str], language: str) -> list[OpsInput]:
    found: dict[str, list[OpsSpan]] = {name: [] for name in labels}
    for each in _newest(spans):
        title = say(language, f"input.{each.state}")
        found.setdefault(each.name, []).append(_span(each.since, each.until, each.state, title))
    return [OpsInput(name=name, label=labels.get(name) or name, spans=told) for name, told in found.items()]


def _span(since: datetime, until: datetime | None, code: str, title: str) -> OpsSpan:
    return OpsSpan(since=instant(since), until=instant(until) if until else None, code=code, title=title)


def _newest(entries: Sequence[T]) -> Sequence[T]:
    return entries[-MOST:]
