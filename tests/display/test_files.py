"""Small files of JSON objects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from display import files


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "kept.json"

    assert files.write_later(path, {"a": [1, "ä"]}).result(5)

    assert files.read(path) == {"a": [1, "ä"]}
    assert [each.name for each in path.parent.iterdir()] == ["kept.json"]


def test_of_writes_in_a_row_the_last_stays(tmp_path: Path) -> None:
    done = [files.write_later(tmp_path / "kept.json", {"number": number}) for number in range(50)]

    assert all(each.result(5) for each in done)
    assert files.read(tmp_path / "kept.json") == {"number": 49}


@pytest.mark.parametrize("text", [None, "", "{", "[1]", '"text"', "\x00", "[" * 100_000], ids=range(7))
def test_anything_else_counts_as_empty(text: str | None, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "kept.json").write_text(text)

    assert files.read(tmp_path / "kept.json") == {}


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not files.write(tmp_path / "file" / "kept.json", {})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_writes_in_a_services_folder_is_the_services(tmp_path: Path) -> None:
    os.chown(tmp_path, 12_345, 12_346)

    assert files.write(tmp_path / "display" / "new" / "kept.json", {})

    made = [tmp_path / "display", tmp_path / "display" / "new", tmp_path / "display" / "new" / "kept.json"]
    assert [(each.stat().st_uid, each.stat().st_gid) for each in made] == [(12_345, 12_346)] * 3
    assert [each.stat().st_mode & 0o777 for each in made[:2]] == [0o700] * 2
