"""Invitations are answered in order, each once, and never against a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent.control.answer_standing import AUTOMATIC
from agent.control.answering import PAGE
from agent.control.respondent import FRESH_S, RECENT
from agent.model.event import Response
from agent.model.requests import Reply, Request
from tests.agent.control.answering_rig import DOWN, SENTENCES, Rig, accepted, declined, with_rig
from tests.contracts.request_box import DAILY, ROOM, TEN, Told, at


def test_requests_are_answered_the_oldest_first(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        for subject in ("first", "second", "third"):
            rig.post.invite(subject)
        rig.post.invite("elsewhere", at(14))
        async with rig.running():
            assert rig.post.told() == [
                accepted("first"),
                declined("second"),
                declined("third"),
                accepted("elsewhere"),
            ]
            assert rig.worker.standing.answered == {"requests.accepted": 2, "requests.conflict": 2}
            assert (rig.worker.standing.backlog, rig.worker.standing.last_ok) == (0, rig.clock.now())
            assert rig.turned

    with_rig(tmp_path, test)


def test_it_looks_every_half_minute_and_at_once_when_nudged(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        async with rig.running():
            rig.post.invite("first")
            await rig.wait(29)
            await rig.look(1)
            assert rig.post.told() == [accepted("first")]
            rig.post.invite("second", at(14))
            await rig.nudge()
            assert rig.post.told() == [accepted("first"), accepted("second")]

    with_rig(tmp_path, test)


def test_an_inbox_of_many_pages_is_emptied_at_once(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        for number in range(2 * PAGE + 20):
            rig.post.invite(f"meeting {number}", TEN + timedelta(hours=number))
        async with rig.running():
            assert len(rig.post.told()) == 2 * PAGE + 20
            assert rig.post.inbox == {}
            assert rig.post.calls.count("pending") == 4
            assert rig.post.calls.count("taken") <= 8  # not once for each request

    with_rig(tmp_path, test)


def test_what_is_pencilled_in_for_younger_requests_does_not_count(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.pencils = True
        rig.post.invite("of a person who left it", at(23))
        rig.post.inbox.clear()
        rig.clock.advance(1)
        for number in range(2 * PAGE):  # the second half asks for the same times as the first
            rig.post.invite(f"meeting {number}", TEN + timedelta(hours=number % PAGE))
        async with rig.running():
            told = {each.subject: each.response for each in rig.post.told()}
            assert told["meeting 13"] is Response.DECLINED
            rest = [number for number in range(2 * PAGE) if number != 13]
            accepted = [number for number in rest if told[f"meeting {number}"] is Response.ACCEPTED]
            assert accepted == [number for number in range(PAGE) if number != 13]

    with_rig(tmp_path, test)


def test_an_update_that_nobody_answered_yet_waits_its_turn(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.pencils = True
        rig.post.invite("moved later", at(12))
        rig.post.invite("older")
        rig.post.update("moved later", TEN)
        async with rig.running():
            assert rig.post.told() == [accepted("older"), declined("moved later")]

    with_rig(tmp_path, test)


def test_what_is_booked_while_a_page_is_worked_through_is_seen(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        def slowly(request: Request) -> None:
            if request.subject == "first":
                rig.clock.advance(FRESH_S)
                rig.post.invite("at the screen", at(14))
                rig.post.person_answers("at the screen", Response.ACCEPTED)

        rig.post.invite("first")
        rig.post.invite("second", at(14))
        rig.post.before_answer = slowly
        async with rig.running():
            assert rig.post.told()[-1] == declined("second")

    with_rig(tmp_path, test)


def test_what_others_book_meanwhile_is_seen(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        async with rig.running():
            rig.post.invite("by a delegate")
            rig.post.person_answers("by a delegate", Response.ACCEPTED)
            rig.post.invite("late")
            await rig.look()
            assert rig.post.told()[-1] == declined("late")

    with_rig(tmp_path, test)


def test_updates_move_cancellations_remove_and_their_time_is_free_again(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("moving")
        rig.post.invite("ending", at(12))
        async with rig.running():
            rig.post.update("moving", at(15))
            rig.post.cancel("ending")
            rig.post.invite("at ten")
            rig.post.invite("at noon", at(12))
            rig.post.invite("at three", at(15))
            await rig.look()
            assert [subject for subject, _, _ in rig.post.kept()] == ["at ten", "at noon", "moving"]
            assert rig.post.told()[-1] == declined("at three")
            assert "requests.cancelled" not in rig.worker.health().answered

    with_rig(tmp_path, test)


def test_out_of_date_messages_and_those_of_the_rooms_own_meetings_are_cleared_away(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.update("planning", at(15))
        rig.post.invite("booked here", organizer=ROOM)
        async with rig.running():
            assert rig.post.told() == [accepted("planning")]
            assert rig.post.kept() == [("planning", at(15), Response.ACCEPTED)]
            assert rig.post.inbox == {}
            assert [entry.facts["reason"] for entry in rig.noted()] == ["requests.accepted"]

    with_rig(tmp_path, test)


def test_a_series_is_accepted_but_for_what_is_taken(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("single", at(10, day=1))
        rig.post.invite("daily", recurrence=DAILY)
        rig.post.invite("after it", at(10, day=2))
        async with rig.running():
            assert [(subject, start) for subject, start, _ in rig.post.kept()] == [
                ("daily", TEN),
                ("single", at(10, day=1)),
                ("daily", at(10, day=2)),
            ]
            assert rig.post.told()[-1] == declined("after it")

    with_rig(tmp_path, test, share=34)


def test_each_answer_stands_in_the_audit_log_once_and_names_nobody(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("secret plan")
        async with rig.running():
            (entry,) = rig.noted()
            assert (entry.act, entry.who) == ("room.answer", "agent")
            assert entry.facts == {
                "op": entry.facts["op"],
                "command": entry.facts["op"],
                "reason": "requests.accepted",
                "response": "accepted",
                "before": "",
                "after": "2026-11-24T10:00:00Z/2026-11-24T10:30:00Z",
                "answer": "done",
                "request_id": "answer-1",
            }
            assert "secret" not in str(entry)
            await rig.look()
            assert len(rig.noted()) == 1
        assert rig.audit.verify().intact

    with_rig(tmp_path, test)


def test_a_lost_reply_is_no_second_answer(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.lost = 1
        async with rig.running():
            assert rig.worker.health().failing == "calendar.unreachable"
            await rig.look()
            assert rig.post.told() == [accepted("planning")]
            assert rig.worker.health().failing is None
            assert [entry.facts["answer"] for entry in rig.noted()] == ["done"]
            assert list(rig.store.begun()) == []

    with_rig(tmp_path, test)


def test_what_a_series_leaves_to_others_is_declined_after_a_crash_too(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("single", at(10, day=1))
        rig.post.invite("daily", recurrence=DAILY)
        rig.post.leaves_declines = True

        def silent(request: Request) -> None:
            if request.series:  # its answer has begun, and no more is known of it
                raise DOWN

        rig.post.before_answer = silent
        async with rig.running():
            pass
        (begun,) = rig.store.begun()
        uid, booking = rig.post._meetings["daily"]
        rig.post.inbox.clear()
        rig.post.settle(uid, booking, Reply(response=begun.response, code=begun.code))
        rig.restart()
        async with rig.running():
            assert [(subject, start) for subject, start, _ in rig.post.kept()] == [
                ("daily", TEN),
                ("single", at(10, day=1)),
                ("daily", at(10, day=2)),
            ]
            assert rig.post.told()[-1] == Told(
                "daily", Response.DECLINED, SENTENCES["requests.some_declined"], at(10, day=1)
            )
            assert [entry.facts["answer"] for entry in rig.noted()] == ["done", "done"]
            await rig.look()
            assert rig.post.calls.count("decline") == 1

    with_rig(tmp_path, test, share=34)


@pytest.mark.parametrize("lost", [0, 1])
def test_after_a_restart_what_was_begun_is_finished_or_found_done(tmp_path: Path, lost: int) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.lost = lost
        if not lost:
            rig.post.script = [None, None, DOWN]  # pending and taken, then the answer does not get out
        async with rig.running():
            assert len(rig.store.begun()) == 1
        rig.restart()
        async with rig.running():
            assert rig.post.told() == [accepted("planning")]
            assert [entry.facts["answer"] for entry in rig.noted()] == ["done"]
            assert list(rig.store.begun()) == list(rig.store.unaudited()) == []

    with_rig(tmp_path, test)


def test_what_a_crash_kept_out_of_the_audit_log_is_brought_in_once(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        rig.post.invite("planning")
        rig.post.invite("other", at(14))
        async with rig.running():
            pass
        lines = (tmp_path / "audit.jsonl").read_bytes()
        rig.store._database.write(lambda at: at.exec_driver_sql("update answer set audited = 0"))  # before it was noted
        rig.restart()
        async with rig.running():
            assert (tmp_path / "audit.jsonl").read_bytes() == lines
            assert list(rig.store.unaudited()) == []

    with_rig(tmp_path, test)


@pytest.mark.parametrize("response", [Response.ACCEPTED, Response.DECLINED])
def test_two_answers_of_somebody_else_in_a_row_stop_it(tmp_path: Path, response: Response) -> None:
    async def test(rig: Rig) -> None:
        rig.post.before_answer = lambda request: rig.post.person_answers(request.subject, response)
        for number in range(4):
            rig.post.invite(f"meeting {number}", at(10 + number))
        async with rig.running():
            since = rig.clock.now()
            assert (rig.worker.health().refused, rig.worker.health().since) == (AUTOMATIC, since)
            assert [told.response for told in rig.post.told()] == [response, response]
            assert [entry.facts["answer"] for entry in rig.noted()] == ["requests.answered"] * 2
            rig.worker.nudge()
            await rig.wait(899)
            await rig.look(1)
            assert (rig.worker.health().refused, rig.worker.health().since) == (AUTOMATIC, since)
            assert len(rig.post.told()) == 3
            rig.post.before_answer = lambda _: None
            await rig.look(900)
            assert rig.worker.health().refused is None
            assert rig.post.told()[-1] == accepted("meeting 3")

    with_rig(tmp_path, test)


def test_one_answer_of_a_person_stops_nothing_and_stands(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        def person(request: Request) -> None:
            if "person" in request.subject:
                rig.post.person_answers(request.subject, Response.TENTATIVE)

        rig.post.before_answer = person
        for number, subject in enumerate(["person a", "b", "person c", "d"]):
            rig.post.invite(subject, at(10 + number))
        async with rig.running():
            assert rig.worker.health().refused is None
            assert [response for _, _, response in rig.post.kept()] == [
                Response.TENTATIVE,
                Response.ACCEPTED,
                Response.TENTATIVE,
                Response.ACCEPTED,
            ]

    with_rig(tmp_path, test)


def test_an_inbox_full_of_what_was_answered_long_ago_stops_nothing(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        for number in range(4):
            rig.post.invite(f"meeting {number}", at(10 + number))
        old = dict(rig.post.inbox)
        for number in range(4):
            rig.post.person_answers(f"meeting {number}", Response.ACCEPTED)
        rig.clock.advance(RECENT.total_seconds() + 1)
        rig.post.inbox = old
        rig.post.invite("new", at(20))
        async with rig.running():
            assert rig.worker.health().refused is None
            assert rig.post.told()[4:] == [accepted("new")]
            await rig.look()
            assert rig.post.inbox == {}
            assert len(rig.post.told()) == 5

    with_rig(tmp_path, test)


def test_requests_that_are_answered_when_first_seen_stop_it(tmp_path: Path) -> None:
    async def test(rig: Rig) -> None:
        for number in range(3):
            rig.post.invite(f"meeting {number}", at(10 + number))
        kept = {key: message for key, message in rig.post.inbox.items() if message.number < 3}
        for number in range(2):
            rig.post.person_answers(f"meeting {number}", Response.ACCEPTED)
        rig.post.inbox = {**kept, **rig.post.inbox}
        told = rig.post.told()
        async with rig.running():
            assert rig.worker.health().refused == AUTOMATIC
            assert rig.post.told() == told

    with_rig(tmp_path, test)
