"""The command line of room-display, as a process."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version


def room_display(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "display", *arguments], capture_output=True, text=True, timeout=30, check=False
    )


def test_version_is_the_distributions() -> None:
    answer = room_display("--version")

    assert (answer.returncode, answer.stdout) == (0, f"room-display {version('room-agent')}\n")


def test_help_lists_no_command_that_does_not_exist() -> None:
    answer = room_display("--help")

    assert answer.returncode == 0
    assert "no commands yet" in answer.stdout


def test_an_unknown_command_is_wrong_usage() -> None:
    answer = room_display("dance")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert "dance" in answer.stderr
