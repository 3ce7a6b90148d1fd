"""How the process before this one ended, by the mark that it left."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.model.history import Previous
from agent.system.running import RunMark


@pytest.fixture
def boot_id(tmp_path: Path) -> Path:
    file = tmp_path / "boot_id"
    file.write_text("0f1e-first\n")
    return file


@pytest.fixture
def state(tmp_path: Path) -> Path:
    (tmp_path / "state").mkdir()
    return tmp_path / "state"


def test_who_ends_in_good_order_leaves_no_mark(state: Path, boot_id: Path) -> None:
    mark = RunMark(state, boot_id)
    assert mark.begin() is None
    mark.end()

    assert list(state.iterdir()) == []
    assert RunMark(state, boot_id).begin() is None


def test_a_mark_of_this_boot_is_a_crash(state: Path, boot_id: Path) -> None:
    RunMark(state, boot_id).begin()

    assert RunMark(state, boot_id).begin() is Previous.CRASH
    assert (state / "running").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left", ["0f1e-another\n", "", "\udcff" * 5000])
def test_a_mark_of_another_boot_is_a_power_cut(state: Path, boot_id: Path, left: str) -> None:
    (state / "running").write_bytes(left.encode("utf-8", "surrogateescape"))

    assert RunMark(state, boot_id).begin() is Previous.POWER_CUT


def test_the_machines_own_boot_id_is_the_same_for_all_its_processes(state: Path) -> None:
    RunMark(state).begin()

    assert RunMark(state).begin() is Previous.CRASH


def test_a_state_directory_that_cannot_be_written_is_no_reason_not_to_start(state: Path, boot_id: Path) -> None:
    (state / "running").mkdir()
    mark = RunMark(state, boot_id)

    assert mark.begin() is None
    mark.end()
    assert [each.name for each in state.iterdir()] == ["running"]
