from __future__ import annotations

from datetime import timedelta

from agent.control.answer_standing import AUTOMATIC, DENIED, Standing
from agent.control.requests import ACCEPTED, ANSWERED, CANCELLED, CONFLICT
from agent.control.respondent import Handled
from agent.model.control_health import AnsweringHealth
from tests.builders import MORNING

STRANGER = Handled(ANSWERED, by_other=True)
LATER = MORNING + timedelta(minutes=15)


def test_nothing_is_known_before_the_first_look() -> None:
    assert Standing().health() == AnsweringHealth()


def test_only_strangers_in_a_row_refuse() -> None:
    standing = Standing()
    ours = Handled(ACCEPTED, changed=True)
    assert [standing.handled(each, MORNING) for each in (STRANGER, ours, STRANGER)] == [True, True, True]
    assert not standing.handled(STRANGER, MORNING)
    assert standing.health().refused == AUTOMATIC


def test_a_refusal_keeps_its_beginning_and_ends_with_an_answer_of_ours() -> None:
    standing = Standing()
    standing.refuse(AUTOMATIC, MORNING)
    assert not standing.handled(STRANGER, LATER)
    standing.worked_through(LATER)
    assert (standing.health().refused, standing.health().since) == (AUTOMATIC, MORNING)
    assert standing.handled(Handled(CONFLICT, changed=True), LATER)
    assert standing.health().refused is None


def test_an_inbox_that_opens_is_no_longer_denied() -> None:
    standing = Standing()
    standing.refuse(DENIED, MORNING)
    standing.fail("calendar.access_denied", MORNING)
    standing.worked_through(LATER)
    assert standing.health() == AnsweringHealth()
    assert standing.last_ok == LATER


def test_answers_are_counted_and_what_is_carried_out_is_not() -> None:
    standing = Standing(backlog=3)
    for code in (ACCEPTED, CONFLICT, CANCELLED):
        standing.handled(Handled(code, changed=True), MORNING)
    assert standing.health().answered == {ACCEPTED: 1, CONFLICT: 1}
    assert standing.health().backlog == 0
