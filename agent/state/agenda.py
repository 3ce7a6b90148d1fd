"""The room's day out of stored entries: which meetings, in which order, which is on now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.model.event import Response, ShowAs
from agent.ports import StoredEntry
from agent.sync.window import next_midnight, room_midnight


@dataclass(frozen=True, slots=True)
class Slot:
    """A listed meeting with its times in the room: `begin` and `end` are instants (room midnights for all-day ones)."""

    stored: StoredEntry
    begin: datetime
    end: datetime
    conflict: bool = False

    @property
    def id(self) -> str:
        return self.stored.meeting_id

    @property
    def all_day(self) -> bool:
        return self.stored.entry.occurrence.all_day

    @property
    def free(self) -> bool:
        return self.stored.entry.occurrence.show_as is ShowAs.FREE

    @property
    def tentative(self) -> bool:
        occurrence = self.stored.entry.occurrence
        return occurrence.response is Response.TENTATIVE or occurrence.show_as is ShowAs.TENTATIVE

    @property
    def occupies(self) -> bool:
        """Whether the room is in use during it: free-time and zero-length ones are shown only."""
        return not self.free and self.begin < self.end

    def running(self, now: datetime) -> bool:
        return self.begin <= now < self.end

    def phase(self, now: datetime, lead: timedelta) -> str:
        """later, soon (joinable), now or ended. A meeting of no length is never "now"."""
        if self.running(now):
            return "now"
        if now >= self.begin:
            return "ended"
        return "soon" if now >= self.joinable_from(lead) else "later"

    def joinable_from(self, lead: timedelta) -> datetime:
        return self.begin if self.all_day else self.begin - lead


def slots(entries: Iterable[StoredEntry], now: datetime, zone: ZoneInfo) -> list[Slot]:
    """Listed meetings by begin, then id: from the start of the room's today on, cancelled and declined ones left out.

    One that began before today is listed while it runs. Overlaps are marked on meetings that occupy the room; all-day
    ones do not count as overlap.
    """
    today = room_midnight(now.astimezone(zone).date(), zone)
    listed = []
    for stored in entries:
        occurrence = stored.entry.occurrence
        if occurrence.cancelled or occurrence.response is Response.DECLINED:
            continue
        slot = _slot(stored, zone)
        if slot.begin >= today or slot.end > max(today, now):
            listed.append(slot)
    listed.sort(key=lambda slot: (slot.begin, slot.id))
    return _mark_conflicts(listed)


def _slot(stored: StoredEntry, zone: ZoneInfo) -> Slot:
    occurrence = stored.entry.occurrence
    if occurrence.start_date is not None and occurrence.end_date is not None:
        return Slot(stored, room_midnight(occurrence.start_date, zone), room_midnight(occurrence.end_date, zone))
    return Slot(stored, occurrence.start, occurrence.end)


def _mark_conflicts(ordered: list[Slot]) -> list[Slot]:
    """One pass over meetings sorted by begin: overlap with any earlier one is overlap with the one that ends last."""
    overlapping: set[str] = set()
    last: Slot | None = None
    for slot in ordered:
        if slot.all_day or not slot.occupies:
            continue
        if last is not None and slot.begin < last.end:
            overlapping |= {slot.id, last.id}
        if last is None or slot.end > last.end:
            last = slot
    return [
        Slot(slot.stored, slot.begin, slot.end, conflict=True) if slot.id in overlapping else slot for slot in ordered
    ]


def current(ordered: Sequence[Slot], now: datetime) -> Slot | None:
    """The meeting the room is in: accepted before tentative, timed before all-day, then earliest start, then id."""
    running = [slot for slot in ordered if slot.occupies and slot.running(now)]
    return min(running, key=lambda slot: (slot.all_day, slot.tentative, slot.begin, slot.id), default=None)


def following(ordered: Sequence[Slot], now: datetime) -> Slot | None:
    """The first meeting with a later start."""
    return next((slot for slot in ordered if slot.begin > now), None)


def free_until(ordered: Sequence[Slot], now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a room that is free now is needed next today; None when nothing follows today."""
    end_of_day = next_midnight(now, zone)
    return next((slot.begin for slot in ordered if slot.occupies and now < slot.begin < end_of_day), None)


def next_change(ordered: Sequence[Slot], now: datetime, lead: timedelta, zone: ZoneInfo) -> datetime:
    """The next instant at which time alone changes the list: an edge of a meeting, or the room's midnight."""
    edges = (edge for slot in ordered for edge in (slot.joinable_from(lead), slot.begin, slot.end))
    tomorrow = next_midnight(now, zone)
    return min(tomorrow, *(edge for edge in edges if edge > now), tomorrow)
