"""What happens to a database that is damaged, foreign, too new, too big or cut off in the middle."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.store.calendar import SqliteCalendarStore
from agent.store.opening import open_store
from tests.builders import MORNING
from tests.contracts.calendar_store import TOKEN, WEEK, entry

ROOM = "room@contoso.example"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state directory with a closed database of some size."""
    store = open_store(tmp_path, ROOM)
    store.apply("s", TOKEN, [entry(str(n), subject="x" * 500) for n in range(200)], [], MORNING)
    store.close()
    return tmp_path


@pytest.fixture
def opened(state: Path) -> Iterator[Callable[..., SqliteCalendarStore]]:
    stores = []

    def opening(**options: int) -> SqliteCalendarStore:
        stores.append(open_store(state, ROOM, **options))
        return stores[-1]

    yield opening
    for store in stores:
        store.close()


def sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def zero_header(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(100))


def scribble_pages(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(2, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 64)


def scribble_index(path: Path) -> None:
    """An index that no longer agrees with its table: only a full check sees it."""
    sql(
        path,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'ix_meeting_gone_since')"
        " WHERE name = 'ix_occurrence_start'",
    )


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def other_content(path: Path) -> None:
    path.write_bytes(b"From: somebody\n" * 1000)


@pytest.mark.parametrize(
    "damage", [zero_header, scribble_pages, scribble_index, truncate, other_content], ids=lambda each: each.__name__
)
def test_damaged_file_is_set_aside_and_a_new_one_begun(
    state: Path, opened: Callable[..., SqliteCalendarStore], damage: Callable[[Path], None]
) -> None:
    damage(state / "room.db")
    damaged = (state / "room.db").read_bytes()
    store = opened()
    assert store.rebuilt is not None
    assert store.rebuilt.reason == "damaged"
    assert store.rebuilt.kept_as.read_bytes() == damaged
    assert store.entries(WEEK) == []
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    assert len(store.entries(WEEK)) == 1


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
@pytest.mark.parametrize("change", ["missing", "junk", "of_another"])
def test_log_that_is_not_the_databases_own_leaves_a_consistent_list(
    state: Path,
    opened: Callable[..., SqliteCalendarStore],
    tmp_path_factory: pytest.TempPathFactory,
    suffix: str,
    change: str,
) -> None:
    store = opened()
    store.apply("s", None, [entry("late")], [], MORNING)
    crashed = tmp_path_factory.mktemp("crashed")
    for file in state.glob("room.db*"):
        shutil.copy(file, crashed)
    log = crashed / f"room.db{suffix}"
    if change == "missing":
        log.unlink()
    elif change == "junk":
        log.write_bytes(b"junk" * 20_000)
    else:
        store.apply("s", None, [entry("other")], [], MORNING)
        shutil.copy(state / log.name, log)
    again = open_store(crashed, ROOM)
    assert len(again.entries(WEEK)) in ((200, 201, 202) if again.rebuilt is None else (0,))
    again.apply("s", None, [entry("new")], [], MORNING)
    again.close()
    last = open_store(crashed, ROOM)
    assert last.rebuilt is None
    last.close()


def test_only_the_last_damaged_file_is_kept(state: Path, opened: Callable[..., SqliteCalendarStore]) -> None:
    for content in (b"first" * 1000, b"second" * 1000):
        (state / "room.db").write_bytes(content)
        opened().close()
    assert (state / "damaged-room.db").read_bytes() == b"second" * 1000
    assert {each.name for each in state.glob("*room*")} <= {"room.db", "room.db-wal", "room.db-shm", "damaged-room.db"}


def test_database_of_a_newer_program_is_set_aside(state: Path, opened: Callable[..., SqliteCalendarStore]) -> None:
    sql(state / "room.db", "UPDATE alembic_version SET version_num = '9999'")
    store = opened()
    assert store.rebuilt is not None
    assert store.rebuilt.reason == "newer"


@pytest.mark.parametrize("statement", ["", "UPDATE alembic_version SET version_num = '9999'"])
def test_notes_are_taken_over_as_far_as_they_can_be_read(
    state: Path, opened: Callable[..., SqliteCalendarStore], statement: str
) -> None:
    store = opened()
    store.set_note("state.revision", "41")
    store.close()
    if statement:
        sql(state / "room.db", statement)
    else:
        scribble_index(state / "room.db")
    again = opened()
    assert again.rebuilt is not None
    assert again.entries(WEEK) == []
    assert again.note("state.revision") == "41"


@pytest.mark.parametrize("statement", ["PRAGMA application_id = 7", "UPDATE alembic_version SET version_num = 'abc'"])
def test_database_of_another_program_is_set_aside(
    state: Path, opened: Callable[..., SqliteCalendarStore], statement: str
) -> None:
    sql(state / "room.db", statement)
    store = opened()
    assert store.rebuilt is not None
    assert store.rebuilt.reason == "foreign"


def test_database_with_a_missing_table_is_set_aside(state: Path, opened: Callable[..., SqliteCalendarStore]) -> None:
    sql(state / "room.db", "DROP TABLE calendar")
    store = opened()
    assert store.rebuilt is not None


def test_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "room.db").touch()
    store = open_store(tmp_path, ROOM)
    assert store.rebuilt is None
    assert store.entries(WEEK) == []
    store.close()


def test_full_disk_keeps_the_list_and_says_so_and_writes_go_on_afterwards(
    state: Path, opened: Callable[..., SqliteCalendarStore]
) -> None:
    pages = (state / "room.db").stat().st_size // 4096
    store = opened(max_pages=pages + 2)
    before = store.entries(WEEK)
    with pytest.raises(StoreError) as caught:
        store.apply("s", None, [entry(f"n{n}", subject="x" * 1000) for n in range(200)], [], MORNING)
    assert caught.value.code == "store.full"
    assert store.entries(WEEK) == before
    assert store.token("s") == TOKEN
    store.close()
    again = opened()
    assert again.rebuilt is None
    again.apply("s", None, [entry("new")], [], MORNING)
    assert len(again.entries(WEEK)) == len(before) + 1


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of four mebibytes."""
    directory = tmp_path / "tiny"
    directory.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(directory)]
    if os.geteuid() != 0 or mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("cannot mount a tmpfs here")
    yield directory
    subprocess.run(["umount", str(directory)], check=True)


def fill(path: Path) -> None:
    """Write until there is no room for another byte."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(512))


def test_file_system_without_room_keeps_the_list_and_heals(tiny: Path) -> None:
    store = open_store(tiny, ROOM)
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    (tiny / "ballast").unlink()
    filler = tiny / "filler"
    fill(filler)
    many = [entry(f"n{n}", subject="x" * 1000) for n in range(200)]
    with pytest.raises(StoreError) as caught:
        store.apply("s", None, many, [], MORNING)
    assert caught.value.code == "store.full"
    assert [each.entry for each in store.entries(WEEK)] == [entry("a")]
    assert store.token("s") == TOKEN
    filler.unlink()
    store.apply("s", TOKEN, many, [], MORNING)
    assert len(store.entries(WEEK)) == 201
    store.close()


def test_a_disk_that_fills_up_while_running_leaves_room_for_what_is_new(tiny: Path) -> None:
    store = open_store(tiny, ROOM)
    fill(tiny / "filler")
    store.apply("s", TOKEN, [entry(f"n{n}", subject="x" * 1000) for n in range(100)], [], MORNING)
    assert (len(store.entries(WEEK)), store.token("s")) == (100, TOKEN)
    assert not (tiny / "ballast").exists()
    store.close()


def test_restart_on_a_full_disk_shows_the_list(tiny: Path) -> None:
    store = open_store(tiny, ROOM)
    store.apply("s", TOKEN, [entry("a")], [], MORNING)
    store.close()
    fill(tiny / "filler")
    again = open_store(tiny, ROOM)
    assert again.rebuilt is None
    assert [each.entry for each in again.entries(WEEK)] == [entry("a")]
    again.set_note("n", "1")
    again.close()
    (tiny / "filler").unlink()
    open_store(tiny, ROOM).close()
    assert (tiny / "ballast").stat().st_size == 1024 * 1024


def test_database_that_is_locked_by_another_process_is_busy_not_damaged(
    state: Path, opened: Callable[..., SqliteCalendarStore]
) -> None:
    store = opened()
    with store._database._engine.connect() as connection:  # the one that is free: do not wait 5 s
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(state / "room.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError) as caught:
        store.set_note("n", "1")
    assert caught.value.code == "store.busy"
    assert len(store.entries(WEEK)) == 200
    other.execute("ROLLBACK")
    other.close()
    store.set_note("n", "1")


KILLED = """
import sys
from pathlib import Path
from agent.store.opening import open_store
from tests.builders import MORNING
from tests.contracts.calendar_store import WEEK, entry

store = open_store(Path(sys.argv[1]), "room@contoso.example")
round_ = int(store.token("s") or "0")
while True:
    round_ += 1
    new = [entry(f"{round_}-{n}") for n in range(20)]
    old = [each.entry.occurrence.item_id for each in store.entries(WEEK)]
    store.apply("s", str(round_), new, old, MORNING)
    print(round_, flush=True)
"""


def test_killed_in_the_middle_of_deltas_again_and_again_nothing_is_lost_or_half_there(tmp_path: Path) -> None:
    for attempt in range(int(os.environ.get("ROOM_AGENT_KILLS", "10"))):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout is not None
        last = 0
        for _ in range(3 + attempt % 10):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        process.stdout.close()
        last = int(rest[-1]) if rest else last
        store = open_store(tmp_path, ROOM)
        assert store.rebuilt is None
        token = int(store.token("s") or 0)
        assert last <= token <= last + 1  # what was acknowledged is there; one more may be
        names = {each.entry.occurrence.subject for each in store.entries(WEEK)}
        assert names == {f"{token}-{n}" for n in range(20)}
        store.close()
