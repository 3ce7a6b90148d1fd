"""Invitations while something fails: the service, the database, a message, the process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.control.answer_standing import DENIED
from agent.control.reasons import catalogue
from agent.errors import (
    SignInFailed,
    SourceError,
    SourceThrottled,
    StoreError,
    WriteConflict,
)
from agent.model.control import Taken
from agent.model.event import ItemId, Response
from agent.model.requests import Request
from agent.model.sync import Window
from tests.agent.control.answering_rig import BAD, DENIAL, DOWN, Rig, accepted, declined, with_rig
from tests.contracts.request_box import TEN, Told, at
from tests.waiting import wait_until


def test_an_inbox_that_may_not_be_opened_is_tried_again_after_a_quarter_of_an_hour(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.script = [DENIAL]
        async with rig.running():
            assert (rig.worker.health().refused, rig.worker.health().failing) == (DENIED, "calendar.access_denied")
            await rig.wait(899)
            await rig.look(1)
            assert (rig.worker.health().refused, rig.worker.health().failing) == (None, None)
            assert rig.post.told() == [accepted("planning")]

    with_rig(tmp_path, test)


def test_an_answer_that_was_not_let_out_is_not_written_down_as_given(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.script = [None, None, DENIAL]
        async with rig.running():
            assert list(rig.store.begun()) == []
            rig.post.person_answers("planning", Response.DECLINED)
            await rig.look(900)
            assert rig.noted() == []

    with_rig(tmp_path, test)


def test_the_servers_wish_is_kept_whoever_nudges(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.script = [SourceThrottled("calendar.throttled", "slowly", 120.0)]
        async with rig.running():
            rig.worker.nudge()
            await rig.wait(119)
            await rig.look(13)
            assert rig.post.told() == [accepted("planning")]

    with_rig(tmp_path, test)


def test_faults_are_met_with_patience_that_has_an_end(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.go_down()
        async with rig.running():
            since = rig.worker.health().since
            for _ in range(10):
                await rig.look(60)
            assert (rig.worker.health().failing, rig.worker.health().since) == ("calendar.unreachable", since)
            rig.post.come_back()
            await rig.look(60)
            assert rig.post.told() == [accepted("planning")]
            assert rig.worker.health().failing is None

    with_rig(tmp_path, test)


def test_nothing_is_tried_while_the_account_must_not_be_used(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.blocked = "calendar.sign_in_failed"
        async with rig.running():
            await rig.look()
            assert rig.post.calls == []
            assert rig.worker.health().failing == "calendar.sign_in_failed"
            rig.blocked = None
            await rig.nudge()
            assert rig.post.told() == [accepted("planning")]

    with_rig(tmp_path, test)


def test_a_refused_sign_in_is_not_tried_again_and_again(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.script = [SignInFailed("calendar.sign_in_failed", "no")] * 2
        async with rig.running():
            await rig.wait(899)
            await rig.look(1)
            assert rig.worker.health().failing == "calendar.sign_in_failed"
            await rig.nudge()  # the calendar can be read: the secret is another one by now
            assert rig.post.told() == [accepted("planning")]

    with_rig(tmp_path, test)


@pytest.mark.parametrize("error", [BAD, ValueError("nobody foresaw this")])
def test_one_message_that_cannot_be_answered_does_not_stop_the_others(tmp_path: Path, error: Exception) -> None:
    async def test(rig: Rig) -> None:
        def hostile(request: Request) -> None:
            if request.subject == "hostile":
                raise error

        rig.post.before_answer = hostile
        for number, subject in enumerate(["hostile", "a", "b"]):
            rig.post.invite(subject, at(10 + number))
        async with rig.running():
            assert rig.post.told() == [accepted("a"), accepted("b")]
            assert rig.worker.health().backlog == 1
            calls = rig.post.calls.count("answer")
            await rig.look()
            assert rig.post.calls.count("answer") == calls
            rig.post.before_answer = lambda _: None
            await rig.look(900)
            assert accepted("hostile") in rig.post.told()

    with_rig(tmp_path, test)


def test_a_service_that_refuses_every_message_is_ill(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        def refuse(_: Request) -> None:
            raise BAD

        rig.post.before_answer = refuse
        for number in range(9):
            rig.post.invite(f"meeting {number}", at(10 + number))
        async with rig.running():
            assert rig.post.calls.count("answer") == 3
            assert rig.worker.health().failing == "calendar.server_error"

    with_rig(tmp_path, test)


@pytest.mark.parametrize(
    "error", [DENIAL, DOWN, SignInFailed("calendar.sign_in_failed", "no"), SourceThrottled("calendar.throttled", "")]
)
@pytest.mark.parametrize("call", range(6))
def test_trouble_at_any_call_costs_no_answer_and_makes_none_twice(
    tmp_path: Path, error: SourceError, call: int
) -> None:
    async def test(rig: Rig) -> None:
        for number in range(3):
            rig.post.invite(f"meeting {number}", at(10 + number))
        rig.post.script = [*[None] * call, error]
        async with rig.running():
            await rig.look(900)
            await rig.look(900)
            assert rig.post.told() == [accepted(f"meeting {number}") for number in range(3)]
            assert len(rig.noted()) == 3

    with_rig(tmp_path, test)


@pytest.mark.parametrize("call", range(9))
@pytest.mark.parametrize("restarts", [False, True])
def test_a_database_that_fails_at_any_call_costs_no_answer_and_makes_none_twice(
    tmp_path: Path, call: int, restarts: bool
) -> None:
    """What is on disk is then what a crash at this place would have left."""

    async def test(rig: Rig) -> None:
        def failing(write: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any) -> Any:
                calls.append(write)
                if len(calls) == call + 1:
                    raise StoreError("store.unavailable", "the disk is away")
                return write(*arguments)

            return wrapped

        calls: list[object] = []
        database = rig.store._database
        database.write = failing(database.write)  # type: ignore[method-assign]
        for number in range(3):
            rig.post.invite(f"meeting {number}", at(10 + number))
        async with rig.running():
            await rig.look(60)
        if restarts:
            rig.restart()
        async with rig.running():
            await rig.look(60)
            assert rig.post.told() == [accepted(f"meeting {number}") for number in range(3)]
            assert [entry.facts["answer"] for entry in rig.noted()] == ["done"] * 3
            assert list(rig.store.begun()) == list(rig.store.unaudited()) == []

    with_rig(tmp_path, test)


def test_a_request_that_is_replaced_while_it_is_answered_is_nobody_elses_answer(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        def replaced(request: Request) -> None:
            rig.post.before_answer = lambda _: None
            rig.post.update(request.subject, at(15))
            raise WriteConflict("requests.changed", "out of date")

        rig.post.before_answer = replaced
        rig.post.invite("planning")
        async with rig.running():
            await rig.look()
            assert rig.post.told() == [accepted("planning")]
            assert rig.post.kept() == [("planning", at(15), Response.ACCEPTED)]
            assert rig.post.inbox == {}
            assert rig.worker.health().refused is None
            assert len(rig.noted()) == 1

    with_rig(tmp_path, test)


def test_an_update_that_leaves_the_time_leaves_a_persons_tentative_answer(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.person_answers("planning", Response.TENTATIVE)
        rig.post.update("planning", TEN)
        async with rig.running():
            assert rig.post.kept() == [("planning", TEN, Response.TENTATIVE)]
            assert rig.post.told()[-1] == Told("planning", Response.TENTATIVE, "")
            assert rig.worker.health().refused is None

    with_rig(tmp_path, test)


def test_an_answered_message_that_stays_is_put_away_and_not_answered_again(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        message = dict(rig.post.inbox)
        async with rig.running():
            rig.post.inbox = message
            await rig.look()
            assert rig.post.inbox == {}
            assert rig.post.told() == [accepted("planning")]
            assert len(rig.noted()) == 1

    with_rig(tmp_path, test)


def test_what_is_pencilled_in_for_a_younger_request_does_not_turn_the_older_away(tmp_path: Path) -> None:
    """AutoUpdate keeps the time of every request in the calendar until it is answered."""

    async def test(rig: Rig) -> None:
        rig.post.invite("older")
        rig.post.invite("younger")
        taken = rig.post.taken

        def pencilled(window: Window) -> Sequence[Taken]:
            waiting = [each for each in rig.post.inbox.values() if each.uid not in rig.post.calendar]
            more = [
                Taken(item_id=ItemId(each.uid), uid=each.uid, start=each.booking.start, end=each.booking.end)
                for each in waiting
            ]
            return [*taken(window), *more]

        rig.post.taken = pencilled  # type: ignore[method-assign]
        rig.restart()
        async with rig.running():
            assert rig.post.told() == [accepted("older"), declined("younger")]

    with_rig(tmp_path, test)


def test_the_reason_is_in_the_language_of_the_request(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        pending = rig.box.pending
        rig.box.pending = lambda until, most: [  # type: ignore[method-assign]
            replace(each, language=each.subject) for each in pending(until, most)
        ]
        rig.post.invite("fr-CH")
        rig.post.invite("xx-YY", at(14))
        async with rig.running():
            assert [told.comment for told in rig.post.told()] == [
                catalogue("fr")["requests.accepted"],
                catalogue("de")["requests.accepted"],
            ]

    with_rig(tmp_path, test, language="de")


def test_the_box_is_closed_at_the_end(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        async with rig.running():
            pass
        wait_until(lambda: rig.box.closed == 1, within=5)

    with_rig(tmp_path, test)


def test_an_inbox_that_nobody_foresaw_stops_nothing_and_is_looked_at_again(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.script = [KeyError("a stranger's text")]
        async with rig.running():
            assert rig.worker.health().failing == "calendar.internal"
            await rig.look(60)
            assert rig.worker.health().failing is None
            assert rig.post.told() == [accepted("planning")]

    with_rig(tmp_path, test)
