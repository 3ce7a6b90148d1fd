"""Only one agent at a time may own a state directory."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errors import AlreadyRunning
from agent.store.lock import DirectoryLock

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from agent.store.lock import DirectoryLock
with DirectoryLock(Path(sys.argv[1])).hold():
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(directory: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(directory)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_second_holder_is_told_which_directory_and_which_process(tmp_path: Path) -> None:
    with holder(tmp_path) as process, pytest.raises(AlreadyRunning) as caught, DirectoryLock(tmp_path).hold():
        pass
    assert str(tmp_path) in str(caught.value)
    assert str(process.pid) in str(caught.value)
    assert caught.value.code == "state.in_use"


def test_lock_is_free_after_the_holder_leaves(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path).hold():
        pass
    with DirectoryLock(tmp_path).hold():
        assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_lock_is_free_after_the_holder_was_killed(tmp_path: Path) -> None:
    with holder(tmp_path) as process:
        process.kill()
        process.wait()
        with DirectoryLock(tmp_path).hold():
            pass


def test_lock_in_the_same_process_is_exclusive_too(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path).hold(), pytest.raises(AlreadyRunning), DirectoryLock(tmp_path).hold():
        pass


def test_missing_directory_is_created_for_the_owner_alone(tmp_path: Path) -> None:
    with DirectoryLock(tmp_path / "new").hold():
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / "new" / "lock").stat().st_mode) == 0o600
