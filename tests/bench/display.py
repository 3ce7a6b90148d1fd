"""A whole box on Xvfb: how soon a laptop's picture is seen, a meeting, the other window, and what the shell costs."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from agent.wire import InputConfig
from display.app.seams import PICTURE
from display.debounce import STABLE_S
from display.inputs.simulated_pictures import Picture, address
from tests.bench.display_bare import browser_times, player_times
from tests.bench.display_costs import idle_share, memory_mib, parent
from tests.bench.display_plugging import over_bridge, over_cables
from tests.bench.display_probe import in_ms
from tests.bench.display_switching import joins, switches
from tests.bench.figures import Figure
from tests.display.system.box import Box, a_box
from tests.display.umockdev.testbed import Testbed

PLUGS, SWITCHES, JOINS, BARE = 24, 40, 10, 8
SETTLED_S = 6.0
BARS = address(Picture.BARS, 1280, 720)


def figures(directory: Path) -> list[Figure]:
    """Skipped, with the reason, where a program is missing."""
    try:
        return [*_drawn(directory), *_mocked(directory)]
    except pytest.skip.Exception as missing:
        return [Figure("display", "not measured", str(missing))]


def _drawn(directory: Path) -> Iterator[Figure]:
    """A box with drawn cables, then what it is compared with."""
    with a_box(_place(directory, "drawn")) as box:
        plugged = over_cables(box, PLUGS)
        joined = joins(box, JOINS)
        switched = switches(box, SWITCHES)
        costs = list(_costs(box))
    player = player_times(BARS, directory / "bare-player.sock", BARE)
    browser = browser_times(directory / "bare-browser", BARE)
    yield Figure("plug → picture's pixels, drawn cable", in_ms(plugged.shown), "p95 ≤ 500 ms")
    yield Figure("the same, to timings that are steady and then a bare player", _steady(plugged.shown, player), "≤ 1.2")
    yield Figure("unplug → home's pixels, after the linger time", in_ms(plugged.left), "p95 ≤ 200 ms")
    yield Figure("order → home's pixels, over a meeting", in_ms(switched.home), "p95 ≤ 35 ms")
    yield Figure("touch of the bar → meeting's pixels", in_ms(switched.back), "p95 ≤ 35 ms")
    yield Figure("white seen at a switch", f"{switched.white} of {switched.looks} looks", "0")
    yield Figure("Join order → meeting's pixels", in_ms(joined), "median ≤ 600 ms")
    ratio = statistics.median(joined) / statistics.median(browser)
    yield Figure("the same, to a browser that is started with the page", f"{ratio:.2f} times", "≤ 0.5")
    yield from costs


def _mocked(directory: Path) -> Iterator[Figure]:
    """A box with a mocked bridge, whose picture the player is given by name."""
    with Testbed() as bed:
        bed.add_bridge(signal="no_cable", width=1280, height=720)
        seen = {"ROOM_DISPLAY_SIMULATOR": "", PICTURE: BARS, **bed.environment}
        with a_box(_place(directory, "mocked"), environment=seen, inputs=[InputConfig(name="hdmi")]) as box:
            plugged = over_bridge(box, bed, PLUGS)
            share = idle_share(box.shell.pid)
    yield Figure("plug → picture's pixels, bridge without events", in_ms(plugged.shown), "p95 ≤ 500 ms")
    yield Figure("unplug → home's pixels, after the linger time", in_ms(plugged.left), "p95 ≤ 200 ms")
    yield Figure("shell while nothing happens, this bridge asked", f"{share:.2f} % of a core", "≤ 1 %")


def _costs(box: Box) -> Iterator[Figure]:
    """After all of the above, at home, with a browser prepared for the next meeting."""
    box.has_windows("home", "meeting")
    time.sleep(SETTLED_S)
    share = idle_share(box.shell.pid)
    yield Figure("shell's memory, after all this", f"{memory_mib(box.shell.pid):.1f} MiB", "≤ 40 MiB")
    yield Figure("shell while nothing happens, drawn cables", f"{share:.2f} % of a core", "≤ 1 %")
    for role in ("home", "meeting"):
        memory = memory_mib(parent(box.pid_of(role)))
        yield Figure(f"memory of the {role} browser's keeper", f"{memory:.1f} MiB", "for comparison")


def _steady(shown: Sequence[float], player: Sequence[float]) -> str:
    bare = STABLE_S + statistics.median(player)
    return f"{statistics.median(shown) / bare:.2f} times {bare * 1e3:.0f} ms"


def _place(directory: Path, name: str) -> Path:
    place = directory / name
    place.mkdir()
    return place
