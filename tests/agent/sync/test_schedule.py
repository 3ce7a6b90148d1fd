"""When the source is asked, as statistics and as bounds that hold for any chance."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from statistics import mean, quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import ConfigError, RoomAgentError, SourceThrottled, SourceUnavailable
from agent.sync.report import PullReport
from agent.sync.schedule import Wait, first_wait, wait_after

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DOWN = SourceUnavailable("calendar.unreachable", "refused")
CHANCE = st.integers(0, 2**32).map(Random)


def failed(error: RoomAgentError = DOWN, requests: int = 1, rest_s: float | None = None) -> PullReport:
    return PullReport(ok=False, started=NOW, error=error, requests=requests, rest_s=rest_s)


def good(requests: int = 1, doubt_s: float | None = None) -> PullReport:
    return PullReport(ok=True, started=NOW, requests=requests, doubt_s=doubt_s)


def wait(report: PullReport, failures: int = 0, chance: Random | None = None) -> Wait:
    return wait_after(report, failures, poll_s=30, chance=chance or Random(1))


@given(CHANCE)
def test_poll_is_the_period_more_or_less(chance: Random) -> None:
    assert 27 <= wait(good(), chance=chance).poll_s <= 33


@given(CHANCE, st.integers(1, 200), st.integers(1, 20))
def test_fault_leaves_room_for_six_requests_a_minute_and_ends_within_two_minutes(
    chance: Random, failures: int, requests: int
) -> None:
    result = wait(failed(requests=requests), failures, chance)
    for each in (result.poll_s, result.nudge_s, result.person_s):
        assert min(10 * requests, 120) <= each <= 120


@given(CHANCE, st.lists(st.sampled_from(["poll_s", "nudge_s", "person_s"]), min_size=300, max_size=300))
@settings(max_examples=30)
def test_no_minute_of_a_fault_has_more_than_six_attempts(chance: Random, wishes: list[str]) -> None:
    times, now = [], 0.0
    for failures, wish in enumerate(wishes, start=1):
        times.append(now)
        now += getattr(wait(failed(), failures, chance), wish)
    assert all(sum(begin <= other < begin + 60 for other in times) <= 6 for begin in times)


@given(CHANCE, st.integers(1, 5), st.floats(0, 600))
def test_servers_wish_is_obeyed_by_everybody(chance: Random, failures: int, asked: float) -> None:
    result = wait(failed(SourceThrottled("calendar.busy", "busy", asked)), failures, chance)
    assert max(asked, 10) <= result.person_s <= 600
    assert result.person_s == result.nudge_s == result.poll_s


@pytest.mark.parametrize("asked", [1e9, 601.0])
def test_servers_wish_is_clamped_to_ten_minutes(asked: float) -> None:
    assert wait(failed(SourceThrottled("calendar.busy", "busy", asked)), 1).poll_s == 600


@pytest.mark.parametrize("asked", [None, -1.0, float("nan"), float("inf")])
def test_server_that_says_nonsense_gets_the_usual_back_off(asked: float | None) -> None:
    assert 10 <= wait(failed(SourceThrottled("calendar.busy", "busy", asked)), 1).poll_s <= 20


@given(CHANCE, st.integers(0, 4), st.booleans())
def test_healthy_source_is_asked_thirty_times_a_minute_at_most(chance: Random, requests: int, lately: bool) -> None:
    result = wait_after(good(requests), 0, poll_s=30, chance=chance, bulk_lately=lately)
    assert min(result.poll_s, result.nudge_s, result.person_s) >= max(5, 2 * requests)


def test_a_bulk_read_does_not_hold_up_the_next_change_but_a_second_one_does() -> None:
    def nudge(*, lately: bool) -> float:
        return wait_after(good(16), 0, poll_s=60, chance=Random(1), bulk_lately=lately).nudge_s

    assert (nudge(lately=False), nudge(lately=True)) == (8, 32)


def test_doubt_is_settled_when_a_second_answer_counts() -> None:
    assert wait(good(doubt_s=22)).poll_s == 22
    assert wait(good(doubt_s=0.5)).poll_s == 5
    assert wait(good(doubt_s=60)).poll_s <= 33


def test_resting_secret_is_looked_at_twice_a_minute_and_whenever_a_person_asks() -> None:
    assert wait(failed(rest_s=900), 2) == Wait(30, 30, 0)
    assert wait(failed(rest_s=12), 2).poll_s == 12


def test_missing_secret_is_looked_for_within_a_minute() -> None:
    assert wait(failed(ConfigError("calendar.ews.password_file: no such file")), 9).poll_s <= 60


class TestFirst:
    @pytest.mark.parametrize(("uptime", "stored"), [(1000.0, True), (10.0, False)])
    def test_round_is_at_once_unless_the_machine_just_started_with_a_list(self, uptime: float, stored: bool) -> None:
        assert first_wait(uptime, stored=stored, spread_s=120, chance=Random(1)) == Wait(0, 0, 0)

    def test_five_thousand_rooms_spread_over_a_minute_and_more(self) -> None:
        chance = Random(7)
        waits = [first_wait(20, stored=True, spread_s=120, chance=chance).poll_s for _ in range(5000)]
        assert max(waits) <= 120
        assert max(waits) - min(waits) >= 60
        seconds = [int(each) for each in waits]
        assert max(seconds.count(second) for second in range(120)) <= 80  # 42 on average

    def test_person_does_not_wait(self) -> None:
        assert first_wait(20, stored=True, spread_s=120, chance=Random(1)).person_s == 0


def test_rooms_come_back_spread_after_an_outage_and_all_within_two_minutes() -> None:
    chance = Random(3)
    waits = [wait(failed(), 20, chance).poll_s for _ in range(5000)]
    assert max(waits) <= 120
    assert 55 <= mean(waits) <= 75
    low, _, high = quantiles(waits, n=4)
    assert high - low >= 45
