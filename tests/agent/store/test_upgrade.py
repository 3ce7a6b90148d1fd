"""A file of an older program under this one: migrated with all it holds, or served as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import op

from agent.errors import StoreError
from agent.model.history import Past, Quarter
from agent.store import opening
from agent.store.ballast import FILE as BALLAST
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from agent.store.schema import REVISION
from tests.builders import MORNING
from tests.contracts.calendar_store import WEEK, entry

ROOM = "sjroom@contoso.example"
OLD = Path(__file__).parents[2] / "data" / "store" / "0001.sql"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with the file that an older program has left."""
    with closing(sqlite3.connect(tmp_path / "room.db")) as connection:
        connection.executescript(OLD.read_text())
    return tmp_path


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The migration fails in its middle, with an error of its own."""
    make = op.create_table

    def create_table(name: str, *columns: Any) -> Any:
        if name == "join_press":
            raise KeyError(name)
        return make(name, *columns)

    monkeypatch.setattr(op, "create_table", create_table)
    yield
    monkeypatch.undo()


def held(store: SqliteCalendarStore) -> tuple[Any, ...]:
    listed = [(each.meeting_id, each.entry.occurrence.subject) for each in store.entries(WEEK)]
    return listed, store.token("scope"), store.as_of(), store.note("state.revision")


KEPT = ([("mA", "review"), ("mB", "planning")], "token-17", MORNING, "42:abc")


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_a_file_of_the_first_release_is_migrated_with_everything_in_it(state: Path) -> None:
    store = open_store(state, ROOM)
    store.history.write(Past(quarters=(Quarter(MORNING, ok=1),)), MORNING)

    assert held(store) == KEPT
    assert (store.rebuilt, store.not_migrated) == (None, None)
    assert store.history.read(MORNING, MORNING + timedelta(hours=1)).quarters == (Quarter(MORNING, ok=1),)
    store.close()
    assert f"INSERT INTO \"alembic_version\" VALUES('{REVISION}');" in dump(state / "room.db")


def test_a_migration_that_fails_leaves_the_file_as_it_was_and_the_calendar_served(state: Path, broken: None) -> None:
    before = dump(state / "room.db")
    store = open_store(state, ROOM)

    assert held(store) == KEPT
    assert (store.rebuilt, store.not_migrated) == (None, "store.migration_failed")
    assert dump(state / "room.db") == before
    store.apply("scope", None, [entry("new")], [], MORNING)
    assert len(store.entries(WEEK)) == 3
    with pytest.raises(StoreError):
        store.history.write(Past(quarters=(Quarter(MORNING),)), MORNING)
    assert len(store.entries(WEEK)) == 3
    store.close()


def test_what_failed_once_is_done_at_the_next_start(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(opening, "upgraded", lambda *_: "store.busy")
        open_store(state, ROOM).close()
    store = open_store(state, ROOM)

    assert (held(store), store.not_migrated) == (KEPT, None)
    store.close()


def test_on_a_full_disk_the_spare_room_is_for_the_migration(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (state / BALLAST).write_bytes(b"x")
    codes = iter(["store.full", None])
    monkeypatch.setattr(opening, "upgraded", lambda *_: next(codes))
    store = open_store(state, ROOM)

    assert store.not_migrated is None
    assert next(codes, "asked twice") == "asked twice"
    store.close()


def test_a_disk_that_is_really_full_serves_the_calendar_all_the_same(state: Path) -> None:
    pages = (state / "room.db").stat().st_size // 4096
    store = open_store(state, ROOM, max_pages=pages)

    assert (held(store), store.not_migrated) == (KEPT, "store.full")
    store.close()


def test_a_file_too_old_to_be_served_is_set_aside_when_it_cannot_be_migrated(
    state: Path, monkeypatch: pytest.MonkeyPatch, broken: None
) -> None:
    monkeypatch.setattr("agent.store.migrate.SERVABLE", "0002")
    before = dump(state / "room.db")
    store = open_store(state, ROOM)

    assert store.rebuilt is not None
    assert (store.rebuilt.reason, store.note("state.revision")) == ("not_migrated", "42:abc")
    assert store.entries(WEEK) == []
    store.close()
    assert dump(store.rebuilt.kept_as) == before
