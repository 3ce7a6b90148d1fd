"""The id of a state directory."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from agent.system.box_id import FILE, box_id


def test_it_stays_over_restarts_and_differs_from_box_to_box(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first = box_id(tmp_path / "one")

    assert box_id(tmp_path / "one") == first
    assert box_id(tmp_path / "two") != first
    assert len(first) == 16


@pytest.mark.parametrize("content", [b"", b"not an id", b"0123456789ABCDEF", b"\xff\xfe", b"0" * 17])
def test_what_is_no_id_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    made = box_id(tmp_path)

    assert int(made, 16) >= 0
    assert (tmp_path / FILE).read_text() == made + "\n"


def test_nobody_else_reads_it(tmp_path: Path) -> None:
    box_id(tmp_path)

    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
