"""The organizer's desk: books, moves, renames and cancels in a room's calendar, the way people do in Outlook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agent.demo.control.bodies import BookBody, MoveBody, Repeat, Scope
from agent.demo.day_people import LANGUAGES, PEOPLE
from agent.demo.day_requests import MeetingRequest, received
from agent.demo.world import Booking, Calendar, InvalidBooking, Invitation, Item, Recurrence, World
from agent.model.directory import Mailbox
from agent.model.event import ItemId


@dataclass(frozen=True, slots=True)
class _Target:
    """What an action is meant for. Without an `invitation` it is the room's own affair."""

    item_id: ItemId
    original_start: datetime | None
    invitation: Invitation | None


class Desk:
    """Works on one room; `timezone` is its wall clock. Every method may raise `agent.demo.world.WorldError`."""

    def __init__(self, world: World, room: str, timezone: str) -> None:
        entry = world.directory.mailbox(room)
        self.room = Mailbox(entry.name, entry.address)
        self.timezone = timezone
        self._world = world
        self._calendar: Calendar = world.calendar(entry.address)
        self._zone = ZoneInfo(timezone)

    def day(self, day: date) -> Sequence[Item]:
        """What touches this day of the room, by start; all-day ones belong to their own days only."""
        start, end = self._instant(day, time()), self._instant(day + timedelta(days=1), time())
        return [item for item in self._calendar.view(start, end) if item.booking.end > start or _is_moment(item)]

    def today(self) -> date:
        """The room's date."""
        return self._world.clock.now().astimezone(self._zone).date()

    def book(self, body: BookBody) -> ItemId:
        """Have the organizer invite the room.

        The id of the room's item, of a series its master's; where the room has none (yet), of the organizer's own.
        """
        request = MeetingRequest(
            subject=body.subject,
            organizer=self.person(body.organizer),
            minutes=body.minutes,
            service=body.service,
            delivery=body.delivery,
            private=body.private,
            tentative=body.tentative,
            all_day=body.all_day,
            recurrence=None if body.repeat is None else _recurrence(body.repeat),
        )
        booking = received(request, self._start(body), self.timezone)
        culture = _culture(booking)
        return self._seen(self._world.mail.invite(self.room.address, booking, culture=culture))

    def move(self, item_id: ItemId, body: MoveBody) -> ItemId:
        """Move one meeting or, with that scope, its series."""

        def moved(booking: Booking) -> Booking:
            if booking.all_day:
                raise InvalidBooking("an all-day meeting has no time of day")
            start = self._moved(booking.start, body)
            return replace(booking, start=start, end=start + (booking.end - booking.start))

        return self._revise(item_id, body.scope, moved)

    def rename(self, item_id: ItemId, subject: str, scope: Scope) -> ItemId:
        return self._revise(item_id, scope, lambda booking: replace(booking, subject=subject))

    def cancel(self, item_id: ItemId, scope: Scope) -> ItemId:
        """The organizer cancels. What Exchange itself carries out leaves the room's item, flagged."""
        target = self._target(item_id, scope)
        if target.invitation is None:
            return self._calendar.cancel(target.item_id)
        self._world.mail.withdraw(self.room.address, target.invitation.uid, target.original_start)
        return target.item_id

    def delete(self, item_id: ItemId, scope: Scope) -> None:
        """Somebody removes the item from the room's calendar."""
        self._calendar.delete(self._in_room(item_id, scope).item_id)

    def make_series(self, item_id: ItemId, repeat: Repeat) -> ItemId:
        """Let a single meeting repeat from its present time on."""
        if self._target(item_id, Scope.OCCURRENCE).original_start is not None:
            raise InvalidBooking("an occurrence belongs to a series already")
        recurrence = _recurrence(repeat)
        return self._revise(
            item_id, Scope.SERIES, lambda booking: replace(booking, recurrence=recurrence, timezone=self.timezone)
        )

    def _revise(self, item_id: ItemId, scope: Scope, revision: Callable[[Booking], Booking]) -> ItemId:
        """What nobody invited the room to is changed in its calendar; everything else by its organizer, who tells."""
        target = self._target(item_id, scope)
        if target.invitation is None:
            return self._calendar.revise(target.item_id, revision)
        self._world.mail.update(self.room.address, target.invitation.uid, revision, target.original_start)
        return target.item_id

    def _target(self, item_id: ItemId, scope: Scope) -> _Target:
        """By the id of the room's item, or of the organizer's."""
        mail, room = self._world.mail, self.room.address
        sent = next((each for each in mail.invitations(room) if each.item_id == item_id), None)
        if sent is not None:
            return _Target(item_id, None, sent)
        item = self._in_room(item_id, scope)
        return _Target(item.item_id, item.original_start, mail.adopt(room, item, culture=_culture(item.booking)))

    def _in_room(self, item_id: ItemId, scope: Scope) -> Item:
        item = self._calendar.item(item_id)
        return self._calendar.item(item.master_id) if scope is Scope.SERIES and item.master_id is not None else item

    def _seen(self, invitation: Invitation) -> ItemId:
        item = self._calendar.with_uid(invitation.uid)
        return invitation.item_id if item is None else item.item_id

    def person(self, address: str | None) -> Mailbox:
        """By address; without one the first of the organisation."""
        if address is None:
            return PEOPLE[0]
        entry = self._world.directory.mailbox(address)
        return Mailbox(entry.name, entry.address)

    def _start(self, body: BookBody) -> datetime:
        if body.start is not None:
            return body.start
        day = body.day or self.today()
        if body.at is not None:
            return self._instant(day, body.at)
        if body.all_day:
            return self._instant(day, time())
        now = self._world.clock.now().replace(second=0, microsecond=0)
        return now + timedelta(minutes=body.in_minutes or 0)

    def _moved(self, start: datetime, body: MoveBody) -> datetime:
        if body.minutes is not None:
            return start + timedelta(minutes=body.minutes)
        assert body.at is not None
        return self._instant(body.day or start.astimezone(self._zone).date(), body.at)

    def _instant(self, day: date, clock_time: time) -> datetime:
        return datetime.combine(day, clock_time, self._zone).astimezone(UTC)


def _culture(booking: Booking) -> str:
    return LANGUAGES.get(booking.organizer_address, "en-US")


def _recurrence(repeat: Repeat) -> Recurrence:
    return Recurrence(frequency=repeat.frequency, count=repeat.count)


def _is_moment(item: Item) -> bool:
    return item.booking.start == item.booking.end
