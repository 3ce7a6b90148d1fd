from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from Xlib import display

from display.model import Source
from display.player.mpv import MpvPlayer
from display.player.showing import Limits
from display.ports import Player
from tests.contracts.player import PlayerContract, run
from tests.display.waiting import until
from tests.display.xserver import Server, Xvfb, pixel
from tests.fakes.player import Told

QUICK = Limits(first_picture=4.0, ping_every=0.2, stop=1.0, black=0.2)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if shutil.which("mpv") is None:
        pytest.skip("mpv is not installed")
    with Xvfb() as server:
        yield server


class MpvStage:
    picture = Source("av://lavfi:testsrc2=size=1280x720:rate=30,realtime")
    other = Source("av://lavfi:color=c=0x2040c0:size=640x360:rate=30,realtime")
    missing = Source("av://v4l2:/dev/video-of-nobody")

    def __init__(self, server: Server) -> None:
        self._environment = server.environment()
        self._player: MpvPlayer | None = None

    def player(self, told: Told) -> MpvPlayer:
        self._player = MpvPlayer(told, environment=self._environment, limits=QUICK)
        return self._player

    def signal(self, number: int) -> None:
        assert self._player is not None
        for pid in self._player.pids:
            os.kill(pid, number)

    def die(self) -> None:
        self.signal(signal.SIGKILL)

    def hang(self) -> None:
        self.signal(signal.SIGSTOP)

    def is_black(self, source: Source) -> Source:
        return replace(source, url="av://lavfi:color=c=black:size=320x180:rate=30,realtime")

    def turn_black(self) -> None:
        """It is."""


@pytest.fixture
def stage(server: Server) -> MpvStage:
    return MpvStage(server)


@pytest.fixture
def screen(server: Server) -> Iterator[display.Display]:
    shown = display.Display(server.name)
    yield shown
    shown.close()


class TestMpvPlayer(PlayerContract):
    """The contract, with mpv in Xvfb."""


def open_files(player: Player) -> set[str]:
    return {str(each.resolve()) for pid in player.pids for each in Path(f"/proc/{pid}/fd").iterdir()}


def test_its_window_is_there_only_while_there_is_a_picture(stage: MpvStage, screen: display.Display) -> None:
    async def scene(player: Player, told: Told) -> None:
        windows = screen.screen().root.query_tree
        await until(lambda: windows().children == [])  # that of the test before may still be going
        await player.play(stage.other)
        await until(lambda: pixel(screen, 640, 360) != (0, 0, 0))
        names = [each.get_wm_class() for each in windows().children]
        assert ("room-content", "mpv") in names
        await player.stop()
        await until(lambda: windows().children == [], within=0.2)

    run(stage, scene)


def test_options_may_hold_commas_and_quotes(stage: MpvStage, screen: display.Display) -> None:
    graph = "color=c=0x00ff00:size=320x240:rate=10,realtime,drawbox=c='0xff0000':t=fill[out0]"

    async def scene(player: Player, told: Told) -> None:
        await player.play(Source("av://lavfi:", options=(("graph", graph),)))
        await until(lambda: pixel(screen, 640, 360)[0] > 200)
        assert pixel(screen, 640, 360)[1] < 80

    run(stage, scene)


def test_a_picture_has_the_sound_of_another_device(stage: MpvStage) -> None:
    async def scene(player: Player, told: Told) -> None:
        await player.play(replace(stage.picture, audio="av://lavfi:sine=frequency=440:sample_rate=48000"))
        await until(lambda: told.events)
        assert told.words() == ["started"]

    run(stage, scene)


def test_a_sound_that_is_not_there_does_not_take_the_picture(stage: MpvStage) -> None:
    async def scene(player: Player, told: Told) -> None:
        await player.play(replace(stage.picture, audio="av://alsa:hw:9,7"))
        await until(lambda: told.events)
        assert told.words() == ["started"]

    run(stage, scene)


def test_a_device_of_another_kind_is_of_a_wrong_format(stage: MpvStage) -> None:
    async def scene(player: Player, told: Told) -> None:
        await player.play(Source("av://v4l2:/dev/null"))
        await until(lambda: told.events)
        assert told.words() == ["player.format"]

    run(stage, scene)


def test_a_picture_that_ends_by_itself_is_gone(stage: MpvStage) -> None:
    async def scene(player: Player, told: Told) -> None:
        await player.play(Source("av://lavfi:testsrc2=size=320x240:rate=30:duration=0.3"))
        await until(lambda: len(told.events) == 2)
        assert told.words() == ["started", "player.gone"]

    run(stage, scene)


def test_a_picture_that_is_light_again_is_told(stage: MpvStage) -> None:
    graph = "color=c=black:size=320x180:rate=30:duration=0.8[a];testsrc2=size=320x180:rate=30[b];[a][b]concat,realtime"

    async def scene(player: Player, told: Told) -> None:
        await player.play(Source(f"av://lavfi:{graph}", watch_black=True))
        await until(lambda: len(told.events) == 3)
        assert told.words() == ["started", "black", "light"]

    run(stage, scene)


def test_the_device_is_closed_when_stop_returns(stage: MpvStage, tmp_path: Path) -> None:
    device = tmp_path / "device"
    os.mkfifo(device)
    writer = os.open(device, os.O_RDWR)

    async def scene(player: Player, told: Told) -> None:
        await until(lambda: player.version)
        await player.play(Source(str(device)))
        await until(lambda: str(device) in open_files(player))
        await player.stop()
        assert str(device) not in open_files(player)
        assert told.events == []

    run(stage, scene)
    os.close(writer)


def test_a_hung_player_is_gone_when_stop_returns(stage: MpvStage, screen: display.Display) -> None:
    async def scene(player: Player, told: Told) -> None:
        await player.play(stage.picture)
        await until(lambda: told.events)
        stage.hang()
        await player.stop()
        await until(lambda: screen.screen().root.query_tree().children == [], within=2)

    run(stage, scene)


def test_a_source_without_a_first_picture_is_a_hang(server: Server, tmp_path: Path) -> None:
    silent = tmp_path / "silent"
    os.mkfifo(silent)
    told = Told()

    async def scene() -> None:
        player = MpvPlayer(told, environment=server.environment(), limits=Limits(first_picture=0.5))
        life = asyncio.create_task(player.run())
        await until(lambda: player.version)
        held = os.open(silent, os.O_RDWR)
        await player.play(Source(str(silent)))
        await until(lambda: told.events, within=3)
        os.close(held)
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)

    asyncio.run(scene())
    assert told.words()[0] == "player.hung"
