"""From what is known of a box to the state of the page for operations."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent import wire
from agent.model.sync import SourceHealth
from agent.state import health
from agent.state.check import Check
from agent.state.freshness import BUCKETS, Histogram
from agent.state.ops import OpsFacts, freshness_of, news, ops_state
from agent.state.project import setup_state
from tests.builders import MORNING, at

ROOM = wire.Room(name="San Jose", mailbox="sjroom@contoso.example", timezone="America/Los_Angeles", language="en")
FACTS = OpsFacts(
    release="1",
    source="ews",
    started=MORNING,
    booted=MORNING,
    room=ROOM,
    health=SourceHealth(as_of=MORNING),
    checks=[
        Check(key="calendar:contact", status="pass", code="calendar.ok", value=3.5, unit="s"),
        Check(key="disk:free", status="warn", code="disk.low", value=10, unit="bytes"),
    ],
    freshness=Histogram(),
    versions={},
)


def histogram(*seconds: float) -> Histogram:
    found = Histogram()
    for each in seconds:
        found.observe(each)
    return found


def test_the_worst_check_is_the_state() -> None:
    assert ops_state(FACTS, MORNING).status == "warn"


@pytest.mark.parametrize(
    ("seconds", "median", "p95"),
    [
        ((), None, None),
        ((0.3,), 0.25, 0.47),
        ((0.2, 0.2, 1.5, 1.5), 0.5, 1.9),
        ((0.4,) * 90 + (8.0,) * 10, 0.28, 7.5),
        ((10_000.0,) * 3, 600.0, 600.0),
    ],
)
def test_quantiles_are_interpolated_within_their_bucket(
    seconds: tuple[float, ...], median: float | None, p95: float | None
) -> None:
    found = freshness_of(histogram(*seconds))

    assert (found.median_s, found.p95_s) == (median, p95)
    assert len(found.counts) == len(found.bounds_s) + 1 == len(BUCKETS) + 1
    assert sum(found.counts) == len(seconds)


def test_the_time_of_day_and_measured_figures_are_no_news() -> None:
    figures = [replace(each, value=99) for each in FACTS.checks]
    before = ops_state(FACTS, MORNING)
    after = ops_state(replace(FACTS, checks=figures, booted=at(10)), at(11))

    assert before != after
    assert news(before) == news(after)


@pytest.mark.parametrize(
    "change",
    [
        {"health": SourceHealth(as_of=at(11))},
        {"freshness": histogram(1.0)},
        {"checks": [replace(FACTS.checks[0], code="calendar.stale"), FACTS.checks[1]]},
        {"versions": {"agent": "2"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_all_else_is(change: dict[str, object]) -> None:
    assert news(ops_state(FACTS, MORNING)) != news(ops_state(replace(FACTS, **change), MORNING))  # type: ignore[arg-type]


def test_a_database_that_was_not_migrated_is_told_with_its_cure() -> None:
    facts = health.Facts(release="1", configured=True, health=FACTS.health, state=setup_state("en", MORNING, "UTC"),
                         store_not_migrated="store.full")  # fmt: skip
    told = ops_state(replace(FACTS, checks=health.checks(facts, MORNING)), MORNING)

    (store,) = [each for each in told.checks if each.key == "store:integrity"]
    assert (store.status, store.code) == ("warn", "store.not_migrated")
    (todo,) = [each for each in told.todo if each.code == "store.not_migrated"]
    assert "older release" in todo.title
