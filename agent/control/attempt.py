"""One attempt at an operation, from the look before it to the look after it. Blocking, in the pusher's thread.

Whatever ends it in between, the next attempt finds out what this one has done: by the booking's key, the item's end,
or that the item is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.errors import SourceError, WriteConflict
from agent.model.control import Kind, NewBooking, Operation, OpState, Present, Target
from agent.model.event import ItemId
from agent.model.sync import Window
from agent.ports import WritableCalendar
from agent.sync.push import (
    CHANGED,
    CONFLICT,
    CONFLICTS,
    EXTEND_CONFLICT,
    GIVEN_UP,
    GONE,
    REFUSED,
    Verdict,
    beaten,
    on_delete,
    on_end,
    overlapping,
    refuses,
    span,
)

_SOME = timedelta(minutes=1)
"""Where a meeting without length is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How an attempt ended that ended. `code` None: done."""

    code: str | None = None
    present: Present | None = None
    request_id: str = ""


class Attempt:
    """An attempt at `operation`, with the id its item has now. `booked`: the operation that made the meeting, where it
    was one lately. `late`: it is too late for it, so it is only found out whether an earlier attempt has done it."""

    def __init__(
        self,
        calendar: WritableCalendar,
        operation: Operation,
        item_id: ItemId,
        booked: Operation | None = None,
        *,
        late: bool,
    ) -> None:
        self._calendar = calendar
        self._operation = operation
        self._item_id = item_id
        self._booked_by = booked
        self._late = late
        self.unsure = operation.attempts > 1
        """Whether something may have been written that nobody knows of."""

    def make(self) -> Result:
        """Do it. Raises what the calendar raises."""
        new = self._operation.new
        if new.kind is Kind.CREATE and new.booking is not None:
            return self._create(new.booking)
        if new.kind is Kind.SET_END and new.target is not None and new.end is not None:
            return self._end(new.target, new.end)
        if new.kind is Kind.DELETE and new.target is not None:
            return self._delete(new.target)
        if new.kind is Kind.MAIL and new.mail is not None and not self._late:
            return Result(request_id=self._calendar.send(new.key, new.mail))
        return Result(code=GIVEN_UP if self._late else REFUSED)

    def _create(self, booking: NewBooking) -> Result:
        key, again = self._operation.new.key, self._operation.attempts > 1
        mine = self._calendar.created(key, booking) if again else None
        if mine is None:
            self.unsure = False
            if self._late:
                return Result(code=GIVEN_UP)
            if not overlapping(self._calendar.taken(span(booking)), span(booking)):
                mine = self._booked(key, booking)
            elif again:  # an earlier attempt may have taken effect only now
                mine = self._calendar.created(key, booking)
            if mine is None:
                return Result(code=CONFLICT)
        self.unsure = True
        for _ in range(CONFLICTS):
            if not beaten(self._calendar.taken(Window(mine.start, mine.end)), mine):
                return Result(present=mine, request_id=mine.request_id)
            self._calendar.delete(mine.item_id)
            first = self._calendar.created(key, booking) if again else None
            if first is None:
                break
            mine = first  # an earlier attempt took effect after all, and was in the way of this one
        return Result(code=CONFLICT, request_id=mine.request_id)

    def _booked(self, key: str, booking: NewBooking) -> Present:
        """The booking. What the server says it refuses is looked up: it may have been refused halfway."""
        try:
            return self._calendar.create(key, booking)
        except SourceError as error:
            if not refuses(error):
                raise
            self.unsure = True
            mine = self._calendar.created(key, booking)
            if mine is None:
                self.unsure = False
                raise
            return mine

    def _end(self, target: Target, end: datetime) -> Result:
        for _ in range(CONFLICTS):
            seen = self._seen(target)
            verdict = on_end(seen, target, end)
            if seen is None or verdict is Verdict.GONE:
                return Result(code=GONE)
            if verdict is Verdict.CHANGED:
                return Result(code=CHANGED, request_id=seen.request_id)
            if verdict is Verdict.GO and self._late:
                return Result(code=GIVEN_UP, request_id=seen.request_id)
            try:
                return self._with_end(seen, target, end)
            except WriteConflict:
                continue
        return Result(code=CHANGED)

    def _seen(self, target: Target) -> Present | None:
        """The meeting as it is now. Where its item is gone it is looked for where it was: an edit of a series makes new
        items of its occurrences, and another protocol calls them otherwise. Without a handle nothing was made, unless
        the booking was given up and nobody knows."""
        seen = self._calendar.read(self._item_id) if self._item_id else self._given_up()
        made = self._booked_by.outcome.present if self._booked_by is not None and self._booked_by.outcome else None
        uid = target.key.uid or (made.uid if made is not None else "")
        if seen is not None or not uid:
            return seen
        for each in self._calendar.taken(Window(target.start, max(target.end, target.start + _SOME))):
            if each.uid == uid and each.start == target.start and each.item_id != self._item_id:
                return self._calendar.read(each.item_id)
        return None

    def _given_up(self) -> Present | None:
        """What a booking made that was given up; it may have taken effect unseen."""
        by = self._booked_by
        if by is None or by.state is not OpState.GIVEN_UP or by.new.booking is None:
            return None
        return self._calendar.created(by.new.key, by.new.booking)

    def _with_end(self, seen: Present, target: Target, end: datetime) -> Result:
        """Set the end, unless it is there, and take it back where more time than there was is somebody else's."""
        added = Window(target.end, end)
        is_there, longer = seen.end == end, end > target.end
        if not is_there and longer and overlapping(self._calendar.taken(added), added, seen):
            return Result(code=EXTEND_CONFLICT, request_id=seen.request_id)
        after = seen if is_there else self._changed(seen, end)
        self.unsure = self.unsure or not is_there
        if longer and self.unsure and overlapping(self._calendar.taken(added), added, after):
            back = self._calendar.set_end(after, target.end)
            return Result(code=EXTEND_CONFLICT, request_id=back.request_id)
        return Result(present=after, request_id=after.request_id)

    def _changed(self, seen: Present, end: datetime) -> Present:
        """The item with its new end, likewise looked up."""
        try:
            return self._calendar.set_end(seen, end)
        except SourceError as error:
            if isinstance(error, WriteConflict) or not refuses(error):
                raise
            before, self.unsure = self.unsure, True
            now = self._calendar.read(seen.item_id)
            if now is None or now.end != end:
                self.unsure = before
                raise
            return now

    def _delete(self, target: Target) -> Result:
        seen = self._seen(target)
        verdict = on_delete(seen, target)
        if seen is None or verdict is Verdict.DONE:
            return Result()
        if verdict is Verdict.CHANGED or self._late:
            return Result(code=GIVEN_UP if self._late else CHANGED, request_id=seen.request_id)
        try:
            self._calendar.delete(seen.item_id)
        except SourceError as error:
            if not refuses(error) or self._calendar.read(seen.item_id) is not None:
                raise
        return Result(request_id=seen.request_id)
