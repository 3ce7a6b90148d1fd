"""The operations of the last minutes, and what was booked on this screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from agent.control.parts import Sends
from agent.control.undoing import ALIVE
from agent.model.control import Kind, NewBooking, Operation

REMEMBERED = 1_000
"""Bookings; a room has some dozen in two days."""


class Record:
    """Safe in any thread. `earlier`: what ended in the days before this process began."""

    def __init__(self, sends: Sends, earlier: Iterable[Operation] = ()) -> None:
        self._sends = sends
        self._booked: dict[str, NewBooking] = {}
        self._note(earlier)

    def operations(self) -> Sequence[Operation]:
        """Those that wait and those that ended lately, by number, each once."""
        waiting = self._sends.waiting  # first: one that ends meanwhile is in both, and not in neither
        found = {each.number: each for each in (*waiting, *self._sends.recent)}
        ordered = [found[number] for number in sorted(found)]
        self._note(ordered)
        return ordered

    @property
    def ours(self) -> Collection[str]:
        """Ids of meetings that were booked here."""
        return frozenset([*self._booked])

    def booking(self, meeting_id: str) -> NewBooking | None:
        """What was booked under this id."""
        return self._booked.get(meeting_id)

    def _note(self, operations: Iterable[Operation]) -> None:
        for each in operations:
            if each.new.kind is Kind.CREATE and each.new.booking is not None and each.state in ALIVE:
                self._booked[each.new.meeting_id] = each.new.booking
        for meeting_id in [*self._booked][:-REMEMBERED]:
            self._booked.pop(meeting_id, None)
