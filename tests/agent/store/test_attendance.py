"""Who came, in the store's file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.model.control import CHECK_IN, Attendance
from agent.ports import AttendanceStore
from agent.store.opening import open_store
from tests.builders import MORNING
from tests.fakes.outbox import MemoryAttendance

DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AttendanceStore]:
    if request.param == "memory":
        yield MemoryAttendance()
        return
    opened = open_store(tmp_path, "sjroom@contoso.example")
    yield opened.attendance
    opened.close()


def known(meeting_id: str = "m1", **more: Any) -> Attendance:
    plain: dict[str, Any] = {"meeting_id": meeting_id, "uid": "u1", "start": MORNING}
    return Attendance(**(plain | more))


def test_what_was_put_is_there_and_nothing_else(store: AttendanceStore) -> None:
    full = known(evidence=CHECK_IN, since=MORNING, released=MORNING, kept=MORNING)
    store.put(full)
    store.put(known("m2"))
    assert store.get(["m1", "m2", "m3"]) == {"m1": full, "m2": known("m2")}
    assert store.get([]) == {}


def test_what_is_put_again_is_in_place_of_the_old(store: AttendanceStore) -> None:
    store.put(known(evidence=CHECK_IN, since=MORNING))
    store.put(known(released=MORNING))
    assert store.get(["m1"]) == {"m1": known(released=MORNING)}


def test_strikes_are_releases_of_the_series_that_nobody_took_back(store: AttendanceStore) -> None:
    store.put(known("released", released=MORNING))
    store.put(known("kept", released=MORNING, kept=MORNING))
    store.put(known("came"))
    store.put(known("long ago", released=MORNING - 61 * DAY))
    store.put(known("another", uid="u2", released=MORNING))
    assert store.strikes("u1", MORNING - 60 * DAY) == 1


def test_only_what_is_old_is_forgotten(store: AttendanceStore) -> None:
    store.put(known("old", start=MORNING - DAY))
    store.put(known("new"))
    assert store.forget(MORNING) == 1
    assert set(store.get(["old", "new"])) == {"new"}


def test_many_meetings_are_asked_for_at_once(store: AttendanceStore) -> None:
    store.put(known("m999"))
    assert set(store.get([f"m{number}" for number in range(1000)])) == {"m999"}
