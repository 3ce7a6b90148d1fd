"""Image files: what is taken, and why the others are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.system.pictures import UnusablePicture, read_picture
from tests.agent.test_picture import PNG


def refused(path: Path, limit: int = 1024**2) -> str:
    with pytest.raises(UnusablePicture) as caught:
        read_picture(path, limit)
    return str(caught.value)


def test_a_file_within_the_limit_is_read_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "logo.txt"
    path.write_bytes(PNG)

    assert read_picture(path, len(PNG)).media_type == "image/png"


def test_what_cannot_be_shown_says_why(tmp_path: Path) -> None:
    large, foreign, pipe = tmp_path / "large.png", tmp_path / "foreign.png", tmp_path / "pipe"
    large.write_bytes(PNG.ljust(1024**2 + 1))
    foreign.write_bytes(b"GIF89a")
    os.mkfifo(pipe)

    assert refused(tmp_path / "none.png") == "No such file or directory"
    assert refused(tmp_path) == "not a file"
    assert refused(pipe) == "not a file"
    assert refused(large) == "larger than 1 MiB"
    assert refused(foreign) == "not a PNG, JPEG, WebP or SVG"
