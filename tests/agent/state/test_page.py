"""The page watch: when the screen is wrong, when it is repaired, and what the status says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent import wire
from agent.model.sync import SourceHealth
from agent.state.health import Facts, checks
from agent.state.page import PageFacts, PageWatch, Reaction, due, lags
from agent.state.project import Inputs, project
from tests.builders import MORNING, policy

S = timedelta(seconds=1)
GOOD = wire.list_hash([])


class Wall:
    """A watch over revisions with an empty list, and the page before it."""

    def __init__(self) -> None:
        self.watch = PageWatch()

    def publish(self, revision: int, now: datetime = MORNING) -> None:
        self.watch.published(replace(project(Inputs(policy=policy()), now).state, revision=revision))

    def report(self, revision: int, now: datetime, digest: str = GOOD, errors: tuple[str, ...] = ()) -> Reaction:
        report = wire.PageReport(
            page_id="p", revision=revision, hash=digest, rendered_at=wire.instant(now), errors=list(errors)
        )
        return self.watch.report(report, now)


@pytest.fixture
def wall() -> Wall:
    wall = Wall()
    wall.publish(7)
    return wall


def code_at(page: PageFacts | None, now: datetime) -> tuple[str, str]:
    state = project(Inputs(policy=policy()), now).state
    found = checks(Facts(release="1", configured=True, health=SourceHealth(), state=state, page=page), now)
    check = next(check for check in found if check.key == "page:rendered")
    return check.status, check.code


def test_a_page_that_shows_the_present_list_is_left_alone(wall: Wall) -> None:
    for seconds in (0, 30, 600):
        reaction = wall.report(7, MORNING + seconds * S)
        assert (reaction.repair, reaction.facts.wrong) == (False, False)
    assert wall.watch.repairs == 0


def test_a_page_that_differs_is_repaired_at_once_and_then_once_a_minute_while_it_does(wall: Wall) -> None:
    asked = [seconds for seconds in range(0, 200, 10) if wall.report(7, MORNING + seconds * S, "0" * 64).repair]
    assert asked == [0, 70, 140]
    assert not wall.report(7, MORNING + 300 * S).repair
    assert wall.watch.repairs == 3


def test_a_page_lags_when_the_newer_list_has_been_out_for_more_than_ten_seconds(wall: Wall) -> None:
    wall.publish(8, MORNING + 60 * S)
    early, late = (wall.report(7, MORNING + seconds * S) for seconds in (70, 71))
    assert (early.facts.lags, early.repair) == (False, False)
    assert (late.facts.lags, late.facts.matches, late.repair) == (True, True, True)
    healed = wall.report(8, MORNING + 72 * S)
    assert (healed.facts.wrong, healed.repair, healed.turned) == (False, False, True)


def test_a_clock_that_was_set_back_puts_nothing_off() -> None:
    hour = timedelta(hours=1)
    assert lags(7, (8, MORNING + hour), MORNING)
    assert due(PageFacts(MORNING, 7, matches=False, errors=0), MORNING + hour)


def test_nothing_is_compared_before_there_is_a_state() -> None:
    reaction = Wall().report(7, MORNING, "0" * 64)
    assert (reaction.facts.wrong, reaction.repair, reaction.turned) == (False, False, False)


def test_it_is_said_once_that_a_page_became_wrong_or_right(wall: Wall) -> None:
    seen = [wall.report(7, MORNING + n * S, digest).turned for n, digest in enumerate(["0" * 64] * 2 + [GOOD] * 2)]
    assert seen == [True, False, True, False]


@pytest.mark.parametrize(
    ("page", "after_s", "expected"),
    [
        (None, 0, ("pass", "page.not_seen")),
        (PageFacts(MORNING, 7, matches=True, errors=0), 90, ("pass", "page.ok")),
        (PageFacts(MORNING, 7, matches=True, errors=0), 91, ("warn", "page.silent")),
        (PageFacts(MORNING, 7, matches=False, errors=1), 0, ("warn", "page.mismatch")),
        (PageFacts(MORNING, 7, matches=True, errors=1, lags=True), 0, ("warn", "page.lagging")),
        (PageFacts(MORNING, 7, matches=False, errors=0, lags=True), 0, ("warn", "page.mismatch")),
        (PageFacts(MORNING, 7, matches=False, errors=0, lags=True), 91, ("warn", "page.silent")),
        (PageFacts(MORNING, 7, matches=True, errors=1), 0, ("warn", "page.errors")),
    ],
)
def test_the_status_tells_differing_lagging_and_silent_apart(
    page: PageFacts | None, after_s: int, expected: tuple[str, str]
) -> None:
    assert code_at(page, MORNING + after_s * S) == expected


def test_script_errors_are_counted_and_new_ones_told(wall: Wall) -> None:
    first = wall.report(7, MORNING, errors=("TypeError: a", "TypeError: a", "RangeError: b"))
    again = wall.report(7, MORNING, errors=("TypeError: a",))
    assert (first.new_errors, again.new_errors) == (("TypeError: a", "RangeError: b"), ())
    assert wall.watch.errors == 4
