"""What every `agent.ports.Outbox` does. Subclass it and give it an `outbox` fixture."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.errors import StoreError
from agent.model.control import Act, Kind, Mail, NewBooking, NewOperation, OpState, Outcome, Present, Target
from agent.model.event import ChangeKey, ItemId, OccurrenceKey
from agent.ports import Outbox
from tests.builders import MORNING

MINUTE = timedelta(minutes=1)
LATER = MORNING + 15 * MINUTE
PRESENT = Present(
    item_id=ItemId("AAMk="),
    change_key=ChangeKey("DwAA"),
    uid="040000",
    start=MORNING,
    end=MORNING + 30 * MINUTE,
    created=MORNING + timedelta(microseconds=5),
    request_id="r-1",
)
TARGET = Target(
    item_id=ItemId("AAMk="),
    key=OccurrenceKey("040000", MORNING),
    start=MORNING,
    end=MORNING + 30 * MINUTE,
)
BOOKING = NewBooking(
    start=MORNING, end=MORNING + 30 * MINUTE, subject="Ad-hoc \ud800 \N{ROCKET}", body="Join:\nx", location="Room 1"
)
MAIL = Mail(to="ann@contoso.example", subject="Ended", body="Your meeting was ended.")


def operation(act: Act = Act.BOOK, kind: Kind = Kind.CREATE, meeting: str = "m1", **more: Any) -> NewOperation:
    """A new operation with what its kind needs."""
    parts: dict[Kind, dict[str, Any]] = {
        Kind.CREATE: {"booking": BOOKING},
        Kind.SET_END: {"target": TARGET, "end": MORNING + 10 * MINUTE},
        Kind.DELETE: {"target": TARGET},
        Kind.MAIL: {"mail": MAIL},
    }
    plain: dict[str, Any] = {
        "key": str(uuid.uuid4()),
        "command_id": "c1",
        "act": act,
        "kind": kind,
        "meeting_id": meeting,
        "actor": "screen",
        "reason": "book.on_screen",
        "expires": LATER,
        **parts[kind],
    }
    return NewOperation(**(plain | more))


def done(present: Present | None = PRESENT, minutes: int = 1) -> Outcome:
    return Outcome(state=OpState.DONE, at=MORNING + minutes * MINUTE, present=present, request_id="r-2")


def failed(code: str = "book.conflict", state: OpState = OpState.FAILED, minutes: int = 1) -> Outcome:
    return Outcome(state=state, at=MORNING + minutes * MINUTE, code=code)


ALL_KINDS = (
    operation(),
    operation(Act.EXTEND, Kind.SET_END, undoes="c0"),
    operation(Act.CANCEL, Kind.DELETE, target=replace(TARGET, key=OccurrenceKey("040000"))),
    operation(Act.END, Kind.MAIL),
)


class OutboxContract:
    """Run by every outbox."""

    def test_new_outbox_is_empty(self, outbox: Outbox) -> None:
        assert list(outbox.waiting()) == []
        assert list(outbox.finished(MORNING)) == []
        assert list(outbox.of_command("c1")) == []
        assert list(outbox.unaudited()) == []
        assert outbox.forget(LATER) == 0

    @pytest.mark.parametrize("new", ALL_KINDS, ids=lambda new: new.kind.value)
    def test_what_is_added_waits_as_it_was(self, outbox: Outbox, new: NewOperation) -> None:
        (added,) = outbox.add([new], MORNING)
        assert (added.new, added.created, added.next_at, added.attempts) == (new, MORNING, MORNING, 0)
        assert (added.state, added.code, added.audited) == (OpState.WAITING, None, False)
        assert list(outbox.waiting()) == [added]
        assert list(outbox.of_command(new.command_id)) == [added]

    def test_numbers_grow_in_the_order_of_adding(self, outbox: Outbox) -> None:
        first, second = outbox.add([operation(), operation(meeting="m2")], MORNING)
        (third,) = outbox.add([operation()], MORNING)
        assert first.number < second.number < third.number
        assert list(outbox.waiting()) == [first, second, third]

    def test_a_number_is_never_given_again(self, outbox: Outbox) -> None:
        (first,) = outbox.add([operation()], MORNING)
        outbox.finish(first.number, done())
        outbox.audited(first.number)
        outbox.forget(LATER)
        (second,) = outbox.add([operation()], MORNING)
        assert second.number > first.number

    def test_all_go_in_or_none(self, outbox: Outbox) -> None:
        (there,) = outbox.add([operation()], MORNING)
        with pytest.raises(StoreError):
            outbox.add([operation(), operation(key=there.new.key)], MORNING)
        assert list(outbox.waiting()) == [there]

    def test_an_attempt_is_counted_before_anything_is_sent(self, outbox: Outbox) -> None:
        (added,) = outbox.add([operation()], MORNING)
        begun = outbox.begin(added.number)
        assert begun == replace(added, attempts=1)
        assert list(outbox.waiting()) == [begun]
        assert outbox.begin(added.number).attempts == 2

    def test_what_failed_for_now_waits_until_its_time(self, outbox: Outbox) -> None:
        (added,) = outbox.add([operation()], MORNING)
        outbox.begin(added.number)
        outbox.postpone(added.number, MORNING + MINUTE, "calendar.timeout")
        expected = replace(added, attempts=1, next_at=MORNING + MINUTE, code="calendar.timeout")
        assert list(outbox.waiting()) == [expected]

    def test_what_is_finished_waits_no_more(self, outbox: Outbox) -> None:
        (added,) = outbox.add([operation()], MORNING)
        outbox.begin(added.number)
        outbox.finish(added.number, done())
        assert list(outbox.waiting()) == []
        (ended,) = outbox.finished(MORNING)
        assert (ended.state, ended.outcome, ended.new) == (OpState.DONE, done(), added.new)
        assert list(outbox.of_command("c1")) == [ended]

    @pytest.mark.parametrize("state", [OpState.FAILED, OpState.GIVEN_UP])
    def test_what_did_not_work_keeps_its_code(self, outbox: Outbox, state: OpState) -> None:
        (added,) = outbox.add([operation()], MORNING)
        outbox.finish(added.number, failed(state=state))
        (ended,) = outbox.finished(MORNING)
        assert ended.outcome == failed(state=state)

    def test_the_first_outcome_counts(self, outbox: Outbox) -> None:
        (added,) = outbox.add([operation()], MORNING)
        outbox.finish(added.number, done())
        outbox.finish(added.number, failed())
        assert outbox.begin(added.number).outcome == done()
        assert [each.attempts for each in outbox.finished(MORNING)] == [0]

    def test_finished_are_those_that_ended_since(self, outbox: Outbox) -> None:
        early, late, _ = outbox.add([operation(), operation(), operation()], MORNING)
        outbox.finish(early.number, done(minutes=1))
        outbox.finish(late.number, done(minutes=3))
        assert [each.number for each in outbox.finished(MORNING + 3 * MINUTE)] == [late.number]
        assert [each.number for each in outbox.finished(MORNING)] == [early.number, late.number]

    def test_what_was_never_begun_can_be_taken_back(self, outbox: Outbox) -> None:
        (added,) = outbox.add([operation()], MORNING)
        assert outbox.withdraw(added.number, MORNING + MINUTE)
        (ended,) = outbox.finished(MORNING)
        assert ended.outcome is not None
        assert (ended.state, ended.outcome.at) == (OpState.WITHDRAWN, MORNING + MINUTE)
        assert not outbox.withdraw(added.number, MORNING + MINUTE)
        assert outbox.begin(added.number).state is OpState.WITHDRAWN

    def test_what_was_begun_cannot_be_taken_back(self, outbox: Outbox) -> None:
        begun, ended = outbox.add([operation(), operation()], MORNING)
        outbox.begin(begun.number)
        outbox.finish(ended.number, done())
        assert not outbox.withdraw(begun.number, MORNING)
        assert not outbox.withdraw(ended.number, MORNING)
        assert not outbox.withdraw(999, MORNING)
        assert [each.number for each in outbox.waiting()] == [begun.number]

    def test_what_ended_is_unaudited_until_it_is_said_to_be(self, outbox: Outbox) -> None:
        first, second, _ = outbox.add([operation(), operation(), operation()], MORNING)
        outbox.finish(first.number, done())
        outbox.withdraw(second.number, MORNING)
        assert [each.number for each in outbox.unaudited()] == [first.number, second.number]
        outbox.audited(first.number)
        assert [each.number for each in outbox.unaudited()] == [second.number]
        assert [each.audited for each in outbox.finished(MORNING)] == [True, False]

    def test_only_what_is_old_and_audited_is_forgotten(self, outbox: Outbox) -> None:
        old, unaudited, young, waiting = outbox.add([operation() for _ in range(4)], MORNING)
        for each, minutes in ((old, 1), (unaudited, 1), (young, 5)):
            outbox.finish(each.number, done(minutes=minutes))
        outbox.audited(old.number)
        outbox.audited(young.number)
        assert outbox.forget(MORNING + 2 * MINUTE) == 1
        assert [each.number for each in outbox.of_command("c1")] == [unaudited.number, young.number, waiting.number]

    def test_commands_are_kept_apart(self, outbox: Outbox) -> None:
        outbox.add([operation(command_id="c1"), operation(command_id="c1")], MORNING)
        (other,) = outbox.add([operation(command_id="c2")], MORNING)
        assert len(outbox.of_command("c1")) == 2
        assert list(outbox.of_command("c2")) == [other]

    def test_a_message_is_not_kept_when_it_has_ended(self, outbox: Outbox) -> None:
        first, second = outbox.add([operation(Act.END, Kind.MAIL), operation(Act.END, Kind.MAIL)], MORNING)
        outbox.finish(first.number, done(None))
        outbox.withdraw(second.number, MORNING)
        assert [each.new.mail for each in outbox.finished(MORNING)] == [None, None]
