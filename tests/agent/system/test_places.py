from pathlib import Path

import pytest

from agent.errors import ConfigError, UsageError
from agent.system import places


def test_the_flag_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"ROOM_AGENT_STATE_DIR": "/a", "STATE_DIRECTORY": "/b"}
    assert places.find(None, tmp_path, environment).state == tmp_path
    assert places.find(None, None, environment).state == Path("/a")
    assert places.find(None, None, {"STATE_DIRECTORY": "/b:/c"}).state == Path("/b")


def test_the_users_state_home_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "PACKAGE_STATE", tmp_path / "missing")
    assert places.find(None, None, {"XDG_STATE_HOME": str(tmp_path)}).state == tmp_path / "room-agent"


def test_without_a_named_file_the_state_directory_is_looked_into(tmp_path: Path) -> None:
    assert places.find(None, tmp_path, {}).config is None
    (tmp_path / "config.toml").touch()
    assert places.find(None, tmp_path, {}).config == tmp_path / "config.toml"


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path, by: str) -> None:
    missing = tmp_path / "no.toml"
    flag, environment = (missing, {}) if by == "flag" else (None, {"ROOM_AGENT_CONFIG": str(missing)})
    with pytest.raises(ConfigError, match=r"no\.toml: there is no such file"):
        places.find(flag, tmp_path, environment)


def test_the_socket_lies_in_the_runtime_directory_on_a_box(tmp_path: Path) -> None:
    found = places.find(None, tmp_path, {"RUNTIME_DIRECTORY": "/run/room-agent"})
    assert found.core_socket == Path("/run/room-agent/core.sock")


def test_a_missing_state_directory_is_made_for_its_owner_only(tmp_path: Path) -> None:
    found = places.find(None, tmp_path / "a" / "b", {})
    places.prepare(found)
    assert found.state.stat().st_mode & 0o777 == 0o700


def test_a_state_directory_that_cannot_be_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="--state-dir"):
        places.prepare(places.find(None, tmp_path / "file", {}))


def test_a_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too long for a socket"):
        places.prepare(places.find(None, tmp_path / ("x" * 100), {}))
