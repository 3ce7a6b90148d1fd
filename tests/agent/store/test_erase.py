"""What is erased cannot be read from the files any more, not even while they still have a name."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from agent.model.sync import Entry, SyncToken
from agent.store.erase import erase
from agent.store.opening import open_store
from tests.builders import MORNING, NOT_ONLINE, occurrence

SECRET = "Merger with Fabrikam"


def filled(directory: Path) -> None:
    directory.mkdir()
    store = open_store(directory, "ann@contoso.example")
    for number in range(200):
        entry = Entry(occurrence(f"{SECRET} {number}", MORNING + timedelta(hours=number)), NOT_ONLINE)
        store.apply("s", SyncToken("t"), [entry], [], MORNING)
    store.close()


def test_rows_are_overwritten_before_the_files_lose_their_names(tmp_path: Path) -> None:
    filled(tmp_path / "guest")
    for path in (tmp_path / "guest").glob("room.db*"):
        os.link(path, tmp_path / f"still-{path.name}")  # the same blocks, seen after the deletion
    assert SECRET.encode() in (tmp_path / "still-room.db").read_bytes()

    erase(tmp_path / "guest")

    assert not (tmp_path / "guest").exists()
    assert [path.name for path in tmp_path.iterdir() if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_what_is_no_database_goes_as_well(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "guest").mkdir()
    (tmp_path / "guest" / "room.db").write_bytes(content)

    erase(tmp_path / "guest")

    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_is_not_there_is_no_trouble_and_a_link_is_not_followed(tmp_path: Path) -> None:
    erase(tmp_path / "guest")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / "guest").symlink_to(tmp_path / "elsewhere")

    erase(tmp_path / "guest")

    assert (tmp_path / "elsewhere" / "kept").exists()
    assert not (tmp_path / "guest").exists()
