from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.model.event import ItemId, Response
from agent.model.requests import Answer
from agent.store.answers import SqliteAnswers
from agent.store.database import Database
from agent.store.opening import open_store
from tests.builders import MORNING

LATER = MORNING + timedelta(seconds=2)
ANSWER = Answer(
    message_id=ItemId("m1"),
    uid="uid-1",
    response=Response.ACCEPTED,
    code="requests.accepted",
    begun=MORNING,
    before="",
    after="2026-11-23T17:00:00Z/2026-11-23T17:30:00Z",
)


def opened(folder: Path) -> tuple[SqliteAnswers, Database]:
    store = open_store(folder, "sjroom@contoso.example")
    return SqliteAnswers(store._database), store._database


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[SqliteAnswers]:
    answers, database = opened(tmp_path)
    yield answers
    database.close()


def test_nothing_is_known_of_a_message_nobody_answered(answers: SqliteAnswers) -> None:
    assert answers.of([ItemId("m1")]) == {}
    assert list(answers.begun()) == list(answers.unaudited()) == []


def test_what_was_begun_is_begun_until_it_has_ended(answers: SqliteAnswers) -> None:
    answers.begin(ANSWER)
    assert answers.begun() == [ANSWER]
    answers.end(ItemId("m1"), LATER, "done", "request-1")
    ended = replace(ANSWER, ended=LATER, outcome="done", request_id="request-1")
    assert list(answers.begun()) == []
    assert answers.of([ItemId("m1"), ItemId("m2")]) == {"m1": ended}
    assert answers.unaudited() == [ended]


def test_an_answer_ends_once(answers: SqliteAnswers) -> None:
    answers.begin(ANSWER)
    answers.end(ItemId("m1"), LATER, "done", "request-1")
    answers.end(ItemId("m1"), LATER, "requests.answered", "request-2")
    assert answers.of([ItemId("m1")])[ItemId("m1")].outcome == "done"


def test_another_attempt_takes_the_place_of_the_one_before(answers: SqliteAnswers) -> None:
    answers.begin(ANSWER)
    again = replace(ANSWER, response=Response.DECLINED, code="requests.conflict", begun=LATER, after="")
    answers.begin(again)
    assert answers.begun() == [again]


def test_only_what_was_not_sent_can_be_withdrawn(answers: SqliteAnswers) -> None:
    answers.begin(ANSWER)
    answers.withdraw(ItemId("m1"))
    assert list(answers.begun()) == []
    answers.begin(ANSWER)
    answers.end(ItemId("m1"), LATER, "done", "")
    answers.withdraw(ItemId("m1"))
    assert ItemId("m1") in answers.of([ItemId("m1")])


def test_it_is_audited_once_and_then_forgotten(answers: SqliteAnswers) -> None:
    answers.begin(ANSWER)
    answers.end(ItemId("m1"), LATER, "done", "")
    assert answers.forget(LATER + timedelta(days=1)) == 0
    answers.audited(ItemId("m1"))
    assert list(answers.unaudited()) == []
    assert answers.forget(LATER) == 0
    assert answers.forget(LATER + timedelta(days=1)) == 1


def test_all_of_it_survives_the_process(tmp_path: Path) -> None:
    answers, database = opened(tmp_path)
    answers.begin(ANSWER)
    database.close()
    again, database = opened(tmp_path)
    assert again.begun() == [ANSWER]
    database.close()
