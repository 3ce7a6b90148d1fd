"""The key that begins a new set-up counts only just after power-on, only when it is held, and only with a yes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.overlay.state import Reset, ResetQuestion
from display.shell.reset import ASK_S, GUARD_S, HOLD_S, WITHIN_S, Phase, ResetKey


def played(*looks: tuple[float, bool]) -> ResetKey:
    state = ResetKey()
    for uptime, held in looks:
        state = state.looked(uptime, held=held)
    return state


def asking(since: float = 15.0) -> ResetKey:
    return ResetKey(Phase.ASKING, since)


def test_the_key_is_held_and_the_question_comes() -> None:
    holding = played((9, False), (10, True))
    assert holding.phase is Phase.HOLDING
    assert [holding.message(10 + after) for after in (0, 2, 4.9)] == [Reset(seconds=n) for n in (5, 3, 1)]

    asked = holding.looked(10 + HOLD_S, held=True)

    assert (asked.phase, asked.message(16)) == (Phase.ASKING, ResetQuestion())


def test_a_key_let_go_changes_nothing_and_may_be_held_again() -> None:
    assert played((10, True), (14.9, False)).phase is Phase.WAITING
    assert played((10, True), (14.9, False), (15, True), (20.1, True)).phase is Phase.ASKING


@pytest.mark.parametrize(
    "looks",
    [
        [(WITHIN_S, True), (WITHIN_S + 9, True)],  # pressed too late
        [(WITHIN_S - 1, True), (WITHIN_S + 3, False), (WITHIN_S + 4, True), (WITHIN_S + 12, True)],
        [(10_000.0, True), (10_009.0, True)],  # a shell that is started anew in the middle of a day
    ],
)
def test_after_twenty_seconds_of_uptime_it_is_a_key_like_any_other(looks: list[tuple[float, bool]]) -> None:
    assert played(*looks).phase is Phase.OVER


def test_a_press_in_time_may_be_held_beyond() -> None:
    assert played((WITHIN_S - 0.1, True), (WITHIN_S + 2, True), (WITHIN_S + 5, True)).phase is Phase.ASKING


def test_yes_no_and_no_answer() -> None:
    assert asking().answered(17, yes=True).phase is Phase.CONFIRMED
    assert asking().answered(17, yes=False).phase is Phase.OVER
    assert asking().looked(15 + ASK_S, held=False).phase is Phase.OVER
    assert asking().answered(15 + GUARD_S / 2, yes=True) == asking()  # meant for what was there before


@given(st.lists(st.tuples(st.floats(0.0, 2.0), st.booleans())))
def test_without_a_yes_nothing_is_ever_confirmed_nor_after_it_is_over(steps: list[tuple[float, bool]]) -> None:
    state, uptime, over = ResetKey(), 0.0, False
    for passed, held in steps:
        uptime += passed
        state = state.looked(uptime, held=held)
        over = over or state.phase is Phase.OVER
        assert state.phase is not Phase.CONFIRMED
        assert not over or state.phase is Phase.OVER
        assert over is (state.answered(uptime, yes=True).phase is Phase.OVER)


@pytest.mark.parametrize("phase", [each for each in Phase if each is not Phase.ASKING])
def test_an_answer_to_no_question_is_none(phase: Phase) -> None:
    assert ResetKey(phase, 1.0).answered(9.0, yes=True).phase is phase
