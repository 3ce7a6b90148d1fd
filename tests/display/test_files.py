"""Small files of JSON objects."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
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


@pytest.fixture
def services() -> Iterator[Path]:
    """A service's folder, below folders that it may pass, as the package makes it."""
    with tempfile.TemporaryDirectory() as name:
        outer = Path(name)
        outer.chmod(0o755)
        folder = outer / "room-display"
        folder.mkdir(mode=0o700)
        os.chown(folder, 12_345, 12_346)
        yield folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_what_root_writes_in_a_services_folder_is_the_services(services: Path) -> None:
    assert files.write(services / "display" / "new" / "kept.json", {})

    made = [services / "display", services / "display" / "new", services / "display" / "new" / "kept.json"]
    assert [(each.stat().st_uid, each.stat().st_gid) for each in made] == [(12_345, 12_346)] * 3
    assert [each.stat().st_mode & 0o777 for each in made[:2]] == [0o700] * 2
    assert (os.geteuid(), os.getegid()) == (0, 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize("planted", ["kept.new", "."])
def test_a_services_link_leads_root_nowhere(services: Path, tmp_path: Path, planted: str) -> None:
    (tmp_path / "roots").write_text("own")
    link, leads = services / "display", tmp_path
    if planted != ".":
        link.mkdir()
        os.chown(link, 12_345, 12_346)
        link, leads = link / planted, tmp_path / "roots"
    link.symlink_to(leads)
    os.chown(link, 12_345, 12_346, follow_symlinks=False)

    assert not files.write(services / "display" / "kept.json", {"a": 1})

    assert (tmp_path / "roots").read_text() == "own"
    assert [each.name for each in tmp_path.iterdir()] == ["roots"]
