"""The shell over parts that stand in for screen, devices and loudspeaker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.wire import DisplayConfig
from display.inputs.watched import InputNow
from display.model import Call, Geometry, Role, Signal, Source, Trouble
from display.overlay.state import Action, OverlayState, Protected
from display.shell.awake import Waking
from display.shell.parts import Parts
from display.shell.playing import Playing
from display.shell.shell import VOLUME_STEP, Shell
from tests.display.shell.test_view import LIVE
from tests.display.waiting import until

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Power:
    capable = True

    def sleep(self) -> None: ...
    def wake(self) -> None: ...
    def asleep(self) -> bool:
        return False


class Projector:
    """A player that notes what it is given."""

    pids = frozenset({7})
    version = None

    def __init__(self) -> None:
        self.given: list[Source] = []

    async def run(self) -> None: ...
    async def play(self, source: Source) -> None:
        self.given.append(source)

    async def stop(self) -> None: ...


class Loudspeaker:
    """As slow as a command line tool."""

    level = 40

    async def volume(self) -> int | None:
        await asyncio.sleep(0.02)
        return self.level

    async def set_volume(self, percent: int) -> None:
        await asyncio.sleep(0.02)
        self.level = percent


@dataclass
class Room:
    """Everything a shell holds together, as plain facts: windows, inputs, outputs, overlay and curtain in one."""

    inputs: tuple[InputNow, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    connectors: tuple[Any, ...] = ()
    geometry: Geometry = field(default_factory=lambda: Geometry(1280, 720))
    windows: Mapping[int, Any] = field(default_factory=dict)
    strangers: frozenset[int] = frozenset()
    shown: OverlayState = field(default_factory=OverlayState)
    arranged: list[Role] = field(default_factory=list)
    later: float = 0.0
    player: Projector = field(default_factory=Projector)
    speaker: Loudspeaker = field(default_factory=Loudspeaker)
    shell: Shell = field(init=False)

    def start(self) -> asyncio.Task[None]:
        def changed() -> None:
            self.shell.changed()

        playing = Playing(self.player, lambda name: Source(f"av://{name}"), lambda _: None, changed)
        loop = asyncio.get_running_loop()

        def now() -> float:
            return loop.time() + self.later

        here: Any = self
        parts = Parts(
            windows=here,
            inputs=here,
            outputs=here,
            playing=playing,
            overlay=here,
            curtain=here,
            waking=Waking(Power(), now()),
            mixer=self.speaker,
            meeting=Call,
            home_code=lambda: None,
            leave=lambda: True,
            restart_home=lambda: True,
            versions=dict,
            now=now,
            clock=lambda: NOON,
        )
        self.shell = Shell(parts, lambda: None, lambda _id, _code: None)
        return asyncio.create_task(playing.run())

    def has(self, role: Role, _pids: frozenset[int] = frozenset()) -> bool:
        return role is not Role.MEETING

    def arrange(self, front: Role, _screen: Geometry) -> None:
        self.arranged.append(front)

    def show(self, state: OverlayState, _screen: Geometry, _language: str) -> None:
        self.shown = state

    def draw(self, _screen: Geometry, *, closed: bool) -> None: ...
    def reconfigure(self, _inputs: object, _cameras: object) -> None: ...
    def failed(self, _name: str, _code: str) -> None: ...
    def black(self, _name: str, _is_black: bool) -> None: ...

    def sees(self, *inputs: InputNow) -> None:
        self.inputs = inputs
        self.shell.changed()

    @property
    def problems(self) -> list[str]:
        return [each.code for each in self.shell.report().problems or ()]


def in_room(test: Callable[[Room], Awaitable[None]]) -> None:
    async def run() -> None:
        room = Room()
        task = room.start()
        try:
            await test(room)
        finally:
            room.shell.close()
            task.cancel()

    asyncio.run(run())


async def shown(room: Room, source: Source) -> None:
    await until(lambda: room.player.given and room.player.given[-1] == source)
    room.shell.started(source)
    await until(lambda: room.shell.screen.front is Role.CONTENT)


def test_a_time_zone_that_this_machine_does_not_know_costs_the_clock_and_nothing_else() -> None:
    async def test(room: Room) -> None:
        room.shell.configure(DisplayConfig(timezone="Mars/Olympus_Mons"))
        await until(lambda: room.arranged, within=1)

    in_room(test)


def test_a_black_picture_is_forgotten_when_its_source_is_opened_anew() -> None:
    async def test(room: Room) -> None:
        source = Source("av://hdmi")
        room.sees(LIVE)
        await shown(room, source)
        room.shell.black(source, is_black=True)
        await until(lambda: isinstance(room.shown.message, Protected))
        room.sees(replace(LIVE, generation=2))  # the laptop woke with another mode
        await until(lambda: len(room.player.given) == 2)
        room.shell.started(source)
        await until(lambda: room.shown.message is None, within=1)

    in_room(test)


def test_what_the_player_said_of_an_input_goes_with_the_laptop() -> None:
    async def test(room: Room) -> None:
        source = Source("av://hdmi")
        room.sees(LIVE)
        await shown(room, source)
        room.shell.failed(source, "player.busy")
        await until(lambda: room.problems == ["display.input_busy"])
        room.sees(replace(LIVE, signal=Signal.LIVE, shows=False))
        await asyncio.sleep(0.02)
        assert room.problems == ["display.input_busy"], "given up, and still plugged in"
        room.sees(replace(LIVE, signal=Signal.NO_CABLE, shows=False))
        await until(lambda: room.problems == [], within=1)

    in_room(test)


def test_a_key_wakes_the_screen_and_calls_no_bar() -> None:
    async def test(room: Room) -> None:
        room.shell.configure(DisplayConfig(sleep_after_min=1))
        room.later = 61.0
        room.shell.changed()
        await until(lambda: room.shell.report().awake is False)
        room.shell.typed()
        await until(lambda: room.shell.report().awake is True, within=1)
        room.later += 59.0
        room.shell.typed()
        room.later += 59.0
        room.shell.changed()
        await asyncio.sleep(0.02)
        assert room.shell.report().awake is True
        assert room.shown.bar is None

    in_room(test)


@pytest.mark.parametrize("hand", [lambda shell: shell.touched(0.5), lambda shell: shell.typed()])
def test_the_core_is_told_of_a_hand_for_two_minutes(hand: Callable[[Shell], None]) -> None:
    async def test(room: Room) -> None:
        room.shell.changed()
        await asyncio.sleep(0.02)
        assert room.shell.report().touched_s_ago is None
        hand(room.shell)
        for later, expected in ((0, 0), (119, 119), (2, None)):
            room.later += later
            room.shell.changed()
            await asyncio.sleep(0.02)
            assert room.shell.report().touched_s_ago == expected

    in_room(test)


def test_of_quick_taps_on_the_volume_each_counts() -> None:
    async def test(room: Room) -> None:
        for _ in range(3):
            room.shell.act(Action.VOLUME_UP)
        await until(lambda: room.speaker.level == 40 + 3 * VOLUME_STEP, within=1)

    in_room(test)
