"""Command line tools of the sound systems: how each is asked for the volume, understood and told. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_WPCTL = re.compile(r"^Volume: (\d{1,2}\.\d{1,6})(?: \[(MUTED)\])?$", re.MULTILINE)
_PACTL = re.compile(r"/ {1,4}(\d{1,3})% /")
_AMIXER = re.compile(r"\[(\d{1,3})%\](?:.{0,40}\[(on|off)\])?")


def wpctl_volume(said: str) -> int | None:
    """Percent, of `wpctl get-volume`: "Volume: 0.40 [MUTED]". What is muted counts as 0."""
    if (found := _WPCTL.search(said)) is None:
        return None
    return 0 if found[2] else min(round(float(found[1]) * 100), 100)


def pactl_volume(said: str) -> int | None:
    """Percent of the loudest channel, of `pactl get-sink-volume`, which does not tell of mute:
    "Volume: front-left: 26214 /  40% / -23.88 dB, …"."""
    found = _PACTL.findall(said)
    return min(max(map(int, found)), 100) if found else None


def amixer_volume(said: str) -> int | None:
    """Percent of the loudest channel, of `amixer sget`: "Front Left: Playback 26214 [40%] [on]". Off counts as 0."""
    found = _AMIXER.findall(said)
    return min(max(0 if switch == "off" else int(percent) for percent, switch in found), 100) if found else None


@dataclass(frozen=True, slots=True)
class Tool:
    """`ask` prints the volume, as `read` reads it. `tell` sets it, `unmute` then lets it be heard, if it can."""

    ask: Sequence[str]
    read: Callable[[str], int | None]
    tell: Callable[[int], Sequence[str]]
    unmute: Sequence[str]


TOOLS = (
    Tool(
        ("wpctl", "get-volume", "@DEFAULT_AUDIO_SINK@"),
        wpctl_volume,
        lambda percent: ("wpctl", "set-volume", "@DEFAULT_AUDIO_SINK@", f"{percent / 100:.2f}"),
        ("wpctl", "set-mute", "@DEFAULT_AUDIO_SINK@", "0"),
    ),
    Tool(
        ("pactl", "get-sink-volume", "@DEFAULT_SINK@"),
        pactl_volume,
        lambda percent: ("pactl", "set-sink-volume", "@DEFAULT_SINK@", f"{percent}%"),
        ("pactl", "set-sink-mute", "@DEFAULT_SINK@", "0"),
    ),
    Tool(
        ("amixer", "-M", "sget", "Master"),
        amixer_volume,
        lambda percent: ("amixer", "-M", "-q", "sset", "Master", f"{percent}%"),
        ("amixer", "-M", "-q", "sset", "Master", "unmute"),
    ),
)
