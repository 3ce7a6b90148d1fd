"""The history of the last days in the store's file: bounded, harmless, and nothing of a meeting in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.model.history import DONE, InputSpan, JoinPress, Outage, Past, Previous, Quarter, Start
from agent.store.ballast import FILE as BALLAST
from agent.store.calendar import SqliteCalendarStore
from agent.store.history import KEEP, MOST
from agent.store.opening import open_store
from tests.builders import MORNING, at

ROOM = "sjroom@contoso.example"
HOUR = timedelta(hours=1)
DAY = Past(
    outages=(Outage(at(9), at(10), "calendar.timeout"),),
    quarters=(Quarter(at(9), ok=3, failed=1, changes=2, slowest_s=0.5),),
    joins=(JoinPress("id1", at(9, 5), "zoom", DONE),),
    inputs=(InputSpan("hdmi", at(9), None, "live"),),
    starts=(Start(at(8, 59), Previous.FIRST),),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteCalendarStore]:
    store = open_store(tmp_path, ROOM)
    yield store
    store.close()


def read(store: SqliteCalendarStore) -> Past:
    return store.history.read(at(0), at(23))


def test_what_was_written_is_read_and_writing_it_twice_is_harmless(store: SqliteCalendarStore) -> None:
    store.history.write(DAY, MORNING)
    store.history.write(DAY, MORNING)

    assert read(store) == DAY


def test_it_is_there_after_a_restart(store: SqliteCalendarStore, tmp_path: Path) -> None:
    store.history.write(DAY, MORNING)
    store.close()
    again = open_store(tmp_path, ROOM)

    assert read(again) == DAY
    again.close()


def test_only_what_touches_the_asked_stretch_is_read(store: SqliteCalendarStore) -> None:
    store.history.write(DAY, MORNING)

    later = store.history.read(at(10), at(11))
    assert (later.outages, later.quarters, later.joins, later.starts) == ((), (), (), ())
    assert later.inputs == DAY.inputs  # it still is live
    assert store.history.read(at(9, 10), at(9, 11)).quarters == DAY.quarters


def test_figures_of_a_quarter_never_fall(store: SqliteCalendarStore) -> None:
    store.history.write(DAY, MORNING)
    store.history.write(Past(quarters=(Quarter(at(9), ok=1, slowest_s=0.9),)), MORNING)

    assert read(store).quarters == (Quarter(at(9), ok=3, failed=1, changes=2, slowest_s=0.9),)


def test_what_is_older_than_eight_days_goes_and_so_does_what_a_wrong_clock_wrote(store: SqliteCalendarStore) -> None:
    ahead = at(9) + timedelta(days=400)
    store.history.write(DAY, MORNING)
    store.history.write(Past(starts=(Start(ahead, Previous.CLEAN),)), ahead)
    store.history.write(Past(), MORNING)
    left = store.history.read(at(0) - timedelta(days=1000), ahead + HOUR)

    assert left.starts == ()
    assert left.inputs == DAY.inputs  # what still lasts is not old
    store.history.write(DAY, MORNING)
    store.history.write(Past(), MORNING + KEEP + 2 * HOUR)
    assert read(store) == Past(inputs=DAY.inputs)


def test_rows_are_bounded_and_the_newest_stay(store: SqliteCalendarStore) -> None:
    seconds = (at(0) + timedelta(seconds=n) for n in range(2_100))
    store.history.write(Past(outages=tuple(Outage(each, each, "calendar.timeout") for each in seconds)), at(12))
    found = read(store).outages

    assert len(found) == 2_000
    assert found[0].since == at(0) + timedelta(seconds=100)


def test_a_full_history_stays_small(store: SqliteCalendarStore, tmp_path: Path) -> None:
    code, name = "calendar.token_service_unreachable", "projector"
    step = timedelta(seconds=30)
    store.history.write(
        Past(
            outages=tuple(Outage(at(0) - n * step, at(0), code) for n in range(2_000)),
            quarters=tuple(Quarter(at(0) - n * timedelta(minutes=15)) for n in range(768)),
            joins=tuple(JoinPress(f"{n:012}", at(0) - n * step, "bluejeans", DONE) for n in range(2_000)),
            inputs=tuple(InputSpan(name, at(0) - n * step, at(0), "unsupported") for n in range(5_000)),
            starts=tuple(Start(at(0) - n * step, Previous.POWER_CUT) for n in range(500)),
        ),
        at(0),
    )
    store.close()

    assert {table.name for table in MOST} == {"outage", "sync_quarter", "join_press", "input_span", "agent_start"}
    assert (tmp_path / "room.db").stat().st_size < 2 * 1024 * 1024


def test_spans_of_a_process_that_is_gone_end_when_it_last_wrote(store: SqliteCalendarStore) -> None:
    store.history.write(DAY, MORNING)
    store.history.end_spans(at(20))
    assert read(store).inputs == (InputSpan("hdmi", at(9), at(9, 15), "live"),)

    late = Outage(at(12), None, "calendar.timeout")
    store.history.write(Past(outages=(late,)), at(12))
    store.history.end_spans(at(20))
    assert read(store).outages[-1] == Outage(at(12), at(12), "calendar.timeout")


def test_another_mailbox_leaves_the_boxs_own_history(store: SqliteCalendarStore, tmp_path: Path) -> None:
    store.history.write(DAY, MORNING)
    store.close()
    other = open_store(tmp_path, "other@contoso.example")

    assert read(other) == DAY
    other.close()


def test_a_full_disk_refuses_the_history_and_keeps_its_spare_room_for_the_calendar(
    store: SqliteCalendarStore, tmp_path: Path
) -> None:
    store.close()
    full = open_store(tmp_path, ROOM, max_pages=(tmp_path / "room.db").stat().st_size // 4096)
    many = tuple(JoinPress(f"{n:012}", at(9), "zoom", DONE) for n in range(2_000))
    with pytest.raises(StoreError) as refused:
        full.history.write(Past(joins=many), MORNING)

    assert refused.value.code == "store.full"
    assert (tmp_path / BALLAST).exists()
    full.set_note("still", "works")
    assert full.note("still") == "works"
    full.close()
