"""Whenever the demo is started, the room's day has something to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agent.control.release import MADE_BEFORE
from agent.demo.control.rows import service_of
from agent.demo.day import OTHER_ROOMS, PEOPLE, ROOM, fill, fill_day, open_organisation, reset_day
from agent.demo.day_catalogue import ALL_DAY, CANCELLED, OTHERS, WEEKLY, WEEKLY_TODAY
from agent.demo.day_plan import plan_day
from agent.demo.invitations import Service
from agent.demo.world import Calendar, ChangeKind, Item, Kind, World
from agent.model.event import Sensitivity
from agent.model.sync import Window
from tests.fakes.clock import FakeClock

DAY = timedelta(days=1)
ZONES = ("America/Los_Angeles", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago", "UTC")
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SUMMER_BEGINS = datetime(2026, 3, 8, 9, 50, tzinfo=UTC)
"""Ten minutes before clocks in Los Angeles go from two to three."""
SUMMER_ENDS = datetime(2026, 11, 1, 8, 50, tzinfo=UTC)


def filled(now: datetime, zone: str) -> Calendar:
    world = World(FakeClock(now))
    open_organisation(world)
    fill_day(world, ROOM.address, zone, now)
    return world.calendar(ROOM.address)


def timed(calendar: Calendar, now: datetime) -> Sequence[Item]:
    return [item for item in calendar.view(now - 2 * DAY, now + 14 * DAY) if not item.booking.all_day]


@settings(max_examples=60, deadline=None)
@given(now=INSTANTS, zone=st.sampled_from(ZONES))
@example(now=SUMMER_BEGINS, zone=ZONES[0])
@example(now=SUMMER_ENDS, zone=ZONES[0])
@example(now=SUMMER_ENDS + timedelta(hours=1), zone=ZONES[0])
def test_at_any_hour_one_meeting_runs_one_is_soon_and_nothing_overlaps(now: datetime, zone: str) -> None:
    items = timed(filled(now, zone), now)
    (running,) = [item for item in items if item.booking.start <= now < item.booking.end]
    assert running.booking.end - now >= timedelta(minutes=15)
    assert service_of(running.booking) is Service.TEAMS
    following = next(item for item in items if item.booking.start > now)
    assert timedelta(minutes=5) < following.booking.start - now <= timedelta(minutes=30)
    assert any(item.booking.end <= now for item in items)
    assert sum(item.booking.start > now for item in items) >= 3
    assert all(one.booking.end <= other.booking.start for one, other in pairwise(items))


@settings(max_examples=200, deadline=None)
@given(now=INSTANTS, zone=st.sampled_from(ZONES))
def test_all_other_meetings_fit_into_the_rooms_own_day(now: datetime, zone: str) -> None:
    plan = plan_day(now, ZoneInfo(zone), len(OTHERS))
    today = now.astimezone(ZoneInfo(zone)).date()
    assert len(plan.others) == len(OTHERS)
    assert {window.start.astimezone(ZoneInfo(zone)).date() for window in plan.others} == {today}


def test_the_day_has_one_of_everything_a_screen_must_get_right() -> None:
    now = datetime(2026, 11, 23, 18, 10, tzinfo=UTC)
    calendar = filled(now, ZONES[0])
    items = calendar.view(now - timedelta(hours=10), now + timedelta(hours=13))
    bookings = {item.booking.subject: item.booking for item in items}
    assert {service_of(booking) for booking in bookings.values()} == set(Service)
    assert {item.kind for item in items} == {Kind.SINGLE, Kind.OCCURRENCE, Kind.EXCEPTION}
    assert bookings[ALL_DAY.subject].all_day
    assert bookings[f"Canceled: {CANCELLED.subject}"].cancelled
    assert bookings["Salary review"].sensitivity is Sensitivity.PRIVATE
    deleted = bookings["Vendor onboarding"]
    assert (deleted.body_html, deleted.properties, deleted.is_online_meeting) == ("", {}, True)
    assert "safelinks.protection.outlook.com" in bookings["Partner call: Tailspin Toys"].body_html
    assert max(len(subject) for subject in bookings) > 120
    assert any(not subject.isascii() for subject in bookings)


def test_the_day_was_planned_so_that_what_nobody_comes_to_can_be_released() -> None:
    now = SUMMER_BEGINS
    running = [each for each in timed(filled(now, "UTC"), now) if each.booking.start <= now < each.booking.end]
    assert [each.booking.start - each.created >= MADE_BEFORE for each in running] == [True]


def test_the_weekly_series_goes_on_as_planned_after_its_exception() -> None:
    now = datetime(2026, 11, 23, 18, 10, tzinfo=UTC)
    items = filled(now, ZONES[0]).view(now - 15 * DAY, now + 15 * DAY)
    weekly = [item for item in items if item.booking.subject in (WEEKLY.subject, WEEKLY_TODAY)]
    assert [item.kind is Kind.EXCEPTION for item in weekly] == [False, False, True, False, False]
    exception = weekly[2]
    assert exception.original_start is not None
    assert exception.booking.start - exception.original_start == timedelta(minutes=15)


def test_the_next_working_days_have_meetings_of_their_own() -> None:
    now = datetime(2026, 11, 23, 18, 10, tzinfo=UTC)
    items = timed(filled(now, ZONES[0]), now)
    local = [item.booking.start.astimezone(ZoneInfo(ZONES[0])) for item in items if item.kind is Kind.SINGLE]
    days = {start.date() for start in local if start.date() > now.date()}
    assert len(days) == 8
    assert all(day.weekday() < 5 for day in days)


def test_a_reset_brings_a_fresh_day_and_never_empties_the_calendar() -> None:
    clock = FakeClock(datetime(2026, 11, 23, 18, 10, tzinfo=UTC))
    world = World(clock)
    open_organisation(world)
    fill_day(world, ROOM.address, ZONES[0], clock.now())
    calendar = world.calendar(ROOM.address)
    before = {item.item_id for item in calendar.items()}
    sizes: list[int] = []
    stop = world.listen(
        lambda change: sizes.append(len(calendar.items())) if change.kind is ChangeKind.DELETED else None
    )
    clock.advance(3 * 3600)
    reset_day(world, ROOM.address, ZONES[0], clock.now())
    stop()
    after = {item.item_id for item in calendar.items()}
    assert not before & after
    assert len(after) == len(before)
    assert min(sizes) == len(after)


@pytest.mark.parametrize("count", [0, 1, 500])
def test_fill_books_as_many_meetings_as_asked_inside_the_window(count: int) -> None:
    world = World(FakeClock())
    open_organisation(world)
    room = OTHER_ROOMS[0].address
    window = Window(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 12, 7, tzinfo=UTC))
    assert len(fill(world, room, count, window)) == count
    items = world.calendar(room).items()
    assert len(items) == count
    assert all(window.start <= item.booking.start and item.booking.end <= window.end for item in items)
    assert all(one.booking.end <= other.booking.start for one, other in pairwise(items))


def test_the_organisation_has_room_lists_with_rooms_and_people_to_look_up() -> None:
    world = World(FakeClock())
    open_organisation(world)
    first, second = world.directory.room_lists()
    assert ROOM in world.directory.members(first.address)
    assert list(world.directory.members(second.address)) == [OTHER_ROOMS[2]]
    assert list(world.directory.resolve("may")) == [PEOPLE[0]]
