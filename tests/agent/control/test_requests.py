from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.control.request_policy import RequestPolicy
from agent.control.requests import (
    ACCEPTED,
    ANSWERED,
    CANCELLED,
    CONFLICT,
    NO_SERIES,
    NO_TIME,
    OUT_OF_DATE,
    OUTSIDE_HOURS,
    OWN,
    PAST,
    SOME,
    TOO_FAR,
    TOO_LONG,
    UNCHANGED,
    Decision,
    conflicts,
    decide,
    superseded,
)
from agent.model.control import Taken
from agent.model.event import ItemId, Response
from agent.model.requests import Request, RequestKind, Span
from tests.agent.control.asked import request, series, span, taken
from tests.builders import at

ANGELES, BERLIN = ZoneInfo("America/Los_Angeles"), ZoneInfo("Europe/Berlin")
NOW = at(9)
PLAIN = RequestPolicy()
WORKING = RequestPolicy(hours=(time(8), time(18)))
DAY = timedelta(days=1)
LAST_MOMENT = PLAIN.until(NOW, ANGELES) - timedelta(minutes=1)


def said(
    asked: Request, *there: Taken, policy: RequestPolicy = PLAIN, now: datetime = NOW, zone: ZoneInfo = ANGELES
) -> Decision:
    return decide(asked, policy, lambda _: there, now, zone)


def days(*numbers: int, hour: int = 10) -> tuple[Span, ...]:
    return tuple(span(at(hour) + number * DAY) for number in numbers)


def whole_day(number: int) -> Span:
    return span(at(0) + number * DAY, at(0) + (number + 1) * DAY)


@pytest.mark.parametrize(
    ("asked", "there", "policy", "code"),
    [
        (request(), [], PLAIN, ACCEPTED),
        (request(), [taken(at(10))], PLAIN, CONFLICT),
        (request(), [taken(at(9, 30)), taken(at(10, 30))], PLAIN, ACCEPTED),  # back to back
        (request(), [taken(at(9), at(10, 1))], PLAIN, CONFLICT),
        (request(), [taken(at(10, 29))], PLAIN, CONFLICT),
        (request(), [taken(at(9), at(12))], PLAIN, CONFLICT),
        (request(), [taken(at(10, 10), at(10, 20))], PLAIN, CONFLICT),
        (request(), [taken(at(10), at(10))], PLAIN, ACCEPTED),  # what has no length takes nothing
        (request(), [taken(at(10))], replace(PLAIN, conflicts=True), ACCEPTED),
        (request(free=True), [taken(at(10))], PLAIN, ACCEPTED),
        (request(span(at(20)), free=True), [], WORKING, ACCEPTED),  # it takes nothing, so no hours are broken
        (request(span(at(10), at(10))), [taken(at(9), at(12))], PLAIN, ACCEPTED),
        (request(span(at(10), at(9, 30))), [], PLAIN, NO_TIME),
        (request(span(at(10), at(9, 30)), free=True), [], PLAIN, NO_TIME),
        (replace(request(), occurrences=()), [], PLAIN, NO_TIME),
        (request(span(at(8))), [], PLAIN, PAST),
        (request(span(at(8, 30))), [], PLAIN, PAST),  # it ends as we look
        (request(span(at(8, 45))), [], PLAIN, ACCEPTED),  # it runs
        (request(span(at(8), at(8))), [], PLAIN, PAST),
        (request(span(at(8)), free=True), [], PLAIN, PAST),
        (request(span(at(10), at(10) + DAY)), [], PLAIN, ACCEPTED),
        (request(span(at(10), at(10, 1) + DAY)), [], PLAIN, TOO_LONG),
        (request(span(at(10), at(10) + 9 * DAY)), [], replace(PLAIN, longest=timedelta()), ACCEPTED),
        (request(span(LAST_MOMENT)), [], PLAIN, ACCEPTED),
        (request(span(LAST_MOMENT + timedelta(minutes=1))), [], PLAIN, TOO_FAR),
        (request(whole_day(1), all_day=True), [], PLAIN, ACCEPTED),
        (request(whole_day(1), all_day=True), [taken(at(10) + DAY)], PLAIN, CONFLICT),
        (request(whole_day(1), all_day=True), [taken(at(23, 30)), taken(at(0) + 2 * DAY)], PLAIN, ACCEPTED),
        (request(span(at(0) + DAY, at(0) + 3 * DAY), all_day=True), [], PLAIN, TOO_LONG),
        (request(whole_day(1), all_day=True), [], WORKING, OUTSIDE_HOURS),
        (request(span(at(17, 30))), [], WORKING, ACCEPTED),
        (request(span(at(17, 31))), [], WORKING, OUTSIDE_HOURS),
        (request(span(at(8) + DAY)), [], WORKING, ACCEPTED),
        (request(span(at(7, 59) + DAY)), [], WORKING, OUTSIDE_HOURS),
        (request(span(at(10) + 5 * DAY)), [], WORKING, OUTSIDE_HOURS),  # Saturday
        (request(span(at(10) + 5 * DAY)), [], replace(WORKING, work_days=frozenset({5})), ACCEPTED),
        (request(span(at(17), at(9) + DAY)), [], WORKING, OUTSIDE_HOURS),
        (series(*days(1, 2, 3)), [], PLAIN, ACCEPTED),
        (series(*days(1, 2, 3)), [], replace(PLAIN, series=False), NO_SERIES),
        (series(*days(1, 2, 3), until=None), [], PLAIN, TOO_FAR),
        (series(*days(1, 2, 3), until=at(0) + 200 * DAY), [], PLAIN, TOO_FAR),
        (series(*days(1, 2), *days(3, hour=20)), [], WORKING, OUTSIDE_HOURS),
        (series(*days(-1, 1)), [], PLAIN, ACCEPTED),
        (series(*days(-2, -1)), [], PLAIN, PAST),
        (replace(series(*days(-2)), occurrences=(), until=at(8)), [], PLAIN, PAST),
        (replace(series(*days(-2)), occurrences=(), until=at(11)), [], PLAIN, NO_TIME),
        (series(*days(1, 2, 3)), [taken(at(10) + DAY)], PLAIN, CONFLICT),
        (series(*days(1, 2, 3)), [taken(at(10) + DAY)], replace(PLAIN, share=33), CONFLICT),
        (series(*days(1, 2, 3)), [taken(at(10) + DAY)], replace(PLAIN, share=34), SOME),
        (series(*days(1, 2)), [taken(at(10) + DAY), taken(at(10) + 2 * DAY)], replace(PLAIN, share=100), CONFLICT),
        (request(), [taken(at(10))], replace(PLAIN, share=100), CONFLICT),
    ],
)  # fmt: skip
def test_the_answer_follows_from_times_policy_and_calendar(
    asked: Request, there: list[Taken], policy: RequestPolicy, code: str
) -> None:
    decision = said(asked, *there, policy=policy)
    assert decision.code == code
    accepted = code in (ACCEPTED, SOME)
    assert decision.response is (Response.ACCEPTED if accepted else Response.DECLINED)
    assert bool(decision.declined) is (code == SOME)


def test_the_occurrences_that_conflict_are_declined_one_by_one() -> None:
    first, second, third, fourth = days(1, 2, 3, 4)
    decision = said(
        series(first, second, third, fourth),
        taken(second.start),
        taken(fourth.start + timedelta(minutes=15)),
        policy=replace(PLAIN, share=50),
    )
    assert decision.declined == (second, fourth)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"own": True}, OWN),
        ({"answered": Response.ORGANIZER}, OWN),
        ({"out_of_date": True}, OUT_OF_DATE),
        ({"kind": RequestKind.CANCELLATION}, CANCELLED),
        ({"kind": RequestKind.CANCELLATION, "out_of_date": True}, OUT_OF_DATE),
        ({"answered": Response.ACCEPTED}, ANSWERED),
        ({"answered": Response.DECLINED}, ANSWERED),
        ({"answered": Response.TENTATIVE}, ANSWERED),
    ],
)
def test_some_messages_need_no_answer(more: dict[str, Any], code: str) -> None:
    assert said(request(**more), taken(at(10))) == Decision(code=code)


def test_a_meeting_does_not_conflict_with_its_own_earlier_time() -> None:
    update = request(span(at(10, 15)), kind=RequestKind.UPDATE, answered=Response.ACCEPTED)
    assert said(update, taken(at(10), uid="uid-a")).code == ACCEPTED
    by_item = replace(update, uid="", item_id=ItemId("item-uid-x"))
    assert said(by_item, taken(at(10), uid="uid-x")).code == ACCEPTED
    assert said(update, taken(at(10), uid="uid-a"), taken(at(10, 30))).code == CONFLICT


def test_two_meetings_without_a_uid_are_two() -> None:
    assert said(request(uid=""), taken(at(10), uid="")).code == CONFLICT


def test_an_update_that_leaves_the_time_is_not_decided_anew() -> None:
    """Somebody may have accepted against the policy: he knew why."""
    update = request(span(at(20)), kind=RequestKind.UPDATE, answered=Response.ACCEPTED)
    there = [taken(at(20), uid="uid-a"), taken(at(20))]
    assert said(update, *there, policy=WORKING).code == ACCEPTED
    assert said(replace(update, answered=Response.TENTATIVE), *there, policy=WORKING) == Decision(
        code=UNCHANGED, response=Response.TENTATIVE
    )
    assert said(replace(update, answered=Response.DECLINED), *there, policy=WORKING).code == OUTSIDE_HOURS
    moved = replace(update, occurrences=(span(at(20, 30)),))
    assert said(moved, *there, policy=WORKING).code == OUTSIDE_HOURS


def test_an_update_of_what_is_over_leaves_what_was_said() -> None:
    over = request(span(at(8)), kind=RequestKind.UPDATE, answered=Response.ACCEPTED)
    assert said(over).code == ACCEPTED
    assert said(replace(over, answered=Response.TENTATIVE)).response is Response.TENTATIVE
    assert said(replace(over, answered=Response.NONE)).code == PAST
    assert said(replace(over, answered=Response.DECLINED)).code == PAST
    whole = replace(over, series=True, occurrences=(), until=at(8))
    assert said(whole).code == ACCEPTED
    assert said(replace(whole, until=None)).code == TOO_FAR


def test_an_update_of_a_declined_meeting_is_decided_anew() -> None:
    update = request(kind=RequestKind.UPDATE, answered=Response.DECLINED)
    assert said(update).code == ACCEPTED


@pytest.mark.parametrize(
    ("day", "utc_hour", "code"),
    [
        (datetime(2027, 3, 26, tzinfo=UTC), 7, ACCEPTED),  # 08:00 in Berlin's winter
        (datetime(2027, 3, 26, tzinfo=UTC), 6, OUTSIDE_HOURS),
        (datetime(2027, 3, 29, tzinfo=UTC), 6, ACCEPTED),  # 08:00 in its summer
        (datetime(2027, 3, 29, tzinfo=UTC), 16, OUTSIDE_HOURS),  # 18:00 already
    ],
)
def test_working_hours_are_those_of_the_rooms_clock(day: datetime, utc_hour: int, code: str) -> None:
    asked = request(span(day + timedelta(hours=utc_hour)))
    assert said(asked, policy=WORKING, zone=BERLIN).code == code


def test_a_day_of_25_hours_is_a_day() -> None:
    begin = datetime(2027, 10, 30, 22, tzinfo=UTC)  # Berlin's 31st
    asked = request(span(begin, begin + timedelta(hours=25)), all_day=True)
    policy = replace(PLAIN, days_ahead=400)
    assert said(asked, policy=policy, zone=BERLIN).code == ACCEPTED
    assert said(replace(asked, all_day=False), policy=policy, zone=BERLIN).code == TOO_LONG


def test_a_day_of_another_zone_is_a_day_there() -> None:
    begin = datetime(2027, 10, 30, 22, tzinfo=UTC)  # Berlin's 31st has 25 hours, by the clock of Los Angeles as well
    policy = replace(PLAIN, days_ahead=400)
    for hours in (23, 24, 25):
        asked = request(span(begin, begin + timedelta(hours=hours)), all_day=True)
        assert said(asked, policy=policy, zone=ANGELES).code == ACCEPTED
    assert said(replace(asked, occurrences=(span(begin, begin + 2 * DAY),)), policy=policy).code == TOO_LONG


@pytest.mark.parametrize(
    ("closes", "hour", "minutes", "code"),
    [
        (time(23, 59), 22, 120, ACCEPTED),  # until midnight, where a day can be written no longer
        (time(23, 59), 22, 121, OUTSIDE_HOURS),
        (time(23), 22, 120, OUTSIDE_HOURS),
        (time(23, 59), 24, 0, OUTSIDE_HOURS),
    ],
)
def test_midnight_is_the_end_of_a_day(closes: time, hour: int, minutes: int, code: str) -> None:
    begin = datetime(2026, 11, 25, tzinfo=BERLIN) + timedelta(hours=hour)
    asked = request(span(begin.astimezone(UTC), begin.astimezone(UTC) + timedelta(minutes=minutes)))
    assert said(asked, policy=replace(PLAIN, hours=(time(8), closes)), zone=BERLIN).code == code


def test_the_calendar_is_asked_only_when_nothing_else_decides() -> None:
    def never(spans: Sequence[Span]) -> Sequence[Taken]:
        raise AssertionError(spans)

    for asked in (request(own=True), request(span(at(8))), request(free=True), request(span(at(10), at(10) + 2 * DAY))):
        decide(asked, PLAIN, never, NOW, ANGELES)


def test_of_one_meeting_only_the_newest_message_counts() -> None:
    first = request(message_id=ItemId("1"))
    second = request(message_id=ItemId("2"), kind=RequestKind.CANCELLATION)
    other = request(message_id=ItemId("3"), uid="uid-other")
    third = request(message_id=ItemId("4"))
    assert superseded([first, second, other, third]) == {"1", "2"}
    assert superseded([first, other]) == frozenset()


def test_messages_about_different_occurrences_all_count() -> None:
    whole = series(*days(1, 2), message_id=ItemId("1"))
    one = request(message_id=ItemId("2"), occurrence=at(10) + DAY)
    two = request(message_id=ItemId("3"), occurrence=at(10) + 2 * DAY)
    nameless = [request(message_id=ItemId(str(number)), uid="") for number in (4, 5)]
    assert superseded([whole, one, two, *nameless]) == frozenset()
    again = request(message_id=ItemId("6"), occurrence=at(10) + DAY)
    assert superseded([whole, one, two, again]) == {"2"}


def test_what_came_late_makes_nothing_pointless() -> None:
    current = request(message_id=ItemId("1"))
    late = request(message_id=ItemId("2"), out_of_date=True)
    assert superseded([current, late]) == frozenset()


def test_the_cancellation_of_a_series_makes_all_that_was_said_of_it_pointless() -> None:
    one = request(message_id=ItemId("1"), occurrence=at(10) + DAY)
    other = request(message_id=ItemId("2"), uid="uid-other")
    single = request(message_id=ItemId("3"), kind=RequestKind.CANCELLATION, occurrence=at(10) + 2 * DAY)
    whole = request(message_id=ItemId("4"), kind=RequestKind.CANCELLATION)
    again = request(message_id=ItemId("5"), occurrence=at(10) + DAY)
    assert superseded([one, other, single, whole]) == {"1", "3"}
    assert superseded([one, whole, again]) == {"1"}
    nameless = [replace(each, uid="") for each in (one, whole)]
    assert superseded(nameless) == frozenset()


STARTS = st.integers(0, 96).map(lambda quarter: at(10) + timedelta(minutes=15 * quarter))
SPANS = st.tuples(STARTS, st.integers(0, 8)).map(lambda row: span(row[0], row[0] + timedelta(minutes=15 * row[1])))


@given(spans=st.lists(SPANS, max_size=8), there=st.lists(SPANS, max_size=8))
def test_conflicts_are_what_a_look_at_each_pair_finds(spans: list[Span], there: list[Span]) -> None:
    blocks = [taken(each.start, each.end) for each in there]
    plain = [
        each
        for each in sorted(spans, key=lambda one: one.start)
        if any(max(each.start, b.start) < min(each.end, b.end) for b in there)
    ]
    assert sorted(conflicts(spans, blocks), key=repr) == sorted(plain, key=repr)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    uid = f"uid-{draw(st.integers(0, 1_000))}"
    first = draw(SPANS)
    if draw(st.booleans()):
        return request(first, uid=uid)
    return series(*(span(first.start + n * DAY, first.end + n * DAY) for n in range(draw(st.integers(1, 5)))), uid=uid)


@given(inbox=st.lists(requests(), max_size=12, unique_by=lambda each: each.uid), share=st.sampled_from([0, 50, 100]))
def test_the_room_is_never_booked_twice(inbox: list[Request], share: int) -> None:
    policy = replace(PLAIN, share=share)
    held: list[Taken] = []
    for asked in inbox:
        decision = said(asked, *held, policy=policy)
        if decision.response is Response.ACCEPTED:
            wanted = [each for each in asked.occurrences if each not in decision.declined]
            held += [taken(each.start, each.end, uid=asked.uid) for each in wanted]
    held.sort(key=lambda each: (each.start, each.end))
    for number, each in enumerate(held):
        later = [other for other in held[number + 1 :] if other.uid != each.uid]
        assert not any(max(each.start, other.start) < min(each.end, other.end) for other in later)


@given(inbox=st.lists(requests(), min_size=1, max_size=6, unique_by=lambda each: each.uid))
def test_the_oldest_request_is_never_refused_for_a_younger_one(inbox: list[Request]) -> None:
    held: list[Taken] = []
    codes = []
    for asked in inbox:
        decision = said(asked, *held)
        codes.append(decision.code)
        if decision.response is Response.ACCEPTED:
            held += [taken(each.start, each.end, uid=asked.uid) for each in asked.occurrences]
    assert codes[0] == ACCEPTED
