"""One stored item of a calendar, single or series, and the pure arithmetic of its occurrences."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.demo.world_ids import Handle, change_key
from agent.demo.world_series import LAST_YEAR, occurrence_end, occurrence_starts
from agent.demo.world_values import Booking, InvalidBooking, InvalidRecurrence, Item, Kind

_FAR = timedelta(days=366 * 3)
_FIRST_YEAR = 1970


@dataclass(slots=True)
class Entry:
    """What is stored. `changed`: number of the last change of any of it. `generation`: edits of the series itself."""

    mailbox: uuid.UUID
    number: int
    uid: str
    booking: Booking
    created: datetime
    modified: datetime
    changed: int
    generation: int = 0
    sequence: int = 0
    exceptions: dict[datetime, Booking] = field(default_factory=dict)
    deleted: set[datetime] = field(default_factory=set)

    @property
    def is_series(self) -> bool:
        return self.booking.recurrence is not None

    def handle(self, original_start: datetime | None = None) -> Handle:
        """Of the stored item; with `original_start` of one occurrence, whose id the next edit of the series ends."""
        generation = 0 if original_start is None else self.generation
        return Handle(self.mailbox, self.number, generation, original_start)

    def item(self) -> Item:
        """The single or the master."""
        return self._item(Kind.MASTER if self.is_series else Kind.SINGLE, self.booking)

    def occurrence(self, original_start: datetime) -> Item | None:
        """The occurrence with this place in the pattern; None when there is none or it was deleted."""
        if original_start in self.exceptions:
            return self._item(Kind.EXCEPTION, self.exceptions[original_start], original_start)
        if original_start in self.deleted or not self.in_pattern(original_start):
            return None
        return self._item(Kind.OCCURRENCE, self.plain(original_start), original_start)

    def occurrences(self, until: datetime) -> Iterator[Item]:
        """All occurrences and exceptions whose place in the pattern is not after `until`, plus every exception."""
        for start in occurrence_starts(self.booking, until):
            if start not in self.exceptions and start not in self.deleted:
                yield self._item(Kind.OCCURRENCE, self.plain(start), start)
        for start, booking in sorted(self.exceptions.items()):
            yield self._item(Kind.EXCEPTION, booking, start)

    def in_pattern(self, original_start: datetime) -> bool:
        return original_start in occurrence_starts(self.booking, original_start)

    def plain(self, original_start: datetime) -> Booking:
        """What the pattern says of the occurrence, exceptions left aside."""
        end = occurrence_end(self.booking, original_start)
        return replace(self.booking, start=original_start, end=end, recurrence=None)

    def last_start(self) -> datetime | None:
        """The last place in the pattern; None for a series without end."""
        rule = self.booking.recurrence
        if rule is None or (rule.count is None and rule.until is None):
            return None
        last = None
        for last in occurrence_starts(self.booking):  # noqa: B007  the last one is what is wanted
            pass
        return last

    def neighbours(self, original_start: datetime) -> tuple[Item | None, Item | None]:
        """The occurrences before and after this one in the pattern, deleted ones left out."""
        starts = [s for s in occurrence_starts(self.booking, original_start + _FAR) if s not in self.deleted]
        place = starts.index(original_start)
        before = self.occurrence(starts[place - 1]) if place else None
        after = self.occurrence(starts[place + 1]) if place + 1 < len(starts) else None
        return before, after

    def _item(self, kind: Kind, booking: Booking, original_start: datetime | None = None) -> Item:
        return Item(
            item_id=self.handle(original_start).to_id(),
            change_key=change_key(self.mailbox, self.changed),
            kind=kind,
            uid=self.uid,
            booking=booking,
            created=self.created,
            modified=self.modified,
            sequence=self.sequence,
            master_id=None if original_start is None else self.handle().to_id(),
            original_start=original_start,
        )


def checked(booking: Booking) -> Booking:
    """The booking with start and end in UTC and whole seconds. Raises `InvalidBooking`."""
    if booking.start.tzinfo is None or booking.end.tzinfo is None:
        raise InvalidBooking("start and end need a time zone")
    if not (booking.start.year > _FIRST_YEAR and booking.end.year < LAST_YEAR):
        raise InvalidBooking(f"only years between {_FIRST_YEAR} and {LAST_YEAR}")
    start, end = (value.astimezone(UTC).replace(microsecond=0) for value in (booking.start, booking.end))
    if end < start:
        raise InvalidBooking("the end is before the start")
    try:
        ZoneInfo(booking.timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidBooking("unknown time zone") from error
    sound = replace(booking, start=start, end=end)
    rule = sound.recurrence
    if rule is not None:
        if not 1 <= rule.interval <= 99 or not rule.weekdays <= frozenset(range(7)):
            raise InvalidRecurrence("the recurrence pattern makes no sense")
        if next(occurrence_starts(sound), None) is None:
            raise InvalidRecurrence("the series has no occurrence")
    return sound


def carried(old: Booking, new: Booking, exception: Booking) -> Booking:
    """The exception after its series became `new`: what differed from the old series stays different."""
    differing = {f.name: getattr(exception, f.name) for f in fields(Booking)}
    own = {name: value for name, value in differing.items() if value != getattr(old, name)}
    return replace(new, **own)
