from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.player import mixer as module
from display.player.loudspeakers import amixer_volume, pactl_volume, wpctl_volume
from display.player.mixer import CommandMixer
from display.ports import Mixer
from tests.contracts.mixer import MixerContract
from tests.fakes.mixer import FakeMixer

PACTL = """\
Volume: front-left: 26214 /  40% / -23.88 dB,   front-right: 19661 /  30% / -31.37 dB
        balance 0.00
"""
AMIXER = """\
Simple mixer control 'Master',0
  Capabilities: pvolume pswitch pswitch-joined
  Playback channels: Front Left - Front Right
  Limits: Playback 0 - 65536
  Mono:
  Front Left: Playback 26214 [40%] [-23.88dB] [on]
  Front Right: Playback 26214 [40%] [-23.88dB] [on]
"""

WPCTL_SCRIPT = """\
case "$1 $2" in
"get-volume @DEFAULT_AUDIO_SINK@") echo "Volume: $(cat "$STORE")$(cat "$STORE.mute" 2>/dev/null)" ;;
"set-volume @DEFAULT_AUDIO_SINK@") echo "$3" > "$STORE" ;;
"set-mute @DEFAULT_AUDIO_SINK@") rm -f "$STORE.mute" ;;
*) exit 3 ;;
esac
"""
PACTL_SCRIPT = """\
case "$1 $2" in
"get-sink-volume @DEFAULT_SINK@") echo "Volume: front-left: 1 /  $(cat "$STORE") / -1 dB, front-right: 0 /   0% /" ;;
"set-sink-volume @DEFAULT_SINK@") echo "$3" > "$STORE" ;;
"set-sink-mute @DEFAULT_SINK@") ;;
*) exit 3 ;;
esac
"""
AMIXER_SCRIPT = """\
case "$*" in
"-M sget Master") echo "  Mono: Playback 40 [$(cat "$STORE")] [-20.00dB] [on]" ;;
"-M -q sset Master unmute") exit 1 ;;
"-M -q sset Master "*) echo "$5" > "$STORE" ;;
*) exit 3 ;;
esac
"""
TOOLS = {"wpctl": (WPCTL_SCRIPT, "0.40"), "pactl": (PACTL_SCRIPT, "40%"), "amixer": (AMIXER_SCRIPT, "40%")}


def tool(place: Path, name: str, script: str) -> None:
    program = place / name
    program.write_text(f"#!/bin/sh\n{script}")
    program.chmod(0o755)


def mixer_in(place: Path) -> CommandMixer:
    """A mixer that finds nothing but what stands in `place`, and the few programs that scripts need."""
    for name in ("cat", "rm", "sleep"):
        found = shutil.which(name)
        assert found
        if not (place / name).exists():
            (place / name).symlink_to(found)
    return CommandMixer({"PATH": str(place), "STORE": str(place / "store")})


class TestCommandMixer(MixerContract):
    @pytest.fixture(params=TOOLS)
    def mixer(self, request: pytest.FixtureRequest, tmp_path: Path) -> Mixer:
        script, volume = TOOLS[request.param]
        tool(tmp_path, request.param, script)
        (tmp_path / "store").write_text(f"{volume}\n")
        return mixer_in(tmp_path)

    @pytest.fixture
    def silent(self, tmp_path: Path) -> Mixer:
        return mixer_in(tmp_path)


class TestFakeMixer(MixerContract):
    @pytest.fixture
    def mixer(self) -> Mixer:
        return FakeMixer()

    @pytest.fixture
    def silent(self) -> Mixer:
        return FakeMixer(None)


@pytest.mark.parametrize(
    ("said", "percent"),
    [("Volume: 0.40\n", 40), ("Volume: 0.40 [MUTED]\n", 0), ("Volume: 1.50\n", 100), ("Node '0' not found\n", None)],
)
def test_wpctl_is_understood(said: str, percent: int | None) -> None:
    assert wpctl_volume(said) == percent


@pytest.mark.parametrize(
    ("said", "percent"), [(PACTL, 40), (PACTL.replace("40%", "153%"), 100), ("No such entity", None)]
)
def test_pactl_is_understood(said: str, percent: int | None) -> None:
    assert pactl_volume(said) == percent


@pytest.mark.parametrize(
    ("said", "percent"),
    [
        (AMIXER, 40),
        (AMIXER.replace("[on]", "[off]"), 0),
        ("  Mono: Playback 31 [67%]\n", 67),
        ("amixer: Unable to find simple control 'Master',0\n", None),
    ],
)
def test_amixer_is_understood(said: str, percent: int | None) -> None:
    assert amixer_volume(said) == percent


@given(st.text())
def test_whatever_a_tool_says_does_no_harm(said: str) -> None:
    for read in (wpctl_volume, pactl_volume, amixer_volume):
        assert read(said) is None or 0 <= (read(said) or 0) <= 100


def test_a_tool_whose_server_is_not_there_is_passed_over(tmp_path: Path) -> None:
    tool(tmp_path, "wpctl", "echo 'Could not connect to PipeWire' >&2; exit 2")
    tool(tmp_path, "amixer", f"cat <<'END'\n{AMIXER}END\n")
    assert asyncio.run(mixer_in(tmp_path).volume()) == 40


def test_what_was_muted_is_heard_when_the_volume_is_set(tmp_path: Path) -> None:
    tool(tmp_path, "wpctl", WPCTL_SCRIPT)
    (tmp_path / "store").write_text("0.40\n")
    (tmp_path / "store.mute").write_text(" [MUTED]")

    async def scene() -> tuple[int | None, int | None]:
        mixer = mixer_in(tmp_path)
        before = await mixer.volume()
        await mixer.set_volume(60)
        return before, await mixer.volume()

    assert asyncio.run(scene()) == (0, 60)


@pytest.mark.parametrize("script", ["exec sleep 30", "sleep 30 & echo 'Volume: 0.40'; wait"])
def test_a_tool_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.2)
    tool(tmp_path, "wpctl", script)
    assert asyncio.run(mixer_in(tmp_path).volume()) is None
