"""Sources that are always on do not pop up again and again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from display.inputs.always_on import LONG_S, START_S, Habit

HD, SMALL = (1920, 1080), (1280, 720)


def test_a_laptop_that_is_plugged_in_pops_up_each_time() -> None:
    habit = Habit(0.0)
    for now in (100.0, 200.0, 300.0):
        habit = habit.see(HD, now)
        assert habit.pops_up
        habit = habit.see(None, now + 50)
        assert not habit.pops_up


def test_a_picture_sent_away_stays_away_until_it_changes() -> None:
    away = Habit(0.0).see(HD, 100).dismissed()

    assert not away.see(HD, 200).pops_up
    assert away.see(SMALL, 200).pops_up
    assert away.see(None, 200).see(HD, 201).pops_up
    assert away.tapped().pops_up


def test_a_source_live_since_the_start_for_ten_minutes_is_remembered() -> None:
    habit = Habit(0.0).see(HD, 5)
    assert habit.pops_up
    assert (habit.quiet, habit.due()) == (None, LONG_S)

    habit = habit.see(HD, LONG_S)
    assert (habit.quiet, habit.pops_up) == (HD, True)  # what is on the screen is not taken away


def test_a_known_one_does_not_pop_up_after_a_restart_even_if_its_device_takes_a_while() -> None:
    habit = Habit(0.0, quiet=HD).see(None, 1).see(HD, START_S - 1)

    assert (habit.pops_up, habit.quiet) == (False, HD)


def test_a_known_one_pops_up_when_it_changed() -> None:
    assert Habit(0.0, quiet=HD).see(SMALL, 1).pops_up
    assert Habit(0.0, quiet=HD).see(HD, 1).see(None, 100).see(HD, 200).pops_up
    assert Habit(0.0, quiet=HD).see(HD, START_S + 60).pops_up


def test_a_laptop_plugged_in_later_is_never_learned_by_time() -> None:
    habit = Habit(0.0).see(HD, 100).see(HD, 100 + 10 * LONG_S)

    assert habit.quiet is None


MODES = st.sampled_from([None, HD, SMALL])
DEEDS = st.lists(
    st.tuples(st.floats(0.1, 400), st.one_of(MODES, st.sampled_from(["dismissed", "tapped"]))), max_size=40
)


@given(DEEDS, MODES)
def test_it_never_pops_up_by_itself_without_a_change(
    deeds: list[tuple[float, tuple[int, int] | str | None]], known: tuple[int, int] | None
) -> None:
    habit, now = Habit(0.0, quiet=known), 0.0
    for wait, deed in deeds:
        now += wait
        before = habit
        match deed:
            case "dismissed":
                habit = habit.dismissed()
                assert not habit.pops_up
            case "tapped":
                habit = habit.tapped()
            case str():
                raise AssertionError
            case _:
                habit = habit.see(deed, now)
                if habit.pops_up and not before.pops_up:
                    assert deed != before.mode
        assert not (habit.pops_up and habit.mode is None)
