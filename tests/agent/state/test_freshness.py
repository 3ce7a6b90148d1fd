"""From the server's edit to the page's word, on one clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from agent import wire
from agent.state.freshness import BUCKETS, Freshness
from agent.state.page import PageWatch
from agent.state.project import setup_state
from tests.builders import at

S = timedelta(seconds=1)


def test_a_change_is_measured_when_a_page_shows_its_revision() -> None:
    fresh = Freshness()
    fresh.read([at(9)], at(9) + S)
    fresh.published(7)
    fresh.shown(6, at(9) + 1.5 * S)
    assert sum(fresh.histogram.counts) == 0
    fresh.shown(7, at(9) + 1.9 * S)
    assert fresh.histogram.counts[BUCKETS.index(2.0)] == 1
    assert fresh.histogram.total_s == 1.9
    fresh.shown(8, at(9) + 9 * S)
    assert sum(fresh.histogram.counts) == 1


def test_a_later_revision_shows_earlier_changes_too() -> None:
    fresh = Freshness()
    fresh.read([at(9)], at(9))
    fresh.published(1)
    fresh.read([at(9) + S], at(9) + S)
    fresh.published(2)
    fresh.shown(2, at(9) + 2 * S)
    assert sum(fresh.histogram.counts) == 2


def test_old_and_future_edits_and_waiting_for_ever_count_for_nothing() -> None:
    fresh = Freshness()
    fresh.read([at(8), at(10)], at(9))
    fresh.published(1)
    fresh.shown(1, at(9))
    fresh.read([at(9)], at(9))
    fresh.read([], at(9) + 601 * S)
    fresh.published(2)
    fresh.shown(2, at(9) + 602 * S)
    assert sum(fresh.histogram.counts) == 0


def test_a_page_that_shows_another_list_shows_no_change() -> None:
    fresh = Freshness()
    watch = PageWatch(fresh)
    fresh.read([at(9)], at(9))
    watch.published(replace(setup_state("en", at(9), "America/Los_Angeles"), revision=3))
    other = wire.PageReport(page_id="p", revision=3, hash="another", rendered_at=wire.instant(at(9)))
    watch.report(other, at(9) + S)
    assert sum(fresh.histogram.counts) == 0
    watch.report(replace(other, hash=wire.list_hash([])), at(9) + S)
    assert sum(fresh.histogram.counts) == 1
