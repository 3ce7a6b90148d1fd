"""The store in memory that tests of room control use keeps to the contract."""

from __future__ import annotations

import pytest

from tests.contracts.attendance import AttendanceContract
from tests.fakes.attendance import FakeAttendance


class TestFakeAttendance(AttendanceContract):
    @pytest.fixture
    def store(self) -> FakeAttendance:
        return FakeAttendance()
