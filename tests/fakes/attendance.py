"""An attendance store in memory, whose disk a test may break: `agent.ports.AttendanceStore`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.errors import StoreError
from agent.model.control import Attendance


class FakeAttendance:
    """`rows` is the disk. While `broken` it can neither be read nor written."""

    def __init__(self) -> None:
        self.rows: dict[str, Attendance] = {}
        self.broken = False
        self.puts: list[Attendance] = []

    def get(self, meeting_ids: Sequence[str]) -> Mapping[str, Attendance]:
        self._ask()
        return {each: self.rows[each] for each in meeting_ids if each in self.rows}

    def put(self, attendance: Attendance) -> None:
        self._ask()
        self.puts.append(attendance)
        self.rows[attendance.meeting_id] = attendance

    def strikes(self, uid: str, since: datetime) -> int:
        self._ask()
        mine = (row for row in self.rows.values() if row.uid == uid and row.kept is None)
        return sum(row.released is not None and row.released >= since for row in mine)

    def forget(self, before: datetime) -> int:
        self._ask()
        old = [row.meeting_id for row in self.rows.values() if row.start < before]
        for meeting_id in old:
            del self.rows[meeting_id]
        return len(old)

    def _ask(self) -> None:
        if self.broken:
            raise StoreError("store.unavailable", "the disk is gone")
