"""The command line of room-display, as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest


def room_display(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "display", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={**os.environ, **environment},
    )


def test_version_is_the_distributions() -> None:
    answer = room_display("--version")

    assert (answer.returncode, answer.stdout) == (0, f"room-display {version('room-agent')}\n")


def test_help_lists_the_commands() -> None:
    answer = room_display("--help")

    assert answer.returncode == 0
    for command in ("run", "home", "meeting", "demo", "inputs", "learn-no-signal"):
        assert f"\n  {command} " in answer.stdout


@pytest.mark.parametrize("command", ["run", "home", "meeting", "demo", "inputs", "learn-no-signal"])
def test_every_command_takes_configuration_and_state_directory(command: str) -> None:
    answer = room_display(command, "--help")

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "--config" in answer.stdout
    assert "--state-dir" in answer.stdout


def test_inputs_of_a_machine_without_devices_is_an_empty_list(tmp_path: Path) -> None:
    answer = room_display("inputs", "--json", "--state-dir", str(tmp_path))

    assert (answer.returncode, answer.stderr) == (0, "")
    assert isinstance(json.loads(answer.stdout)["inputs"], list)


def test_inputs_of_the_configuration_are_listed_without_an_agent(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[inputs.table]\nlabel = "Table"\nmatch = "1234:5678"\n')

    answer = room_display("inputs", "--json", "--state-dir", str(tmp_path))

    [table] = [each for each in json.loads(answer.stdout)["inputs"] if each["name"] == "table"]
    assert (table["label"], table["signal"]) == ("Table", "absent")


def test_configuration_and_state_directory_may_be_named_by_the_environment(tmp_path: Path) -> None:
    file, state = tmp_path / "room.toml", tmp_path / "state"
    file.write_text('[inputs.table]\nmatch = "1234:5678"\n')

    answer = room_display("inputs", "--json", ROOM_AGENT_CONFIG=str(file), ROOM_AGENT_STATE_DIR=str(state))

    assert "table" in [each["name"] for each in json.loads(answer.stdout)["inputs"]]
    assert [each.name for each in state.iterdir()] == ["display"]  # nothing but a place for what is learned


@pytest.mark.parametrize(
    ("text", "said"), [(None, "No such file or directory"), ("[inputs", "not TOML")], ids=["missing", "broken"]
)
def test_a_configuration_that_cannot_be_read_is_wrong_usage(text: str | None, said: str, tmp_path: Path) -> None:
    file = tmp_path / "room.toml"
    if text is not None:
        file.write_text(text)

    answer = room_display("inputs", "--config", str(file), "--state-dir", str(tmp_path))

    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith(f"room-display: {file}: {said}")


def test_without_a_screen_the_shell_says_so_and_ends(tmp_path: Path) -> None:
    answer = room_display("run", "--state-dir", str(tmp_path), "--display", "nonsense")

    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "room-display: No X server answers at nonsense; start one, or name it in DISPLAY.\n"


def test_an_unknown_command_is_wrong_usage() -> None:
    answer = room_display("dance")

    assert (answer.returncode, answer.stdout) == (2, "")
    assert "dance" in answer.stderr
