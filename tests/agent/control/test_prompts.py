"""For how long a question has been on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.control.prompts import STEP_S, Prompts
from agent.state.agenda import Slot, slots
from tests.builders import at, occurrence, stored

MINUTE = timedelta(minutes=1)


def slot(start: datetime = at(9), name: str = "m") -> Slot:  # noqa: B008  frozen
    (found,) = slots([stored(occurrence(name, start, at(12)))], at(9), ZoneInfo("America/Los_Angeles"))
    return found


def test_a_prompt_that_is_not_up_has_no_age() -> None:
    prompts = Prompts()
    assert (prompts.shown(slot()), prompts.age(slot(), at(9), 0.0), [*prompts]) == (None, None, [])
    assert not prompts.take_down(["m"])


@pytest.mark.parametrize(
    ("step", "counts"),
    [(0.0, True), (STEP_S, True), (-STEP_S, True), (STEP_S + 1, False), (-STEP_S - 1, False), (86_400.0, False)],
)
def test_its_age_is_monotonic_and_ends_where_the_clock_was_set(step: float, counts: bool) -> None:
    prompts = Prompts()
    prompts.put_up(slot(), at(9, 5), 100.0)
    found = prompts.age(slot(), at(9, 6) + timedelta(seconds=step), 160.0)
    assert found == (MINUTE if counts else None)


def test_another_start_of_the_meeting_is_another_question() -> None:
    prompts = Prompts()
    prompts.put_up(slot(), at(9, 5), 100.0)
    assert prompts.shown(slot()) == at(9, 5)
    assert prompts.shown(slot(at(9, 1))) is None
    assert prompts.age(slot(at(9, 1)), at(9, 5), 100.0) is None


def test_what_is_taken_down_is_up_no_more_and_all_the_others_are() -> None:
    prompts = Prompts()
    for name in ("a", "b", "c"):
        prompts.put_up(slot(name=name), at(9, 5), 100.0)
    assert prompts.take_down(["a", "none", "b"])
    assert [*prompts] == ["c"]
    assert ("a" in prompts, "c" in prompts) == (False, True)
