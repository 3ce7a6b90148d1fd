"""The calendar of one mailbox: book, move, rename, cancel, delete, list. Every change is numbered and kept in a log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from threading import RLock

from agent.demo.world_entry import Entry, carried, checked
from agent.demo.world_ids import Handle, change_key, mailbox_guid, new_uid
from agent.demo.world_series import occurrence_starts
from agent.demo.world_values import (
    Booking,
    Change,
    ChangeKind,
    Item,
    ItemNotFound,
    OccurrenceCrossing,
)
from agent.model.event import ItemId, ShowAs
from agent.ports import Clock


class Calendar:
    """Thread-safe.

    Ids are those of `Item.item_id`; methods that take one raise `ItemNotFound` or `MalformedId`, methods that take
    times or bookings `InvalidBooking`.
    """

    def __init__(
        self,
        address: str,
        clock: Clock,
        lock: RLock,
        next_number: Callable[[], int],
        publish: Callable[[Change], None],
    ) -> None:
        self.address = address
        self.guid = mailbox_guid(address)
        self._clock = clock
        self._lock = lock
        self._next_number = next_number
        self._publish = publish
        self._entries: dict[int, Entry] = {}
        self._log: list[Change] = []
        self._binned: list[Item] = []

    # -- writing

    def book(self, booking: Booking, *, uid: str | None = None, made: datetime | None = None) -> ItemId:
        """Book a single or, with a recurrence, a series; no conflict check, as for writes into a folder of Exchange.

        `uid`: of an item that was deleted, to bring it back as an organizer does who invites again. `made`: when, if it
        was before now.
        """
        booking = checked(booking)
        with self._lock:
            number, now = self._next_number(), self._clock.now().replace(microsecond=0)
            uid, made = uid or new_uid(self.guid, number, now), made or now
            entry = Entry(self.guid, number, uid, booking, made, made, number)
            self._entries[number] = entry
            change = self._logged(ChangeKind.CREATED, entry)
        self._publish(change)
        return entry.item().item_id

    def revise(self, item_id: ItemId, revision: Callable[[Booking], Booking]) -> ItemId:
        """Give the item the content `revision` makes of its present one; the returned id holds afterwards.

        An occurrence becomes an exception and keeps its id. A series keeps its exceptions, unless its times or pattern
        change: then they are gone, as in Exchange. All occurrences of an edited series get new ids.
        """
        with self._lock:
            entry, original = self._find(item_id)
            if original is None:
                self._revise_stored(entry, checked(revision(entry.booking)))
            else:
                item = self._present(entry, original)
                booking = checked(replace(revision(item.booking), recurrence=None))
                _check_neighbours(entry, original, booking)
                entry.exceptions[original] = booking
            change = self._touched(entry)
        self._publish(change)
        return item_id

    def move(self, item_id: ItemId, start: datetime, end: datetime) -> ItemId:
        """Move a single, one occurrence (an exception then) or, with a master's id, the whole series."""
        return self.revise(item_id, lambda booking: replace(booking, start=start, end=end))

    def rename(self, item_id: ItemId, subject: str) -> ItemId:
        return self.revise(item_id, lambda booking: replace(booking, subject=subject))

    def cancel(self, item_id: ItemId) -> ItemId:
        """What a cancellation by the organizer leaves with RemoveCanceledMeetings off: a flagged, free item."""
        return self.revise(item_id, _cancelled)

    def delete(self, item_id: ItemId, *, keep: bool = False) -> None:
        """Remove a single, a whole series (master's id) or one occurrence. `keep`: to the deleted items."""
        with self._lock:
            entry, original = self._find(item_id)
            if keep:
                self._binned.append(entry.item() if original is None else self._present(entry, original))
            if original is None:
                del self._entries[entry.number]
                entry.changed = self._next_number()
                change = self._logged(ChangeKind.DELETED, entry)
            else:
                self._present(entry, original)
                entry.exceptions.pop(original, None)
                entry.deleted.add(original)
                change = self._touched(entry)
        self._publish(change)

    def restore(self, master_id: ItemId, original_start: datetime, booking: Booking) -> Item:
        """Bring a deleted occurrence back with this content."""
        booking = checked(replace(booking, recurrence=None))
        with self._lock:
            entry, _ = self._find(master_id)
            if original_start not in entry.deleted:
                raise ItemNotFound("the series has no such deleted occurrence")
            entry.deleted.discard(original_start)
            entry.exceptions[original_start] = booking
            change = self._touched(entry)
            item = self._present(entry, original_start)
        self._publish(change)
        return item

    def touch(self, item_id: ItemId) -> None:
        """Change nothing but the change key, as Exchange's own housekeeping does."""
        with self._lock:
            entry, _ = self._find(item_id)
            change = self._touched(entry)
        self._publish(change)

    # -- reading

    def item(self, item_id: ItemId) -> Item:
        with self._lock:
            entry, original = self._find(item_id)
            return entry.item() if original is None else self._present(entry, original)

    def items(self) -> Sequence[Item]:
        """Singles and masters, oldest first: what is stored."""
        with self._lock:
            return [entry.item() for entry in self._entries.values()]

    def deleted_items(self) -> Sequence[Item]:
        """What was deleted and kept, oldest first."""
        with self._lock:
            return list(self._binned)

    def view(self, start: datetime, end: datetime) -> Sequence[Item]:
        """Singles and occurrences that intersect [start, end), by start.

        One that ends exactly at `start` is in it, as in a CalendarView of Exchange.
        """
        with self._lock:
            found = [
                item
                for entry in self._entries.values()
                for item in (entry.occurrences(end) if entry.is_series else (entry.item(),))
                if item.booking.start < end and item.booking.end >= start
            ]
        return sorted(found, key=lambda item: (item.booking.start, item.booking.end, item.item_id))

    def exceptions(self, master_id: ItemId) -> Sequence[Item]:
        """The series' exceptions, by their place in the pattern."""
        with self._lock:
            entry, _ = self._find(master_id)
            return [item for start in sorted(entry.exceptions) if (item := entry.occurrence(start))]

    def deleted_starts(self, master_id: ItemId) -> Sequence[datetime]:
        """Where the series had occurrences that were deleted, UTC, in order."""
        with self._lock:
            return sorted(self._find(master_id)[0].deleted)

    def first_and_last(self, master_id: ItemId) -> tuple[Item | None, Item | None]:
        """The first and last occurrence of a series that are still there; last is None for a series without end."""
        with self._lock:
            entry, _ = self._find(master_id)
            last = entry.last_start()
            if last is None:
                return next(entry.occurrences(entry.booking.start), None), None
            there = sorted(entry.occurrences(last), key=lambda item: item.booking.start)
            return (there[0], there[-1]) if there else (None, None)

    def nth_occurrence(self, master_id: ItemId, index: int) -> Item:
        """The occurrence at this place of the pattern, 1 for the first; deleted ones count."""
        with self._lock:
            entry, _ = self._find(master_id)
            starts = islice(occurrence_starts(entry.booking), index - 1, index) if entry.is_series and index > 0 else ()
            return self._present(entry, next(iter(starts), entry.booking.start - timedelta(days=1)))

    def with_uid(self, uid: str) -> Item | None:
        """The single or master with this uid; None when there is none."""
        with self._lock:
            return next((entry.item() for entry in self._entries.values() if entry.uid == uid), None)

    def occurrence(self, master_id: ItemId, original_start: datetime) -> Item:
        """The occurrence with this place in the series' pattern."""
        with self._lock:
            return self._present(self._find(master_id)[0], original_start)

    def changes_since(self, number: int) -> Sequence[Change]:
        """The log after change `number`, in order; 0 gives all."""
        with self._lock:
            return self._log[bisect_right(self._log, number, key=lambda change: change.number) :]

    # -- inside

    def _find(self, item_id: ItemId) -> tuple[Entry, datetime | None]:
        handle = Handle.from_id(item_id)
        entry = self._entries.get(handle.number)
        if entry is None or handle.mailbox != self.guid:
            raise ItemNotFound("no such item in this calendar")
        if handle.original_start is not None and handle.generation != entry.generation:
            raise ItemNotFound("the series was edited since this id was given out")
        return entry, handle.original_start

    def _present(self, entry: Entry, original: datetime) -> Item:
        item = entry.occurrence(original) if entry.is_series else None
        if item is None:
            raise ItemNotFound("the series has no such occurrence")
        return item

    def _revise_stored(self, entry: Entry, booking: Booking) -> None:
        old = entry.booking
        if _pattern(old) != _pattern(booking):
            entry.exceptions.clear()
            entry.deleted.clear()
        plain = {start: entry.plain(start) for start in entry.exceptions}
        entry.booking = booking
        entry.exceptions = {
            start: carried(plain[start], entry.plain(start), exception) for start, exception in entry.exceptions.items()
        }
        entry.generation += 1

    def _touched(self, entry: Entry) -> Change:
        entry.changed = self._next_number()
        entry.modified = self._clock.now().replace(microsecond=0)
        entry.sequence += 1
        return self._logged(ChangeKind.MODIFIED, entry)

    def _logged(self, kind: ChangeKind, entry: Entry) -> Change:
        change = Change(
            number=entry.changed,
            mailbox=self.address,
            kind=kind,
            item_id=entry.item().item_id,
            change_key=change_key(self.guid, entry.changed),
            at=self._clock.now(),
        )
        self._log.append(change)
        return change


def _cancelled(booking: Booking) -> Booking:
    subject = booking.subject if booking.cancelled else f"Canceled: {booking.subject}"
    return replace(booking, subject=subject, cancelled=True, show_as=ShowAs.FREE)


def _pattern(booking: Booking) -> tuple[object, ...]:
    return (booking.start, booking.end, booking.all_day, booking.timezone, booking.recurrence)


def _check_neighbours(entry: Entry, original: datetime, booking: Booking) -> None:
    before, after = entry.neighbours(original)
    if before is not None and booking.start <= before.booking.start:
        raise OccurrenceCrossing("an occurrence stays behind the one before it")
    if after is not None and booking.start >= after.booking.start:
        raise OccurrenceCrossing("an occurrence stays ahead of the one after it")
