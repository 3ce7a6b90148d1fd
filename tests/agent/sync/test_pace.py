"""How often Graph is asked: fast when people look, never beyond its budget, never seldom."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.sync.pace import AFTER_COMMAND_S, BUDGET, BUDGET_S, Pace
from agent.sync.report import PullReport
from agent.sync.schedule import wait_after
from tests.fakes.clock import FakeClock


class Rig:
    def __init__(self, poll_s: float = 30, fast_s: float = 3) -> None:
        self.clock = FakeClock()
        self.near = False
        self.pace = Pace(self.clock, poll_s, fast_s, self.is_near)
        self.chance = Random(1)

    def is_near(self, _now: datetime) -> bool:
        return self.near

    def rounds(self, seconds: float, requests: int = 1) -> list[float]:
        """The instants (monotonic) of the polls in this time, each with so many requests."""
        begun, polls = self.clock.monotonic(), []
        while self.clock.monotonic() - begun < seconds:
            polls.append(self.clock.monotonic())
            self.pace.spend(requests)
            report = PullReport(ok=True, started=self.clock.now(), requests=requests)
            self.clock.advance(wait_after(report, 0, poll_s=self.pace.poll_s(), chance=self.chance).poll_s)
        return polls


def test_far_from_any_meeting_it_is_the_slow_poll() -> None:
    assert Rig().pace.poll_s() == 30


def test_near_an_edge_it_is_every_three_seconds() -> None:
    rig = Rig()
    rig.near = True
    polls = rig.rounds(60)
    gaps = [after - before for before, after in pairwise(polls)]
    assert all(2.9 <= gap <= 3.7 for gap in gaps)


def test_after_a_command_too_for_a_while() -> None:
    rig = Rig()
    rig.pace.hasten()
    assert rig.pace.poll_s() < 4
    rig.clock.advance(AFTER_COMMAND_S + 1)
    assert rig.pace.poll_s() == 30


def test_slow_poll_is_never_made_slower_by_being_fast() -> None:
    rig = Rig(poll_s=5, fast_s=5)
    rig.near = True
    assert rig.pace.poll_s() == 5


@pytest.mark.parametrize("requests", [1, 3])
@pytest.mark.parametrize("poll_s", [5, 30, 120])
def test_no_ten_minutes_have_more_than_two_percent_of_the_quota(requests: int, poll_s: float) -> None:
    rig = Rig(poll_s=poll_s)
    rig.near = True
    polls = rig.rounds(4000, requests)
    most = max(sum(begin <= other < begin + BUDGET_S for other in polls) for begin in polls) * requests
    assert most <= BUDGET * 1.05


def test_a_day_of_back_to_back_meetings_stays_quick() -> None:
    rig = Rig()
    rig.near = True
    polls = rig.rounds(3600)
    assert len(polls) >= 900


@given(st.integers(5, 120), st.integers(3, 120), st.booleans(), st.integers(0, 2**16))
def test_never_slower_than_two_minutes(poll_s: int, fast_s: int, near: bool, seed: int) -> None:
    rig = Rig(poll_s, min(fast_s, poll_s))
    rig.near, rig.chance = near, Random(seed)
    polls = rig.rounds(1200)
    assert max(after - before for before, after in pairwise(polls)) <= 132
