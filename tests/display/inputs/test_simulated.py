"""Drawn cables as an InputWatch sees them."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.wire import InputConfig
from display.channel import Teller
from display.inputs.faults import GONE
from display.inputs.simulated import Simulation
from display.inputs.simulated_driver import SimulatedDriver
from display.inputs.simulated_pictures import Picture, address
from display.inputs.watch import InputWatch
from display.model import Reading, Signal
from display.ports import InputDriver
from tests.contracts.input_driver import InputDriverContract


class DrawnSocket:
    """A drawn cable: told what to see, as the simulator tells it."""

    def __init__(self) -> None:
        self.told: dict[str, Any] | None = {"signal": "no_cable"}
        self.driver: InputDriver = SimulatedDriver(lambda: self.told)

    def plug(self) -> None:
        self.told = {"signal": "live", "width": 1920, "height": 1080, "picture": "bars"}

    def unplug(self) -> None:
        self.told = {"signal": "no_cable"}

    def pull(self) -> None:
        self.told = None


class TestSimulatedDriver(InputDriverContract):
    address = "av://lavfi:"

    @pytest.fixture
    def socket(self) -> Iterator[DrawnSocket]:
        socket = DrawnSocket()
        yield socket
        socket.driver.close()


LIVE = {"signal": "live", "width": 1280, "height": 720, "picture": "slides"}


@pytest.mark.parametrize(
    ("told", "reading"),
    [
        (LIVE, Reading(Signal.LIVE, 1280, 720)),
        ({"signal": "no_cable", "width": 1280, "height": 720}, Reading(Signal.NO_CABLE)),
        ({"signal": "protected"}, Reading(Signal.PROTECTED)),
        ({"signal": "live", "width": -1, "height": 10**9}, Reading(Signal.LIVE, 1280, 720)),
        ({"signal": "live", "width": True, "height": "720"}, Reading(Signal.LIVE, 1280, 720)),
        ({"signal": "telepathy"}, Reading(Signal.ABSENT, code=GONE)),
        ({}, Reading(Signal.ABSENT, code=GONE)),
        (None, Reading(Signal.ABSENT, code=GONE)),
    ],
)
def test_the_driver_reads_what_the_simulator_tells(told: dict[str, Any] | None, reading: Reading) -> None:
    driver: InputDriver = SimulatedDriver(lambda: told)
    assert driver.read() == reading
    driver.close()


def test_a_closed_driver_has_gone_and_may_be_closed_again() -> None:
    driver = SimulatedDriver(lambda: LIVE)
    driver.close()
    driver.close()
    driver.drain()
    assert driver.read().code == GONE
    assert driver.fileno() is None


def test_what_is_told_of_a_picture_chooses_no_address() -> None:
    driver = SimulatedDriver(lambda: {"signal": "live", "picture": "slides,movie=/etc/passwd"})
    assert driver.prepare().url == address(Picture.BARS, 1280, 720)
    driver.close()


async def follow(socket: Path, told: Iterable[dict[str, Any]], until: Iterable[tuple[str, Signal]]) -> list[Signal]:
    """Tell one thing after the other, each when the watch has come to what the last one leads to."""
    simulation = Simulation(socket)
    configs = simulation.configured([InputConfig(name="hdmi"), InputConfig(name="vga", kind="vga", match="534d:2109")])
    changed = asyncio.Event()
    watch = InputWatch(
        configs,
        (),
        socket.parent,
        changed.set,
        udev=simulation.udev,
        probe=simulation.probe,
        driver_for=simulation.driver_for,
    )
    teller = Teller(lambda _: None)
    seen = []
    async with teller.serving(socket), asyncio.timeout(10):
        tasks = [asyncio.create_task(simulation.run()), asyncio.create_task(watch.run())]
        for inputs, (name, signal) in zip(told, until, strict=True):
            teller.tell({"inputs": inputs})
            while signal not in (each.signal for each in watch.inputs if each.name == name):
                changed.clear()
                await changed.wait()
            seen.append(signal)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return seen


def test_a_watch_takes_drawn_cables_for_devices(tmp_path: Path) -> None:
    cable: dict[str, Any] = {"signal": "no_cable"}
    none: dict[str, Any] = {"signal": "absent"}
    told = [{"hdmi": cable, "vga": cable}, {"hdmi": cable, "vga": LIVE}, {"hdmi": cable, "vga": none}]
    until = [("vga", Signal.NO_CABLE), ("vga", Signal.LIVE), ("vga", Signal.ABSENT)]

    seen = asyncio.run(follow(tmp_path / "simulator.sock", told, until))

    assert seen == [signal for _, signal in until]


@pytest.mark.parametrize("picture", Picture)
def test_every_picture_is_one_a_player_can_open(picture: Picture) -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("ffmpeg is not installed")
    graph = address(picture, 640, 360).removeprefix("av://lavfi:")
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        graph,
        "-frames:v",
        "2",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "gray",
    ]
    answer = subprocess.run([*command, "-"], capture_output=True, timeout=20, check=False)

    assert answer.stderr == b""
    assert len(answer.stdout) == 2 * 640 * 360
