from __future__ import annotations

from random import Random

import pytest

from agent.control.answer_pause import LONGEST_S, SHORTEST_S, is_one_messages, pause_after
from agent.errors import SourceThrottled, SourceUnavailable, StoreError

DOWN = SourceUnavailable("calendar.unreachable", "down")


@pytest.mark.parametrize("in_a_row", [0, 1, 2, 7, 1_000_000])
def test_pauses_are_random_bounded_and_grow(in_a_row: int) -> None:
    chance = Random(3)
    pauses = [pause_after(DOWN, in_a_row, chance) for _ in range(200)]
    ceiling = min(LONGEST_S, 2.0 ** min(max(in_a_row - 1, 0), 10))
    assert SHORTEST_S <= min(pauses) < ceiling / 2
    assert ceiling / 2 < max(pauses) <= ceiling


@pytest.mark.parametrize(("asked", "least"), [(120.0, 120.0), (0.001, 1.0)])
def test_what_the_server_asks_for_wins(asked: float, least: float) -> None:
    pause = pause_after(SourceThrottled("calendar.throttled", "", asked), 1, Random(1))
    assert least <= pause <= max(asked * 1.1, 1.0)


@pytest.mark.parametrize("asked", [None, 0.0, -5.0])
def test_a_server_that_does_not_say_how_long_is_met_with_ours(asked: float | None) -> None:
    assert pause_after(SourceThrottled("calendar.throttled", "", asked), 1, Random(1)) <= 1.0


def test_only_refusals_are_one_messages_fault() -> None:
    assert is_one_messages(SourceUnavailable("calendar.server_error", ""))
    assert not is_one_messages(DOWN)
    assert not is_one_messages(StoreError("store.full", ""))
