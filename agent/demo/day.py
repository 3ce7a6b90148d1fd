"""A room's day around the moment the demo is started, and any number of meetings for benchmarks.

open_organisation(world)
fill_day(world, ROOM.address, "America/Los_Angeles", clock.now())
fill(world, OTHER_ROOMS[0].address, 500, window)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from agent.demo.day_catalogue import (
    ALL_DAY,
    CANCELLED,
    DAYS_AFTER,
    NOW,
    OTHERS,
    PREVIOUS,
    SOON,
    WEEKLY,
    WEEKLY_TODAY,
)
from agent.demo.day_people import OTHER_ROOMS, PEOPLE, ROOM, ROOM_LISTS, open_organisation
from agent.demo.day_plan import GRID, at, plan_day
from agent.demo.day_requests import MeetingRequest, received
from agent.demo.invitations import Service
from agent.demo.world import Booking, Calendar, Item, World
from agent.model.event import ItemId
from agent.model.sync import Window

__all__ = ["OTHER_ROOMS", "PEOPLE", "ROOM", "ROOM_LISTS", "fill", "fill_day", "open_organisation", "reset_day"]

_WEEKS_BEHIND = timedelta(weeks=2)
_DAYS_FILLED = 10
_MADE_BEFORE = timedelta(days=1)
"""A day is planned: what is made at the last moment would never be released."""
_TIMES_AFTER = (time(9), time(11), time(14), time(16))


def fill_day(world: World, room: str, timezone: str, now: datetime) -> None:
    """Give the room its day around `now` and a few meetings on each working day after it.

    Afterwards one meeting runs, one begins within half an hour, others are over or later, and none overlap but the
    all-day one. What was in the calendar stays, whatever it overlaps.
    """
    zone, calendar = ZoneInfo(timezone), world.calendar(room)
    booked = _book_today(calendar, now, zone)
    days = [now.astimezone(zone).date() + timedelta(days=number) for number in range(1, _DAYS_FILLED + 1)]
    _book_days_after(calendar, [day for day in days if day.weekday() < 5], zone, among=booked)


def reset_day(world: World, room: str, timezone: str, now: datetime) -> None:
    """Replace all of the room's calendar by a fresh day, which is never empty in between; its mail is forgotten."""
    calendar = world.calendar(room)
    old = [item.item_id for item in calendar.items()]
    fill_day(world, room, timezone, now)
    for item_id in old:
        calendar.delete(item_id)
    world.mail.forget(room)


def fill(world: World, room: str, count: int, window: Window, timezone: str = "UTC") -> list[ItemId]:
    """Book `count` singles one after another over the window, services and organizers by turns; their ids in order."""
    calendar = world.calendar(room)
    pitch = (window.end - window.start) / max(count, 1)
    minutes = max(1, min(30, int(pitch / timedelta(minutes=1))))
    turns = zip(range(count), cycle(Service), cycle(PEOPLE), strict=False)
    return [
        calendar.book(
            received(
                MeetingRequest(subject=f"Meeting {n + 1}", organizer=organizer, service=service, minutes=minutes),
                window.start + n * pitch,
                timezone,
            )
        )
        for n, service, organizer in turns
    ]


def _book_today(calendar: Calendar, now: datetime, zone: ZoneInfo) -> set[ItemId]:
    """The ids of what was booked, of series their masters'."""
    day = plan_day(now, zone, len(OTHERS))
    others = list(zip(OTHERS, day.others, strict=False))
    made = now.replace(microsecond=0) - _MADE_BEFORE
    booked = {_book_weekly(calendar, day.next, zone, made), calendar.book(received(ALL_DAY, now, zone.key), made=made)}
    for request, window in [(PREVIOUS, day.previous), (NOW, day.now), (SOON, day.soon), *others]:
        start = window.start if request.recurrence is None else _weeks_before(window.start, zone)
        item_id = calendar.book(received(request, start, zone.key), made=made)
        booked.add(item_id)
        if request is CANCELLED:
            calendar.cancel(item_id)
    return booked


def _book_weekly(calendar: Calendar, window: Window, zone: ZoneInfo, made: datetime) -> ItemId:
    """A weekly series whose occurrence in this window is an exception: renamed, and a quarter of an hour later."""
    master = calendar.book(received(WEEKLY, _weeks_before(window.start, zone), zone.key), made=made)
    margin = timedelta(hours=2)  # a clock change may have put the pattern elsewhere
    here = calendar.view(window.start - margin, window.end + margin)
    occurrence = next(item for item in here if item.master_id == master)
    calendar.revise(
        occurrence.item_id,
        lambda booking: replace(booking, subject=WEEKLY_TODAY, start=window.start + GRID, end=window.end),
    )
    return master


def _weeks_before(start: datetime, zone: ZoneInfo) -> datetime:
    """The same wall-clock time some weeks ago."""
    return start.astimezone(zone) - _WEEKS_BEHIND


def _book_days_after(calendar: Calendar, days: Sequence[date], zone: ZoneInfo, among: set[ItemId]) -> None:
    """A few meetings on each of the days, where today's series (`among`) leave room."""
    requests = cycle(DAYS_AFTER)
    for day in days:
        for clock_time in _TIMES_AFTER[day.weekday() % 2 :]:
            booking = received(next(requests), at(day, clock_time, zone), zone.key)
            neighbours = calendar.view(booking.start, booking.end)
            if not any(_is_in_the_way(item, booking) for item in neighbours if _stored_id(item) in among):
                calendar.book(booking)


def _is_in_the_way(item: Item, booking: Booking) -> bool:
    theirs = item.booking
    return not theirs.all_day and theirs.start < booking.end and theirs.end > booking.start


def _stored_id(item: Item) -> ItemId:
    return item.master_id or item.item_id
