"""The stored calendar as it will be: operations on their way, and done ones that were not read back yet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from agent.model.control import Kind, NewBooking, Operation, OpState, Target
from agent.model.event import ChangeKey, ItemId, Occurrence, OccurrenceKey, Response
from agent.model.join import JoinOutcome
from agent.model.sync import Entry
from agent.ports import StoredEntry

KEPT = timedelta(minutes=10)
"""How long a done operation counts where the calendar is not read again."""
NOT_YET = ItemId("")
"""The item of a booking that the server has not answered about yet."""

Joins = Callable[[NewBooking], JoinOutcome]


def overlaid(
    entries: Sequence[StoredEntry], operations: Iterable[Operation], now: datetime, as_of: datetime | None, joins: Joins
) -> Sequence[StoredEntry]:
    """The entries after these operations, by number; `as_of`: when the calendar was last read. What failed, was given
    up or withdrawn changes nothing, and so does a change of a meeting that is another one by now."""
    counting = [each for each in operations if _counts(each, now, as_of)]
    if not counting:
        return entries
    shown = {each.meeting_id: each for each in entries}
    for operation in sorted(counting, key=lambda each: each.number):
        _apply(operation, shown, joins)
    return [*shown.values()]


def _counts(operation: Operation, now: datetime, as_of: datetime | None) -> bool:
    outcome = operation.outcome
    if outcome is None:
        return True
    read_since = as_of is not None and outcome.at < as_of <= now  # a time to come is of a clock that was set since
    return outcome.state is OpState.DONE and not read_since and abs(now - outcome.at) < KEPT


def _apply(operation: Operation, shown: dict[str, StoredEntry], joins: Joins) -> None:
    new, before = operation.new, shown.get(operation.new.meeting_id)
    match new.kind:
        case Kind.CREATE if new.booking is not None and before is None:
            there = _read_back(operation, new.booking, shown)
            booked = _booked(operation, new.booking, joins) if there is None else shown.pop(there.meeting_id)
            shown[new.meeting_id] = replace(booked, meeting_id=new.meeting_id)
        case Kind.SET_END if new.end is not None and _is(before, new.target):
            assert before is not None
            ending = replace(before.entry.occurrence, end=new.end)
            shown[new.meeting_id] = replace(before, entry=replace(before.entry, occurrence=ending))
        case Kind.DELETE if _is(before, new.target):
            del shown[new.meeting_id]


def _is(entry: StoredEntry | None, target: Target | None) -> bool:
    """Whether a meeting still is where whoever acts saw it."""
    if entry is None or target is None:
        return False
    occurrence = entry.entry.occurrence
    return (occurrence.start, occurrence.end) == (target.start, target.end)


def _read_back(operation: Operation, booking: NewBooking, shown: dict[str, StoredEntry]) -> StoredEntry | None:
    """A booking that was read back under another id than it was announced with: its item, or, before anybody has told
    which item it is, one that looks like it."""
    present = operation.outcome.present if operation.outcome is not None else None
    for each in shown.values():
        found = each.entry.occurrence
        if present is not None and (found.item_id == present.item_id or found.key.uid == present.uid):
            return each
        if present is None and operation.attempts > 0 and _looks_like(booking, found):
            return each
    return None


def _looks_like(booking: NewBooking, occurrence: Occurrence) -> bool:
    same = (occurrence.start, occurrence.end, occurrence.subject) == (booking.start, booking.end, booking.subject)
    return same and occurrence.response in (Response.ORGANIZER, Response.NONE)


def _booked(operation: Operation, booking: NewBooking, joins: Joins) -> StoredEntry:
    present = operation.outcome.present if operation.outcome is not None else None
    occurrence = Occurrence(
        item_id=present.item_id if present else NOT_YET,
        change_key=present.change_key if present else ChangeKey(""),
        key=OccurrenceKey(present.uid if present else ""),
        start=booking.start,
        end=booking.end,
        subject=booking.subject,
        response=Response.ORGANIZER,
        created=operation.created,
    )
    return StoredEntry(operation.new.meeting_id, Entry(occurrence, joins(booking)))
