"""The configuration for a command: from the agent that runs, else from its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.wire import DisplayConfig, InputConfig
from display.app.configured import ConfigUnreadable, configured, of_file
from display.places import Places
from tests.fakes.display_core import FakeDisplayCore

FILE = """
[inputs.hdmi]
label = "Table"
match = "534d:2109"

[inputs.vga]
kind = "vga"

[display]
cameras = ["046d:082d"]
"""


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "display", tmp_path / "run", tmp_path / "core.sock", tmp_path / "config.toml")


def test_an_agent_that_runs_knows_best(places: Places) -> None:
    (places.state.parent / "config.toml").write_text(FILE, "utf-8")
    config = DisplayConfig(inputs=[InputConfig(name="dvi")])
    with FakeDisplayCore(config).serving(places.core):
        assert configured(places, None) == config


def test_without_one_its_file_counts(places: Places) -> None:
    assert configured(places, None) == DisplayConfig()
    (places.state.parent / "config.toml").write_text(FILE, "utf-8")
    config = configured(places, None)
    assert config.inputs == [
        InputConfig(name="hdmi", label="Table", match="534d:2109"),
        InputConfig(name="vga", kind="vga"),
    ]
    assert config.cameras == ["046d:082d"]


def test_a_file_that_is_named_has_to_be_there(places: Places, tmp_path: Path) -> None:
    with pytest.raises(ConfigUnreadable, match="No such file or directory; name the configuration with --config FILE"):
        configured(places, tmp_path / "nowhere.toml")


@pytest.mark.parametrize("text", [b"[inputs", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_is_said(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigUnreadable, match="not TOML"):
        of_file(file)


@pytest.mark.parametrize(
    "text",
    ["", "inputs = 1", "[inputs]\nhdmi = 1", "[display]\ncameras = 1", "display = []", '[inputs]\nhdmi = "x"'],
)
def test_single_values_that_are_wrong_count_as_left_out(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    assert of_file(file) == DisplayConfig()
