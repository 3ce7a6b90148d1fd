"""Which step is due, without a browser."""

from __future__ import annotations

from dataclasses import replace

from display.prejoin.plan import ABSENT_S, AGAIN_S, SETTLE_S, Ending, Outcome, Progress, begin, decide
from display.prejoin.rules import TOTAL_S, Find, Step


def _step(name: str, do: str = "click", *, optional: bool = False, after: tuple[str, ...] = (), times: int = 1) -> Step:
    return Step(
        id=name,
        do=do,
        find=(Find(css="x"),),
        hosts=("a.example",),
        within_s=20,
        after=after,
        optional=optional,
        times=times,
    )


_NAME = _step("name", "fill", optional=True)
_JOIN = _step("join", after=("name",), times=2)


def _look(steps: tuple[Step, ...], progress: Progress, found: dict[str, bool], now: float) -> tuple[Progress, object]:
    progress = progress.noticed(found, now)
    return progress, decide(steps, progress, found, now)


def test_the_name_comes_before_the_join_button_that_is_already_there() -> None:
    steps = (_NAME, _JOIN)
    progress, due = _look(steps, begin(0), {"join": False, "name": False}, 0)
    assert due is _NAME

    progress, due = _look(steps, progress.acted("name", 0.1), {"join": False, "name": True}, 0.5)
    assert due is None, "it settles"
    progress, due = _look(steps, progress, {"join": False, "name": True}, 0.1 + SETTLE_S)
    assert due is _JOIN

    progress, due = _look(steps, progress.acted("join", 1), {}, 1 + SETTLE_S)
    assert due == Outcome(Ending.DONE)


def test_a_page_that_asks_no_name_is_joined_after_a_moment() -> None:
    progress, due = _look((_NAME, _JOIN), begin(0), {"join": False}, 0)
    assert due is None
    _, due = _look((_NAME, _JOIN), progress, {"join": False}, ABSENT_S)
    assert due is _JOIN


def test_a_name_that_stands_there_already_is_not_typed_again() -> None:
    _, due = _look((_NAME, _JOIN), begin(0), {"join": False, "name": True}, 0)

    assert due is _JOIN


def test_a_press_without_effect_is_repeated_and_then_given_up() -> None:
    steps = (_step("join", times=2),)
    progress, _ = _look(steps, begin(0), {"join": False}, 0)
    progress = progress.acted("join", 0)
    assert _look(steps, progress, {"join": False}, AGAIN_S - 0.1)[1] is None
    assert _look(steps, progress, {"join": False}, AGAIN_S)[1] is steps[0]
    progress = progress.acted("join", AGAIN_S)
    assert _look(steps, progress, {"join": False}, 2 * AGAIN_S)[1] == Outcome(Ending.STUCK, "join")


def test_a_dialog_that_comes_back_is_put_away_again_before_the_join() -> None:
    hint, join = _step("hint", optional=True, times=3), _step("join", after=("hint",))
    progress, due = _look((hint, join), begin(0), {"hint": False, "join": False}, 0)
    assert due is hint
    progress, due = _look((hint, join), progress.acted("hint", 0), {"join": False, "hint": False}, AGAIN_S)
    assert due is hint
    progress, due = _look((hint, join), progress.acted("hint", AGAIN_S), {"join": False}, AGAIN_S + SETTLE_S)
    assert due is join


def test_a_step_whose_element_never_comes_is_stuck_in_its_time() -> None:
    assert decide((_JOIN,), begin(0), {}, 19.9) is None
    assert decide((_JOIN,), begin(0), {}, 20) == Outcome(Ending.STUCK, "join")


def test_optional_steps_that_never_come_are_no_failure() -> None:
    assert decide((_step("hint", optional=True),), begin(0), {}, 20) == Outcome(Ending.DONE)


def test_a_step_may_be_needed_only_once_another_was_done() -> None:
    join = replace(_step("join", optional=True, after=("name",)), required_after=("name",))

    assert decide((_NAME, join), begin(0), {}, 20) == Outcome(Ending.DONE)
    typed = begin(0).noticed({"name": False}, 0).acted("name", 0).noticed({"name": True}, 1)
    assert decide((_NAME, join), typed, {"name": True}, 20) == Outcome(Ending.STUCK, "join")


def test_what_waits_for_something_to_go_waits_until_it_is_gone() -> None:
    steps = (_step("busy", "wait_gone"), _step("join", after=("busy",)))

    assert decide(steps, begin(0).noticed({"busy": False, "join": False}, 0), {"busy": False, "join": False}, 1) is None
    assert decide(steps, begin(0).noticed({"join": False}, 2), {"join": False}, 2) is steps[1]
    assert decide(steps, begin(0), {"busy": False}, 20) == Outcome(Ending.STUCK, "busy")


def test_a_switch_is_pressed_only_when_it_stands_wrong() -> None:
    steps = (_step("camera", "set"),)

    assert decide(steps, begin(0).noticed({"camera": False}, 0), {"camera": False}, 0) is steps[0]
    assert _look(steps, begin(0), {"camera": True}, 0)[1] == Outcome(Ending.DONE)


def test_once_joined_nothing_before_it_is_done_any_more() -> None:
    progress = begin(0).noticed({"join": False}, 0).acted("join", 1)

    assert decide((_NAME, _JOIN), progress, {"name": False}, 5) == Outcome(Ending.DONE)


def test_all_help_ends_after_a_minute_even_where_something_always_moves() -> None:
    steps = (_step("hint", optional=True, times=5), _JOIN)
    progress = begin(0)
    for now in range(0, 60, 10):
        progress = progress.noticed({"hint": False}, now).acted("hint", now)

    assert decide(steps, progress, {}, TOTAL_S) == Outcome(Ending.STUCK, "join")


def test_no_steps_are_done_at_once() -> None:
    assert decide((), begin(0), {}, 0) == Outcome(Ending.DONE)
