"""The meeting that the display has open: when its end in the calendar moves, so does the moment it is closed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent import wire

Closes = Callable[[wire.Meeting, datetime], str | None]
"""When a meeting that was joined at a time is closed by itself; None: never."""


@dataclass(frozen=True, slots=True)
class Running:
    """`order` opened it, `meeting` as the list had it when the order was given last, `joined` then."""

    order: wire.Open
    meeting: wire.Meeting
    joined: datetime

    def followed(self, meetings: Sequence[wire.Meeting], closes: Closes) -> Running:
        """The same by a newer list, with an order that closes it later or sooner. One that is not listed any more keeps
        its end: people are in it."""
        listed = next((each for each in meetings if each.id == self.meeting.id), None)
        if listed is None or (listed.end, listed.all_day) == (self.meeting.end, self.meeting.all_day):
            return self
        return Running(replace(self.order, until=closes(listed, self.joined)), listed, self.joined)
