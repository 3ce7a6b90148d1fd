"""What is known of people in meetings: in memory at once, on disk as soon as the disk takes it.

What a process could not write is lost with it. A meeting whose row could not be read yet is not `known`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from agent.control.release import moved
from agent.errors import StoreError
from agent.model.control import Attendance
from agent.ports import AttendanceStore
from agent.state.agenda import Slot

log = structlog.get_logger()

KEEP = timedelta(hours=12)
"""In memory, of a meeting that is not listed: one that was just booked may be listed soon."""


class Attended:
    """In the event loop only; `of` and `known` in any thread."""

    def __init__(self, store: AttendanceStore) -> None:
        self._store = store
        self._rows: dict[str, Attendance] = {}
        self._read: set[str] = set()
        self._unwritten: set[str] = set()
        self._writing = asyncio.Lock()
        self._failing = False

    def of(self, meeting_id: str) -> Attendance | None:
        """What is known of a meeting; None: nothing."""
        return self._rows.get(meeting_id)

    def known(self, meeting_id: str) -> bool:
        """Whether what is on disk of a meeting is taken in."""
        return meeting_id in self._read

    def came(self, slot: Slot, evidence: str, now: datetime) -> bool:
        """Note the first that shows that somebody came; False when there was something before."""
        row = self._row(slot)
        if row.evidence is not None:
            return False
        self._put(replace(row, evidence=evidence, since=now))
        return True

    def released(self, slot: Slot, at: datetime | None) -> None:
        """The meeting is released; None takes that back."""
        self._put(replace(self._row(slot), released=at))

    def kept(self, meeting_id: str, at: datetime) -> None:
        """Its release was taken back by a person. Nothing where nothing is known of it."""
        row = self._rows.get(meeting_id)
        if row is not None:
            self._put(replace(row, kept=at))

    async def take_in(self, slots: Sequence[Slot], now: datetime) -> None:
        """Read what is on disk of meetings that are listed by now, and forget old ones. Raises StoreError."""
        listed = {slot.id for slot in slots}
        for meeting_id in [each for each in self._read if each not in listed]:
            self._forget(meeting_id, now)
        await self.read(listed)
        for slot in slots:
            row = self._rows.get(slot.id)
            if row is not None and row.start != slot.begin:
                self._put(moved(row, slot.begin))

    async def read(self, meeting_ids: Iterable[str]) -> None:
        """Take in what is on disk of these, once. Raises StoreError."""
        missing = [each for each in meeting_ids if each not in self._read]
        if not missing:
            return
        found = await asyncio.to_thread(self._store.get, missing)
        self._works()
        for meeting_id in missing:
            row = found.get(meeting_id)
            if row is not None:
                self._rows[meeting_id] = _joined(row, self._rows.get(meeting_id))
            self._read.add(meeting_id)

    async def write(self, meeting_id: str) -> None:
        """On disk when this returns. Raises StoreError; it is then tried again by `catch_up`."""
        async with self._writing:
            await self.read([meeting_id])
            row = self._rows[meeting_id]
            await asyncio.to_thread(self._store.put, row)
            self._works()
            if self._rows.get(meeting_id) == row:
                self._unwritten.discard(meeting_id)

    async def catch_up(self) -> None:
        """Write what is not on disk. A disk that refuses is tried again with the next call."""
        try:
            for meeting_id in sorted(self._unwritten):
                await self.write(meeting_id)
        except StoreError as error:
            self.failed(error)

    def failed(self, error: StoreError) -> None:
        """Say so, once until it works again."""
        if not self._failing:
            log.warning("attendance.not_written", code=error.code)
        self._failing = True

    def _works(self) -> None:
        if self._failing:
            log.info("attendance.written")
        self._failing = False

    def _row(self, slot: Slot) -> Attendance:
        uid = slot.stored.entry.occurrence.key.uid
        return self._rows.get(slot.id) or Attendance(meeting_id=slot.id, uid=uid, start=slot.begin)

    def _put(self, row: Attendance) -> None:
        self._rows[row.meeting_id] = row
        self._unwritten.add(row.meeting_id)

    def _forget(self, meeting_id: str, now: datetime) -> None:
        row = self._rows.get(meeting_id)
        if meeting_id in self._unwritten or (row is not None and now - row.start < KEEP):
            return
        self._read.discard(meeting_id)
        self._rows.pop(meeting_id, None)


def _joined(stored: Attendance, row: Attendance | None) -> Attendance:
    """What was on disk, with what was noted before it could be read."""
    if row is None:
        return stored
    first = stored if stored.evidence is not None else row
    return replace(
        row,
        evidence=first.evidence,
        since=first.since,
        released=stored.released or row.released,
        kept=stored.kept or row.kept,
    )
