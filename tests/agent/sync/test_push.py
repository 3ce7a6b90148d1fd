"""What becomes of operations, decision by decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import (
    AccessDenied,
    ConfigError,
    MailboxNotFound,
    SignInFailed,
    SourceThrottled,
    SourceUnavailable,
    SyncTokenInvalid,
    WriteConflict,
)
from agent.model.control import Kind, Operation, OpState, Taken
from agent.model.event import ItemId
from agent.model.sync import Window
from agent.sync import push
from agent.sync.push import Verdict
from tests.builders import MORNING
from tests.contracts.outbox import LATER, MINUTE, PRESENT, TARGET, failed, operation

SECOND = timedelta(seconds=1)
END = TARGET.end


def op(number: int, meeting: str = "m", command: str = "", kind: Kind = Kind.CREATE, **more: Any) -> Operation:
    new = operation(kind=kind, meeting=meeting, command_id=command or f"c{number}")
    plain: dict[str, Any] = {"number": number, "new": new, "created": MORNING, "next_at": MORNING}
    return Operation(**(plain | more))


def taken(start: int = 0, end: int = 30, uid: str = "other", created: int | None = 0) -> Taken:
    """Minutes after the morning; `created` in seconds from the present item's."""
    assert PRESENT.created is not None
    return Taken(
        item_id=ItemId(uid),
        uid=uid,
        start=MORNING + start * MINUTE,
        end=MORNING + end * MINUTE,
        created=None if created is None else PRESENT.created + created * SECOND,
    )


# -- what is due


def test_of_each_meeting_only_the_oldest_is_due() -> None:
    later = MORNING + MINUTE
    waiting = [op(3, "b"), op(2, "a"), op(1, "a", next_at=later)]
    found = push.due(waiting, MORNING)
    assert found is not None
    assert found.number == 3
    found = push.due(waiting, later)
    assert found is not None
    assert found.number == 1


def test_of_one_command_one_after_the_other() -> None:
    waiting = [op(1, "a", "c", next_at=MORNING + MINUTE), op(2, "b", "c")]
    assert push.due(waiting, MORNING) is None


def test_a_message_waits_for_its_meeting_and_holds_up_nobody() -> None:
    later = MORNING + MINUTE
    assert push.due([op(1, "a", next_at=later), op(2, "a", kind=Kind.MAIL)], MORNING) is None
    found = push.due([op(1, "a", kind=Kind.MAIL, next_at=later), op(2, "a")], MORNING)
    assert found is not None
    assert found.number == 2


def test_nothing_waits_for_a_time_that_a_wrong_clock_has_set() -> None:
    assert push.due([op(1, next_at=MORNING + timedelta(days=1))], MORNING) is not None


def test_what_is_too_late_is_due_at_once() -> None:
    (waiting,) = [op(1, next_at=LATER + MINUTE)]
    assert push.due([waiting], LATER) is waiting
    assert push.expired(waiting, LATER)
    assert not push.expired(waiting, LATER - SECOND)


def test_what_follows_something_that_came_to_nothing_is_dropped() -> None:
    bad = op(1, outcome=failed())
    assert push.dropped(op(2), [bad, op(2)])
    assert push.dropped(op(2), [replace(bad, outcome=failed(state=OpState.WITHDRAWN)), op(2)])
    assert not push.dropped(op(1), [op(1), op(2, outcome=failed())])
    assert not push.dropped(op(2), [op(1), op(2)])


# -- what a look says


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.GO),
        ({"end": END - 20 * MINUTE}, Verdict.DONE),
        ({"end": END + MINUTE}, Verdict.CHANGED),
        ({"start": MORNING + MINUTE}, Verdict.CHANGED),
        ({"all_day": True}, Verdict.CHANGED),
        ({"cancelled": True}, Verdict.GONE),
    ],
)
def test_an_end_is_set_on_the_meeting_that_was_meant(changes: dict[str, Any], verdict: Verdict) -> None:
    assert push.on_end(replace(PRESENT, **changes), TARGET, END - 20 * MINUTE) is verdict


def test_what_is_gone_has_no_end_and_need_not_be_deleted() -> None:
    assert push.on_end(None, TARGET, END) is Verdict.GONE
    assert push.on_delete(None, TARGET) is Verdict.DONE


def test_what_was_moved_is_not_deleted_and_what_is_shorter_is() -> None:
    assert push.on_delete(PRESENT, TARGET) is Verdict.GO
    assert push.on_delete(replace(PRESENT, end=END - MINUTE), TARGET) is Verdict.GO
    assert push.on_delete(replace(PRESENT, start=MORNING + MINUTE), TARGET) is Verdict.CHANGED


def test_only_what_shares_time_is_in_the_way() -> None:
    window = Window(MORNING, END)
    beside = [taken(-30, 0), taken(30, 60), taken(30, 30)]
    assert push.overlapping(beside, window) == []
    across = [taken(-30, 1), taken(29, 60), taken(-5, 90), taken(10, 20)]
    assert push.overlapping(across, window) == across


def test_nothing_is_in_its_own_way() -> None:
    own = [replace(taken(), item_id=PRESENT.item_id), taken(uid=PRESENT.uid)]
    assert push.overlapping(own, Window(MORNING, END), PRESENT) == []
    another_occurrence = taken(5, 35, uid=PRESENT.uid)
    assert push.overlapping([another_occurrence], Window(MORNING, END), PRESENT) == [another_occurrence]


@pytest.mark.parametrize(
    ("other", "beaten"),
    [
        (taken(created=-1), True),
        (taken(created=1), False),
        (taken(created=0, uid="0"), True),
        (taken(created=0, uid="9"), False),
        (taken(created=None), True),
        (taken(30, 60, created=-1), False),
    ],
)
def test_who_was_there_first_stays(other: Taken, *, beaten: bool) -> None:
    assert push.beaten([other], PRESENT) is beaten


@given(st.integers(-2, 2), st.sampled_from(["a", "b"]), st.sampled_from(["c", "d"]))
def test_of_two_boxes_exactly_one_gives_way(apart: int, one: str, two: str) -> None:
    first = replace(PRESENT, uid=one, item_id=ItemId(one))
    assert first.created is not None
    second = replace(PRESENT, uid=two, item_id=ItemId(two), created=first.created + apart * SECOND)
    seen_by_first = push.beaten([taken(uid=two, created=apart)], first)
    seen_by_second = push.beaten([taken(uid=one, created=0)], second)
    assert seen_by_first != seen_by_second


# -- what an error means


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AccessDenied("calendar.access_denied", "no"), "write.denied"),
        (MailboxNotFound("calendar.mailbox_not_found", "nobody"), "calendar.mailbox_not_found"),
        (WriteConflict("write.conflict", "changed"), "meeting.changed"),
        (SyncTokenInvalid("calendar.sync_token_invalid", "odd"), "write.refused"),
        (SourceUnavailable("calendar.request_refused", "400"), "write.refused"),
    ],
)
def test_what_no_waiting_heals_ends_it_unless_something_may_be_there(error: Exception, code: str) -> None:
    assert push.meaning(error, 1, Random(1), unsure=False) == push.Failure(code, None)
    assert push.meaning(error, 1, Random(1), unsure=True).wait_s is not None


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SourceUnavailable("calendar.timeout", "slow"), "calendar.timeout"),
        (ConfigError("no secret"), "config.invalid"),
        (KeyError("x"), "calendar.internal"),
    ],
)
def test_what_may_heal_is_tried_again(error: Exception, code: str) -> None:
    failure = push.meaning(error, 1, Random(1), unsure=False)
    assert (failure.code, failure.hold_s) == (code, 0)
    assert failure.wait_s is not None


def test_a_refused_sign_in_holds_everything_until_the_calendar_is_read() -> None:
    failure = push.meaning(SignInFailed("calendar.sign_in_failed", "no"), 1, Random(1), unsure=False)
    assert (failure.hold_s, failure.signs_in) == (push.REFUSED_S, True)


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(30, 30, 33), (0, 1, 1), (10_000, 120, 120), (None, 0.1, 1), (float("nan"), 0.1, 1), (float("inf"), 0.1, 1)],
)
def test_the_servers_wish_counts_within_reason(asked: float | None, least: float, most: float) -> None:
    failure = push.meaning(SourceThrottled("calendar.throttled", "later", asked), 1, Random(1), unsure=True)
    assert failure.wait_s is not None
    assert least <= failure.wait_s <= most
    assert failure.hold_s == failure.wait_s


@given(st.integers(0, 10_000), st.integers())
def test_back_off_grows_to_a_minute_with_full_jitter(attempts: int, seed: int) -> None:
    ceiling = min(60.0, 2.0 ** min(max(attempts - 1, 0), 6))
    assert push.SHORTEST_S <= push.back_off(attempts, Random(seed)) <= ceiling


# -- commands that take others back, clocks that are set


def test_what_takes_a_command_back_comes_after_it_even_where_it_makes_another_meeting() -> None:
    cancelled = op(1, "a", kind=Kind.DELETE, next_at=MORNING + MINUTE)
    again = op(2, "b", new=operation(meeting="b", command_id="c2", undoes="c1"))
    assert push.due([cancelled, again], MORNING) is None
    assert push.due([cancelled, again], MORNING + MINUTE) == cancelled
    assert push.due([again], MORNING) == again
    letter = op(1, "a", "c1", Kind.MAIL, next_at=MORNING + MINUTE)
    assert push.due([letter, again], MORNING) == again


def test_what_has_waited_its_time_is_too_late_whatever_a_clock_that_was_set_back_says() -> None:
    asked, hours_ago = op(1), MORNING - 180 * MINUTE
    assert push.aged(asked, LATER - MORNING - SECOND, hours_ago) == asked
    old = push.aged(asked, LATER - MORNING, hours_ago)
    assert push.expired(old, hours_ago)
    assert not push.expired(asked, hours_ago)
    assert push.aged(asked, LATER - MORNING, LATER) == asked
