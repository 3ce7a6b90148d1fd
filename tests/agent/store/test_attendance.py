"""Who came, in the store's file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.ports import AttendanceStore
from agent.store.opening import open_store
from tests.contracts.attendance import AttendanceContract, row

ROOM = "sjroom@contoso.example"


class TestSqliteAttendance(AttendanceContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[AttendanceStore]:
        opened = open_store(tmp_path, ROOM)
        yield opened.attendance
        opened.close()


def test_it_outlives_the_process(tmp_path: Path) -> None:
    opened = open_store(tmp_path, ROOM)
    opened.attendance.put(row("a"))
    opened.close()
    opened = open_store(tmp_path, ROOM)
    assert opened.attendance.get(["a"]) == {"a": row("a")}
    opened.close()
