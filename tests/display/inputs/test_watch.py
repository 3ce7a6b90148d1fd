"""The content inputs as the shell sees them, over fake devices."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.wire.display import InputConfig
from display import debounce
from display.debounce import Phase
from display.inputs import kept
from display.inputs.device import Ability, Device, Family
from display.inputs.udev import APART_S, GATHER_S, Gathering, Udev
from display.inputs.watch import InputWatch
from display.inputs.watched import InputNow
from display.model import Reading, Signal, Trouble
from tests.display.xserver import wait_until
from tests.fakes.inputs import FakeDevices, FakeInput

BRIDGE = Device("/dev/video0", "1", "/sys/bridge", "tc358743", "platform-bridge")
GRABBER = Device("/dev/video2", "2", "/sys/usb1/1-1", "USB Video", "usb-1", "mock_1", "534d:2109")
HD, SMALL = Reading(Signal.LIVE, 1920, 1080), Reading(Signal.LIVE, 1280, 720)
NO_CABLE = Reading(Signal.NO_CABLE)


class Room:
    """An InputWatch over fakes. `drivers`: by device's node, the newest; `changes`: how often the shell was told."""

    def __init__(self, state_dir: Path, *devices: Device, inputs: list[InputConfig] | None = None) -> None:
        self.udev = FakeDevices(*devices)
        self.drivers: dict[str, FakeInput] = {}
        self.made: list[str] = []
        self.begins_with = NO_CABLE
        self.changes = 0
        self.told = asyncio.Event()
        self.watch = InputWatch(
            inputs or [],
            [],
            state_dir,
            self._changed,
            udev=lambda: self.udev,
            probe=lambda device: Ability(Family.TIMINGS if device == BRIDGE else Family.PICTURE),
            driver_for=self._driver_for,
        )

    def _changed(self) -> None:
        self.changes += 1
        self.told.set()

    def _driver_for(self, device: Device, *_: object) -> FakeInput:
        self.made.append(device.node)
        self.drivers[device.node] = FakeInput(self.begins_with, node=device.node)
        return self.drivers[device.node]

    @property
    def input(self) -> InputNow:
        return self.watch.inputs[0]

    async def until(self, holds: Callable[[], bool], within: float = 5.0) -> float:
        """Seconds until it held."""
        begun = asyncio.get_running_loop().time()
        async with asyncio.timeout(within):
            while not holds():
                self.told.clear()
                await self.told.wait()
        return asyncio.get_running_loop().time() - begun

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[FakeInput]:
        """While it runs; gives the bridge's driver, if there is one."""
        running = asyncio.create_task(self.watch.run())
        try:
            await self.until(lambda: bool(self.watch.inputs))
            yield self.drivers.get(BRIDGE.node) or FakeInput()
        finally:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            self.udev.close()


def test_a_laptop_that_is_plugged_in_wants_to_pop_up_within_half_a_second(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching() as bridge:
            await room.until(lambda: room.input.signal is Signal.NO_CABLE)
            assert (room.input.name, room.input.label, room.input.device) == (
                "hdmi",
                "HDMI",
                "tc358743 (platform-bridge)",
            )
            bridge.reading = HD
            await room.until(lambda: room.input.likely)
            assert not room.input.popup_wanted
            assert 0.1 < await room.until(lambda: room.input.popup_wanted) < 0.4
            assert (room.input.width, room.input.height, room.input.generation) == (1920, 1080, 1)

            bridge.reading = NO_CABLE
            await room.until(lambda: room.input.phase is Phase.LINGERING)
            assert room.input.popup_wanted
            assert 1.5 < await room.until(lambda: not room.input.shows) < 2.4
            assert room.input.signal is Signal.NO_CABLE

    asyncio.run(walk())


def test_an_event_is_quicker_than_the_next_look(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching() as bridge:
            bridge.interval = 60.0
            await room.until(lambda: room.input.signal is Signal.NO_CABLE)
            bridge.reading = HD
            bridge.say()
            assert await room.until(lambda: room.input.popup_wanted) < 0.6

    asyncio.run(walk())


def test_the_device_is_the_players_until_it_lets_go(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching() as bridge:
            source = room.watch.source("hdmi")
            assert source is not None
            assert source.url == "av://v4l2:/dev/video0"
            room.watch.let_go("hdmi")
            assert bridge.done == ["release", "prepare", "resume"]
            assert room.watch.source("vga") is None
            room.watch.let_go("vga")

    asyncio.run(walk())


def test_a_picture_sent_away_stays_away_over_a_restart_until_it_changes(tmp_path: Path) -> None:
    async def first() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.popup_wanted)
            room.watch.dismissed("hdmi")
            assert (room.input.popup_wanted, room.input.shows) == (False, True)

    async def second() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching() as bridge:
            await room.until(lambda: room.input.shows)
            assert not room.input.popup_wanted
            bridge.reading = SMALL
            await room.until(lambda: room.input.popup_wanted)

    asyncio.run(first())
    wait_until(lambda: kept.quiet_modes(tmp_path) == {BRIDGE.key: (1920, 1080)})
    asyncio.run(second())
    wait_until(lambda: kept.quiet_modes(tmp_path) == {})


def test_a_slow_disk_keeps_nobody_waiting_who_sent_a_picture_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    released, write = threading.Event(), kept.keep_quiet_modes

    def slow(*what: Any) -> None:
        released.wait(3)
        write(*what)

    monkeypatch.setattr(kept, "keep_quiet_modes", slow)

    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.popup_wanted)
            begun = asyncio.get_running_loop().time()
            room.watch.dismissed("hdmi")
            assert asyncio.get_running_loop().time() - begun < 1
            await asyncio.sleep(0)
            released.set()

    asyncio.run(walk())
    assert kept.quiet_modes(tmp_path) == {BRIDGE.key: (1920, 1080)}


def test_a_tap_shows_what_was_sent_away(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.popup_wanted)
            room.watch.dismissed("hdmi")
            room.watch.tapped("hdmi")
            assert room.input.popup_wanted

    asyncio.run(walk())


def test_a_player_that_fails_three_times_is_told_to_people(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            for generation in (1, 2, 3):
                await room.until(lambda wanted=generation: room.input.generation == wanted)  # type: ignore[misc]
                room.watch.failed("hdmi", "player.format")
            assert (room.input.phase, room.input.signal) == (Phase.UNSUPPORTED, Signal.UNSUPPORTED)
            room.watch.black("hdmi", is_black=True)
            assert room.input.phase is Phase.UNSUPPORTED

    asyncio.run(walk())


def test_a_black_picture_is_a_hint_and_stays(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.shows)
            room.watch.black("hdmi", is_black=True)
            assert (room.input.signal, room.input.shows) == (Signal.PROTECTED, True)
            room.watch.black("hdmi", is_black=False)
            assert room.input.signal is Signal.LIVE

    asyncio.run(walk())


def test_a_tap_gives_a_picture_that_was_black_for_long_another_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debounce, "BLACK_S", 0.1)

    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.shows)
            room.watch.black("hdmi", is_black=True)
            await room.until(lambda: not room.input.shows)
            assert (room.input.signal, room.input.likely) == (Signal.PROTECTED, False)

            room.watch.tapped("hdmi")  # a bridge sees the same timings, whatever is in the picture now
            assert room.input.likely
            await room.until(lambda: room.input.popup_wanted)

    asyncio.run(walk())


def test_a_grabber_carried_away_and_back_is_opened_anew(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, GRABBER)
        room.begins_with = HD
        async with room.watching():
            await room.until(lambda: room.input.popup_wanted)
            room.udev.listed.clear()
            room.udev.say()
            await room.until(lambda: room.input.signal is Signal.ABSENT)
            assert room.drivers[GRABBER.node].done[-1] == "close"

            room.udev.listed.append(replace(GRABBER, node="/dev/video5", number="9"))
            room.udev.say()
            await room.until(lambda: room.input.popup_wanted)
            assert room.made == ["/dev/video2", "/dev/video5"]

    asyncio.run(walk())


def test_a_device_that_came_back_before_anybody_looked_is_opened_anew(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching() as bridge:
            bridge.reading = Reading(Signal.ABSENT, code="device.gone")
            await room.until(lambda: room.input.signal is Signal.NO_CABLE and len(room.made) == 2)

    asyncio.run(walk())


def test_troubles_are_told_with_their_input(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE, inputs=[InputConfig(name="hdmi"), InputConfig(name="vga", match="/dev/video7")])
        room.begins_with = Reading(Signal.NO_SIGNAL, code="device.busy")
        async with room.watching() as bridge:
            bridge.problems = ("display.edid_refused",)
            room.udev.loses = True
            room.udev.say()
            await room.until(lambda: len(room.watch.troubles) == 4)
            assert set(room.watch.troubles) == {
                Trouble("display.edid_refused", "hdmi"),
                Trouble("device.busy", "hdmi"),
                Trouble("display.input_by_number", "vga"),
                Trouble("display.events_lost"),
            }

    asyncio.run(walk())


def test_a_new_configuration_leaves_what_it_does_not_change_alone(tmp_path: Path) -> None:
    async def walk() -> None:
        one = InputConfig(name="hdmi", match="platform-bridge")
        room = Room(tmp_path, BRIDGE, GRABBER, inputs=[one])
        async with room.watching():
            room.watch.reconfigure([replace(one, label="Table"), InputConfig(name="vga", kind="vga")], [])
            assert [(each.name, each.label) for each in room.watch.inputs] == [("hdmi", "Table"), ("vga", "vga")]
            assert room.made == [BRIDGE.node, GRABBER.node]

            room.watch.reconfigure([replace(one, audio="auto")], [])
            assert room.made[2:] == [BRIDGE.node]
            assert room.drivers[GRABBER.node].done[-1] == "close"

            room.watch.reconfigure([one], ["tc358743"])
            assert room.input.device == ""

    asyncio.run(walk())


def test_a_storm_of_news_is_a_few_looks(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching():
            before = room.udev.looks
            for _ in range(100):
                room.udev.say()
                await asyncio.sleep(0.01)
            assert 1 <= room.udev.looks - before <= 4

    asyncio.run(walk())


def test_devices_are_looked_for_regularly_and_news_that_were_lost_are_made_up_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.inputs.watch.AGAIN_S", 1.0)

    async def walk() -> None:
        room = Room(tmp_path, inputs=[InputConfig(name="hdmi")])
        async with room.watching():
            room.udev.loses = True
            room.udev.say()
            await room.until(lambda: room.watch.troubles == (Trouble("display.events_lost"),))
            room.udev.loses = False
            room.udev.listed.append(BRIDGE)
            await room.until(lambda: room.watch.troubles == () and room.input.device != "")

    asyncio.run(walk())


def test_a_device_that_may_not_be_opened_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.inputs.watch.AGAIN_CLOSED_S", 0.5)

    async def walk() -> None:
        room = Room(tmp_path, BRIDGE, inputs=[InputConfig(name="hdmi", match="tc358743")])
        answers = [Ability(Family.UNKNOWN, code="device.refused"), Ability(Family.TIMINGS, BRIDGE.node)]
        room.watch._probe = lambda _: answers.pop(0)
        async with room.watching():
            await room.until(lambda: room.watch.troubles == (Trouble("device.refused", "hdmi"),))
            await room.until(lambda: room.watch.troubles == () and room.input.device != "")

    asyncio.run(walk())


class Overflowing:
    """A monitor whose socket lost something."""

    def poll(self, _timeout: float) -> None:
        raise OSError(errno.ENOBUFS, os.strerror(errno.ENOBUFS))


def test_an_overflow_of_news_is_noticed() -> None:
    udev = Udev.__new__(Udev)
    udev._monitor = Overflowing()

    assert not udev.drain()


def test_nothing_is_told_while_nothing_changes(tmp_path: Path) -> None:
    async def walk() -> None:
        room = Room(tmp_path, BRIDGE)
        async with room.watching():
            await room.until(lambda: room.input.signal is Signal.NO_CABLE)
            before = room.changes
            await asyncio.sleep(0.5)
            assert room.changes == before

    asyncio.run(walk())


def test_news_are_gathered() -> None:
    gathering = Gathering()
    gathering.looked(10.0)

    assert gathering.news(10.1) == 10.0 + APART_S
    assert gathering.news(10.2) is None
    gathering.looked(10.5)
    assert gathering.news(20.0) == 20.0 + GATHER_S


@pytest.mark.parametrize(
    "garbage", [b"", b"\xff\xfe", b"[1]", b'{"a": [1, "b"], "b": [-1, 2], "c": 7}', b"[" * 100_000]
)
def test_garbage_in_what_was_learned_counts_as_nothing(tmp_path: Path, garbage: bytes) -> None:
    for name in ("always-on.json", "no-signal.json"):
        (tmp_path / name).write_bytes(garbage)

    assert kept.quiet_modes(tmp_path) == {}
    assert kept.no_signal_picture(tmp_path, "a") is None
    kept.keep_quiet_modes(tmp_path, {"device": (1, 2)})
    assert kept.quiet_modes(tmp_path) == {"device": (1, 2)}


def test_a_state_directory_that_cannot_be_written_costs_the_memory_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert not kept.keep_quiet_modes(tmp_path / "file", {"device": (1, 2)})
    assert not kept.keep_no_signal_picture(tmp_path / "file", "534d:2109", bytes(576))
