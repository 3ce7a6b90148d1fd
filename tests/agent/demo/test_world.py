from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.demo.world import (
    Booking,
    Calendar,
    Change,
    ChangeKind,
    Frequency,
    InvalidBooking,
    ItemId,
    ItemNotFound,
    Kind,
    MalformedId,
    OccurrenceCrossing,
    Recurrence,
    UnknownMailbox,
    World,
    occurrence_starts,
)
from tests.agent.demo.support import at
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import OTHER_ROOM, ROOM, booking, make_world

WHOLE = (at(0, day=1), at(0, day=1) + timedelta(days=400))


@pytest.fixture
def world() -> World:
    return make_world(FakeClock())


@pytest.fixture
def calendar(world: World) -> Calendar:
    return world.calendar(ROOM)


def daily(count: int = 5, **more: object) -> Booking:
    return booking("Daily", at(9), at(10), recurrence=Recurrence(frequency=Frequency.DAILY, count=count), **more)


def test_every_edit_changes_the_change_key_and_is_logged_in_order(world: World, calendar: Calendar) -> None:
    item = calendar.book(booking("Plan", at(9), at(10)))
    keys = [calendar.item(item).change_key]
    for edit in (
        lambda: calendar.move(item, at(11), at(12)),
        lambda: calendar.rename(item, "Plan B"),
        lambda: calendar.cancel(item),
        lambda: calendar.touch(item),
    ):
        edit()
        keys.append(calendar.item(item).change_key)
    calendar.delete(item)
    assert len(set(keys)) == 5
    log = calendar.changes_since(0)
    assert [change.kind for change in log] == [ChangeKind.CREATED, *[ChangeKind.MODIFIED] * 4, ChangeKind.DELETED]
    assert [change.number for change in log] == [1, 2, 3, 4, 5, 6]
    assert world.change_number == 6


def test_ids_look_like_those_of_exchange(calendar: Calendar) -> None:
    item = calendar.item(calendar.book(booking("Plan", at(9), at(10))))
    assert item.item_id.startswith("AAMk")
    assert item.change_key.startswith("DwAAABYAAAB")
    assert item.uid.startswith("040000008200E00074C5B7101A82E008")


def test_editing_a_series_gives_its_occurrences_new_ids_and_keys(calendar: Calendar) -> None:
    series = calendar.book(daily())
    before = calendar.view(*WHOLE)
    calendar.rename(series, "Daily stand-up")
    after = calendar.view(*WHOLE)
    assert not {o.item_id for o in before} & {o.item_id for o in after}
    assert not {o.change_key for o in before} & {o.change_key for o in after}
    assert {o.uid for o in before} == {o.uid for o in after}
    with pytest.raises(ItemNotFound):
        calendar.item(before[0].item_id)


def test_editing_an_occurrence_keeps_the_ids_but_changes_all_keys(calendar: Calendar) -> None:
    calendar.book(daily())
    before = calendar.view(*WHOLE)
    calendar.move(before[2].item_id, at(14, day=26), at(15, day=26))
    after = calendar.view(*WHOLE)
    assert [o.item_id for o in before] == [o.item_id for o in after]
    assert not {o.change_key for o in before} & {o.change_key for o in after}
    assert [o.kind for o in after].count(Kind.EXCEPTION) == 1
    assert after[2].original_start == before[2].booking.start


def test_an_exception_keeps_its_own_times_when_the_series_is_renamed(calendar: Calendar) -> None:
    series = calendar.book(daily())
    calendar.move(calendar.view(*WHOLE)[1].item_id, at(14, day=25), at(15, day=25))
    calendar.rename(calendar.view(*WHOLE)[2].item_id, "Special")
    calendar.rename(series, "New")
    shown = [(o.booking.subject, o.booking.start.hour) for o in calendar.view(*WHOLE)]
    assert shown == [("New", 9), ("New", 14), ("Special", 9), ("New", 9), ("New", 9)]


def test_moving_a_series_ends_its_exceptions(calendar: Calendar) -> None:
    series = calendar.book(daily())
    second = calendar.view(*WHOLE)[1].item_id
    calendar.move(second, at(14, day=25), at(15, day=25))
    calendar.delete(calendar.view(*WHOLE)[2].item_id)
    calendar.move(series, at(11), at(12))
    assert [(o.kind, o.booking.start.hour) for o in calendar.view(*WHOLE)] == [(Kind.OCCURRENCE, 11)] * 5


def test_an_exception_moved_into_or_out_of_a_window_is_found_where_it_is(calendar: Calendar) -> None:
    calendar.book(daily())
    last = calendar.view(*WHOLE)[-1]
    calendar.move(last.item_id, at(9, day=40), at(10, day=40))
    assert len(calendar.view(at(0), at(0, day=30))) == 4
    assert [o.item_id for o in calendar.view(at(0, day=39), at(0, day=41))] == [last.item_id]


def test_an_occurrence_may_not_pass_its_neighbours_but_may_pass_a_deleted_one(calendar: Calendar) -> None:
    calendar.book(daily())
    first, second, third, *_ = calendar.view(*WHOLE)
    with pytest.raises(OccurrenceCrossing):
        calendar.move(second.item_id, at(9), at(10))
    with pytest.raises(OccurrenceCrossing):
        calendar.move(first.item_id, at(9, day=25), at(10, day=25))
    calendar.delete(third.item_id)
    calendar.move(second.item_id, at(15, day=26), at(16, day=26))


def test_a_deleted_occurrence_is_gone_for_good(calendar: Calendar) -> None:
    series = calendar.book(daily(count=3))
    second = calendar.view(*WHOLE)[1].item_id
    calendar.delete(second)
    assert len(calendar.view(*WHOLE)) == 2
    assert calendar.deleted_starts(series) == [at(9, day=25)]
    for again in (calendar.item, calendar.delete, calendar.cancel):
        with pytest.raises(ItemNotFound):
            again(second)


def test_a_cancelled_occurrence_stays_in_its_series(calendar: Calendar) -> None:
    calendar.book(daily(count=2))
    calendar.cancel(calendar.view(*WHOLE)[0].item_id)
    assert [o.booking.cancelled for o in calendar.view(*WHOLE)] == [True, False]


def test_a_deleted_meeting_can_come_back_with_its_uid(calendar: Calendar) -> None:
    first = calendar.book(booking("Plan", at(9), at(10)))
    uid = calendar.item(first).uid
    calendar.delete(first)
    again = calendar.book(booking("Plan", at(9), at(10)), uid=uid)
    assert (calendar.item(again).uid, again == first) == (uid, False)


def test_ids_of_other_calendars_and_nonsense_are_told_apart(world: World, calendar: Calendar) -> None:
    other = world.calendar(OTHER_ROOM).book(booking("there", at(9), at(10)))
    with pytest.raises(ItemNotFound):
        calendar.item(other)
    for nonsense in ("", "AAMk", other[:-4], other + "AAAA", "é"):
        with pytest.raises(MalformedId):
            calendar.item(ItemId(nonsense))
    with pytest.raises(UnknownMailbox):
        world.calendar("nobody@contoso.example")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: booking("ends early", at(10), at(9)),
        lambda: booking("naive", datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 10)),  # noqa: DTZ001
        lambda: booking("zone", at(9), at(10), timezone="Middle/Earth"),
        lambda: booking("zone", at(9), at(10), timezone="../../etc/passwd"),
        lambda: daily(count=0),
        lambda: booking("x", at(9), at(10), recurrence=Recurrence(frequency=Frequency.DAILY, interval=0)),
        lambda: booking("x", at(9), at(10), recurrence=Recurrence(frequency=Frequency.DAILY, until=date(2026, 1, 1))),
    ],
)
def test_bookings_that_make_no_sense_are_refused(calendar: Calendar, wrong: Callable[[], Booking]) -> None:
    with pytest.raises(InvalidBooking):
        calendar.book(wrong())
    assert calendar.items() == []


def test_a_weekly_series_keeps_its_local_time_over_both_changes_of_the_clock(calendar: Calendar) -> None:
    new_york = ZoneInfo("America/New_York")
    start = datetime(2026, 10, 27, 9, 30, tzinfo=new_york)
    rule = Recurrence(frequency=Frequency.WEEKLY, until=date(2027, 3, 23))
    calendar.book(booking("Weekly", start, start + timedelta(hours=1), timezone="America/New_York", recurrence=rule))
    found = calendar.view(*WHOLE)
    assert {o.booking.start.astimezone(new_york).time() for o in found} == {start.time()}
    assert {o.booking.start.hour for o in found} == {13, 14}
    assert {o.booking.end - o.booking.start for o in found} == {timedelta(hours=1)}
    assert len(found) == 21


def test_all_day_occurrences_run_from_local_midnight_to_midnight_on_days_of_25_hours(calendar: Calendar) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, tzinfo=berlin)
    rule = Recurrence(frequency=Frequency.DAILY, count=3)
    end = datetime(2026, 10, 25, tzinfo=berlin)
    calendar.book(booking("Fair", start, end, timezone="Europe/Berlin", all_day=True, recurrence=rule))
    found = calendar.view(at(0, day=-10), at(0))
    assert [(o.booking.end - o.booking.start) / timedelta(hours=1) for o in found] == [24, 25, 24]


def test_weekdays_before_the_first_start_do_not_count() -> None:
    wednesday = datetime(2026, 11, 25, 9, tzinfo=UTC)
    rule = Recurrence(frequency=Frequency.WEEKLY, interval=2, weekdays=frozenset({0, 2, 4}), count=5)
    series = Booking(start=wednesday, end=wednesday, recurrence=rule)
    assert [start.date().isoformat() for start in occurrence_starts(series)] == [
        "2026-11-25",
        "2026-11-27",
        "2026-12-07",
        "2026-12-09",
        "2026-12-11",
    ]


@given(
    interval=st.integers(1, 5),
    weekdays=st.frozensets(st.integers(0, 6)),
    count=st.integers(1, 40),
    zone=st.sampled_from(["UTC", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"]),
    hour=st.integers(0, 23),
)
def test_a_pattern_gives_as_many_rising_starts_as_it_says(
    interval: int, weekdays: frozenset[int], count: int, zone: str, hour: int
) -> None:
    start = datetime(2026, 9, 1, hour, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    rule = Recurrence(frequency=Frequency.WEEKLY, interval=interval, weekdays=weekdays, count=count)
    starts = list(occurrence_starts(Booking(start=start, end=start, timezone=zone, recurrence=rule)))
    assert len(starts) == count
    assert starts == sorted(set(starts))
    assert starts[0] >= start


def test_listeners_hear_of_each_change_until_they_stop(world: World, calendar: Calendar) -> None:
    heard: list[Change] = []
    stop = world.listen(heard.append)
    item = calendar.book(booking("Plan", at(9), at(10)))
    stop()
    stop()
    calendar.delete(item)
    assert [(change.kind, change.item_id, change.mailbox) for change in heard] == [(ChangeKind.CREATED, item, ROOM)]


def test_many_threads_may_book_at_once(world: World, calendar: Calendar) -> None:
    def book() -> None:
        for _ in range(50):
            calendar.book(booking("Plan", at(9), at(10)))

    threads = [threading.Thread(target=book) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({item.item_id for item in calendar.items()}) == 200
    assert [change.number for change in calendar.changes_since(0)] == list(range(1, 201))


def test_names_resolve_by_the_beginning_of_any_word_or_of_the_address(world: World) -> None:
    for text, names in (("lee", ["Ann Lee"]), ("NY", ["New York"]), ("o", []), ("SMTP:sj", ["San Jose"])):
        assert [mailbox.name for mailbox in world.directory.resolve(text)] == names


def test_organisations_that_begin_apart_give_out_no_id_twice() -> None:
    ids = []
    for first in (0, 1000):
        world = World(FakeClock(), first)
        world.add_room("sjroom@contoso.example", "San Jose")
        calendar = world.calendar("sjroom@contoso.example")
        for _ in range(3):
            calendar.book(Booking(start=at(12), end=at(13)))
        ids += [(item.item_id, item.change_key) for item in calendar.items()]
    assert len(set(ids)) == 6
