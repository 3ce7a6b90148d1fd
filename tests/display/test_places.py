"""Where a command finds its things: flag, environment, then the usual directories."""

from __future__ import annotations

from pathlib import Path

import pytest

from display import places
from display.places import find


@pytest.fixture(autouse=True)
def no_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which the package is not installed."""
    monkeypatch.setattr(places, "PACKAGE_STATE", tmp_path / "var")
    monkeypatch.setattr(places, "PACKAGE_DISPLAY", tmp_path / "var-of-the-display")
    monkeypatch.setattr(places, "PACKAGE_CORE", tmp_path / "core-of-the-package.sock")


def test_the_flag_comes_first_and_the_core_lies_beside_it(tmp_path: Path) -> None:
    found = find(tmp_path, None, {"ROOM_AGENT_STATE_DIR": "/elsewhere", "STATE_DIRECTORY": "/other"})
    assert found.state == tmp_path / "display"
    assert found.core == tmp_path / "core.sock"
    assert found.home == tmp_path / "run" / "display" / "home.sock"
    assert found.meeting == tmp_path / "run" / "display" / "meeting.sock"


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({"ROOM_AGENT_STATE_DIR": "/a", "STATE_DIRECTORY": "/b"}, "/a"),
        ({"STATE_DIRECTORY": "/b:/c", "XDG_STATE_HOME": "/d"}, "/b"),
        ({"XDG_STATE_HOME": "/d", "HOME": "/e"}, "/d/room-agent"),
        ({"HOME": "/e", "ROOM_AGENT_STATE_DIR": "", "XDG_STATE_HOME": ""}, "/e/.local/state/room-agent"),
        ({}, "/.local/state/room-agent"),
    ],
)
def test_then_the_environment(environment: dict[str, str], state: str) -> None:
    assert find(None, None, environment).state == Path(state) / "display"


def test_the_packages_state_is_used_by_who_may_write_it(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    assert find(None, None, {"HOME": "/e"}).state == tmp_path / "var" / "display"


@pytest.mark.parametrize("asked", [False, True], ids=["found", "named"])
def test_on_a_box_a_command_and_the_service_learn_in_the_same_place(tmp_path: Path, asked: bool) -> None:
    agents, displays = tmp_path / "var", tmp_path / "var-of-the-display"
    agents.mkdir()
    displays.mkdir()
    (tmp_path / "core-of-the-package.sock").touch()
    of_service = find(None, None, {"STATE_DIRECTORY": str(displays), "RUNTIME_DIRECTORY": "/run/room-display"})
    of_administrator = find(agents if asked else None, None, {"HOME": "/root"})
    assert of_administrator.state == of_service.state == displays / "display"
    assert of_administrator.core == of_service.core == tmp_path / "core-of-the-package.sock"
    assert of_administrator.config == agents / "config.toml"


def test_the_units_runtime_directory_is_used(tmp_path: Path) -> None:
    found = find(tmp_path, None, {"RUNTIME_DIRECTORY": "/run/room-display:/run/other"})
    assert found.runtime == Path("/run/room-display/display")


def test_the_packages_core_is_asked_only_where_no_other_is_meant(tmp_path: Path) -> None:
    (tmp_path / "core-of-the-package.sock").touch()
    environment = {"STATE_DIRECTORY": str(tmp_path)}
    assert find(None, None, environment).core == tmp_path / "core-of-the-package.sock"
    assert find(tmp_path, None, {}).core == tmp_path / "core.sock"
    assert find(None, Path("/given.sock"), environment).core == Path("/given.sock")
    (tmp_path / "core.sock").touch()
    assert find(None, None, environment).core == tmp_path / "core.sock"


def test_a_relative_directory_is_where_the_command_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find(Path("here"), None, {}).state == tmp_path / "here" / "display"
