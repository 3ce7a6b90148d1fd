"""How a meeting gets from one calendar into another: found by its uid, an occurrence by its place in the series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from agent.demo.world_calendar import Calendar
from agent.demo.world_mail import Meeting
from agent.demo.world_series import occurrence_end, occurrence_starts
from agent.demo.world_values import Booking, Item, ItemNotFound
from agent.model.event import Response, ShowAs

_LOOKAHEAD = timedelta(days=180)  # BookingWindowInDays as it is preset


def located(calendar: Calendar, uid: str, original_start: datetime | None = None) -> Item | None:
    """The meeting's item in this calendar: single, master or the one occurrence; None when it is not there."""
    stored = calendar.with_uid(uid)
    if stored is None or original_start is None:
        return stored
    try:
        return calendar.occurrence(stored.item_id, original_start)
    except ItemNotFound:
        return None


def described(calendar: Calendar, item: Item, *, update: bool = False, moved: bool = False) -> Meeting:
    """The meeting as an invitation tells of it, series with their exceptions."""
    master = item.master_id is None and item.booking.recurrence is not None
    return Meeting(
        uid=item.uid,
        booking=item.booking,
        sequence=item.sequence,
        original_start=item.original_start,
        exceptions=tuple(calendar.exceptions(item.item_id)) if master else (),
        deleted=tuple(calendar.deleted_starts(item.item_id)) if master else (),
        update=update,
        moved=moved,
    )


def put(calendar: Calendar, meeting: Meeting, change: Callable[[Booking], Booking]) -> Item:
    """Create or replace the meeting's item, each booking changed by `change`.

    An occurrence of a series that is not there becomes a single meeting, as in a mailbox invited to that one only.
    """
    found = located(calendar, meeting.uid, meeting.original_start)
    if found is not None:
        calendar.revise(found.item_id, _always(change(meeting.booking)))
        return calendar.item(found.item_id)
    stored = calendar.with_uid(meeting.uid)
    booking = change(meeting.booking)
    if stored is not None and meeting.original_start is not None:
        return calendar.restore(stored.item_id, meeting.original_start, booking)
    item_id = calendar.book(booking, uid=meeting.uid)
    for start in meeting.deleted:
        calendar.delete(calendar.occurrence(item_id, start).item_id)
    for exception in meeting.exceptions:
        assert exception.original_start is not None
        place = calendar.occurrence(item_id, exception.original_start).item_id
        calendar.revise(place, _always(change(exception.booking)))
    return calendar.item(item_id)


def as_answered(response: Response) -> Callable[[Booking], Booking]:
    """What the room's answer makes of a booking."""

    def change(booking: Booking) -> Booking:
        show_as = booking.show_as
        if response is Response.TENTATIVE and show_as is ShowAs.BUSY:
            show_as = ShowAs.TENTATIVE
        return replace(booking, response=response, show_as=show_as)

    return change


def as_asked(booking: Booking) -> Booking:
    """What an invitation that nobody answered yet makes of a booking."""
    show_as = ShowAs.TENTATIVE if booking.show_as is ShowAs.BUSY else booking.show_as
    return replace(booking, response=Response.NONE, show_as=show_as)


def is_taken(calendar: Calendar, meeting: Meeting) -> bool:
    """Whether something else occupies the room when the meeting is; of a series, within half a year."""
    if meeting.booking.show_as is ShowAs.FREE:
        return False
    return any(
        _occupies(other) and other.uid != meeting.uid and other.booking.end > start
        for start, end in spans(meeting)
        for other in calendar.view(start, end)
    )


def spans(meeting: Meeting) -> Sequence[tuple[datetime, datetime]]:
    """Start and end of what is asked for, UTC; of a series, its occurrences of half a year."""
    booking = meeting.booking
    if booking.recurrence is None:
        return [(booking.start, booking.end)]
    changed = {item.original_start for item in meeting.exceptions}
    plain = [
        (start, occurrence_end(booking, start))
        for start in occurrence_starts(booking, booking.start + _LOOKAHEAD)
        if start not in changed and start not in meeting.deleted
    ]
    return sorted(plain + [(item.booking.start, item.booking.end) for item in meeting.exceptions])


def _always(booking: Booking) -> Callable[[Booking], Booking]:
    return lambda _: booking


def _occupies(item: Item) -> bool:
    return item.booking.show_as is not ShowAs.FREE and not item.booking.cancelled
