"""Which window lies above which."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from display.model import Geometry, Role
from display.windows.stacking import Placed, centred, moves, order

ids = st.lists(st.integers(1, 40), unique=True, max_size=8)


def test_roles_lie_in_their_order_with_the_front_on_top() -> None:
    windows = [Placed(1, Role.CONTENT, 3), Placed(2, Role.HOME, 2), Placed(3, Role.MEETING, 1)]

    assert order(windows, Role.HOME) == [3, 1, 2]
    assert order(windows, Role.MEETING) == [2, 1, 3]


def test_a_dialog_of_the_meeting_lies_above_the_meeting_and_under_the_content() -> None:
    windows = [Placed(1, Role.MEETING, 5), Placed(2, Role.MEETING, 1, dialog=True), Placed(3, Role.CONTENT, 2)]

    assert order(windows, Role.CONTENT) == [1, 2, 3]


def played(stack: list[int], steps: list[tuple[int, int | None]]) -> list[int]:
    """What an X server makes of the steps."""
    stack = list(stack)
    for window, above in steps:
        stack.remove(window)
        stack.insert(len(stack) if above is None else stack.index(above), window)
    return stack


@given(ids, ids, st.randoms())
def test_the_moves_lead_to_the_order_wherever_new_windows_lie(
    present: list[int], wanted: list[int], chance: Random
) -> None:
    stack = [each for each in present if each in wanted]
    for each in wanted:
        if each not in stack:
            stack.insert(chance.randrange(len(stack) + 1), each)

    assert played(stack, moves(present, wanted)) == wanted


@given(ids)
def test_what_lies_right_is_not_moved(present: list[int]) -> None:
    assert moves(present, present) == []


def test_a_raise_moves_one_window() -> None:
    assert moves([1, 2, 3], [2, 3, 1]) == [(1, None)]


@given(st.integers(1, 9_000), st.integers(1, 9_000))
def test_a_dialog_is_in_the_middle_and_inside(width: int, height: int) -> None:
    screen = Geometry(1920, 1080, 1920, 0)
    place = centred(width, height, screen)

    assert screen.x <= place.x
    assert place.x + place.width <= screen.x + screen.width
    assert place.y + place.height <= screen.height
