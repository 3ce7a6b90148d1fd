"""The store on a SQLite file, and the one in memory that stands for it in other tests."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from agent.errors import StoreError
from agent.model.event import ItemId
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from agent.store.schema import occurrence as occurrence_table
from tests.builders import MORNING
from tests.contracts.calendar_store import TOKEN, WEEK, CalendarStoreContract, entry
from tests.fakes.store import MemoryStore

ROOM = "sjroom@contoso.example"


class TestSqliteStore(CalendarStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[SqliteCalendarStore]:
        store = open_store(tmp_path, ROOM)
        yield store
        store.close()


class TestMemoryStore(CalendarStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteCalendarStore]:
    store = open_store(tmp_path, ROOM)
    yield store
    store.close()


def test_everything_is_there_after_a_restart(tmp_path: Path, store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a"), entry("b")], [], MORNING)
    store.set_note("n", "1")
    before = store.entries(WEEK)
    store.close()
    again = open_store(tmp_path, ROOM)
    assert again.rebuilt is None
    assert again.entries(WEEK) == before
    assert (again.token("s"), again.as_of(), again.note("n")) == (TOKEN, MORNING, "1")
    again.close()


def test_another_mailbox_sees_nothing_of_the_first(tmp_path: Path, store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    store.set_note("revision", "7")
    store.close()
    same = open_store(tmp_path, ROOM.upper())
    assert len(same.entries(WEEK)) == 1
    same.close()
    other = open_store(tmp_path, "other@contoso.example")
    assert other.entries(WEEK) == []
    assert (other.token("s"), other.as_of()) == (None, None)
    assert other.note("revision") == "7"  # it never falls
    other.close()


def test_set_up_mode_leaves_the_database_whose_it_was(tmp_path: Path, store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    store.close()
    open_store(tmp_path, "").close()
    again = open_store(tmp_path, ROOM)
    assert len(again.entries(WEEK)) == 1
    again.close()


def test_file_and_its_log_are_readable_by_the_owner_alone(tmp_path: Path, store: SqliteCalendarStore) -> None:
    store.set_note("n", "1")
    for name in ("room.db", "room.db-wal", "room.db-shm"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_mode_of_an_existing_file_is_corrected(tmp_path: Path, store: SqliteCalendarStore) -> None:
    store.close()
    (tmp_path / "room.db").chmod(0o644)
    open_store(tmp_path, ROOM).close()
    assert stat.S_IMODE((tmp_path / "room.db").stat().st_mode) == 0o600


def test_symbolic_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "room.db").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path, ROOM)
    assert caught.value.code == "store.unavailable"


def test_missing_directory_is_a_store_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(tmp_path / "none", ROOM)
    assert caught.value.code == "store.unavailable"
    assert str(tmp_path) in str(caught.value)


def test_readers_do_not_wait_for_a_writer(store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    writing, read = threading.Event(), threading.Event()

    def act(connection: Connection) -> None:
        connection.execute(occurrence_table.delete())
        writing.set()
        assert read.wait(10)

    thread = threading.Thread(target=store._database.write, args=(act,))
    thread.start()
    assert writing.wait(10)
    assert len(store.entries(WEEK)) == 1  # the state before the transaction, at once
    read.set()
    thread.join()
    assert store.entries(WEEK) == []


def test_threads_may_write_at_the_same_time(store: SqliteCalendarStore) -> None:
    def write(name: str) -> None:
        for n in range(10):
            store.apply("s", TOKEN, [entry(f"{name}{n}")], [], MORNING)
            store.set_note(name, str(n))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.entries(WEEK)) == 30
    assert [store.note(name) for name in "abc"] == ["9"] * 3


def test_failed_delta_leaves_nothing_behind(store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    naive = entry("b", MORNING.replace(tzinfo=None))
    with pytest.raises(Exception, match="aware"):
        store.apply("s", None, [entry("c"), naive], [ItemId("item-a")], MORNING + timedelta(hours=1))
    assert [each.entry for each in store.entries(WEEK)] == [entry("a")]
    assert (store.token("s"), store.as_of()) == (TOKEN, MORNING)


def test_ids_of_removed_meetings_are_forgotten_after_some_days(store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    (before,) = store.entries(WEEK)
    store.apply("s", TOKEN, [], [ItemId("item-a")], MORNING)
    store.apply("s", TOKEN, [entry("b")], [], MORNING + timedelta(days=8))
    store.apply("s", TOKEN, [entry("a")], [], MORNING + timedelta(days=8))
    assert before.meeting_id not in {each.meeting_id for each in store.entries(WEEK)}


def test_closed_store_says_so(store: SqliteCalendarStore) -> None:
    store.close()
    with pytest.raises(StoreError) as caught:
        store.entries(WEEK)
    assert caught.value.code == "store.closed"


def test_error_text_holds_no_subject(tmp_path: Path, store: SqliteCalendarStore) -> None:
    with store._database._engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE note")
    with pytest.raises(StoreError) as caught:
        store.set_note("note", "private words")
    assert "private words" not in str(caught.value) + str(caught.value.__cause__)
    assert caught.value.code == "store.damaged"


def test_open_descriptors_do_not_grow(store: SqliteCalendarStore) -> None:
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(50):
        store.entries(WEEK)
        store.set_note("n", "1")
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
