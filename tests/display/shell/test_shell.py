"""The shell with parts that a test moves: what it asks of them, and when."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent.wire import DisplayConfig, Home, InputConfig, ShowInput
from display.choose import Wish
from display.debounce import Phase
from display.inputs.watched import InputNow
from display.model import Call, Connector, Geometry, Role, Signal, Source, Trouble
from display.overlay.state import Action, HomeBar, OverlayState
from display.shell.awake import Waking
from display.shell.parts import Parts
from display.shell.playing import Playing
from display.shell.shell import VOLUME_STEP, Shell
from display.windows.manager import Managed
from tests.builders import MORNING
from tests.display.shell.test_view import LIVE
from tests.fakes.mixer import FakeMixer
from tests.fakes.player import FakePlayer, Told
from tests.fakes.screens import FakeScreenPower

CONFIG = DisplayConfig(nightly="03:00", timezone="UTC", room_name="Turing")
NIGHT = MORNING.replace(hour=3) + timedelta(days=1)
SCREEN = Geometry(1280, 720)


class FakeInputs:
    def __init__(self) -> None:
        self.inputs: tuple[InputNow, ...] = ()
        self.troubles: tuple[Trouble, ...] = ()
        self.told: list[tuple[str, ...]] = []

    def reconfigure(self, inputs: Sequence[InputConfig], cameras: Sequence[str]) -> None:
        self.told.append(("reconfigure", *(each.name for each in inputs), *cameras))

    def failed(self, name: str, code: str) -> None:
        self.told.append(("failed", name, code))

    def black(self, name: str, is_black: bool) -> None:
        self.told.append(("black", name, str(is_black)))

    def dismissed(self, name: str) -> None:
        self.told.append(("dismissed", name))

    def tapped(self, name: str) -> None:
        self.told.append(("tapped", name))


class FakeOutputs:
    connectors: Sequence[Connector] = ()
    geometry = SCREEN
    troubles: Sequence[Trouble] = ()


class FakeWindows:
    """`there`: the roles whose windows are mapped."""

    def __init__(self) -> None:
        self.windows: Mapping[int, Managed] = {}
        self.strangers: frozenset[int] = frozenset()
        self.there = {Role.HOME}
        self.front = Role.HOME

    def has(self, role: Role, _pids: frozenset[int] = frozenset()) -> bool:
        return role in self.there

    def reconsider(self) -> None: ...

    def arrange(self, front: Role, screen: Geometry) -> None:
        self.front, self.screen = front, screen


class FakeOverlay:
    shown = OverlayState()

    def show(self, state: OverlayState, screen: Geometry, language: str) -> None:
        assert (screen, language) == (SCREEN, "en")
        self.shown = state


class FakeCurtain:
    closed = False

    def draw(self, screen: Geometry, *, closed: bool) -> None:
        assert screen == SCREEN
        self.closed = closed


class Room:
    """A shell and everything it holds together. `now` is the monotonic time, `wall` the time of the day."""

    def __init__(self, wall: datetime = MORNING) -> None:
        self.now, self.wall = 1_000.0, wall
        self.call = Call()
        self.restarts, self.leaves, self.reports = 0, 0, 0
        self.home_there = True
        self.done: dict[str, str | None] = {}
        self.inputs, self.windows, self.outputs = FakeInputs(), FakeWindows(), FakeOutputs()
        self.overlay, self.curtain, self.power = FakeOverlay(), FakeCurtain(), FakeScreenPower()
        self.player = FakePlayer(Told())
        self.mixer = FakeMixer(40)
        self.playing = Playing(self.player, self._source, lambda _: None, self._changed)
        self.waking = Waking(self.power, self.now)
        parts = Parts(
            windows=self.windows,
            inputs=self.inputs,
            outputs=self.outputs,
            playing=self.playing,
            overlay=self.overlay,
            curtain=self.curtain,
            waking=self.waking,
            mixer=self.mixer,
            meeting=lambda: self.call,
            home_code=lambda: None,
            leave=self._leave,
            restart_home=self._restart_home,
            versions=dict,
            now=lambda: self.now,
            clock=lambda: self.wall,
        )
        self.shell = Shell(parts, self._reported, self.done.__setitem__)
        self.player._events = self.shell

    def _changed(self) -> None:
        self.shell.changed()

    def _reported(self) -> None:
        self.reports += 1

    def _source(self, name: str) -> Source:
        return Source(f"av://{name}", watch_black=True)

    def _leave(self) -> bool:
        self.leaves += 1
        return True

    def _restart_home(self) -> bool:
        self.restarts += self.home_there
        return self.home_there

    async def settle(self) -> None:
        """Let everything follow from what has happened."""
        self.shell.changed()
        for _ in range(20):
            await asyncio.sleep(0)
            if (self.playing.showing is not None) != (Role.CONTENT in self.windows.there):
                self.windows.there ^= {Role.CONTENT}
                self.shell.changed()

    def joined(self) -> None:
        self.call = Call("running", "1", "Zoom", ready=True)
        self.windows.there.add(Role.MEETING)

    async def plugged(self) -> None:
        self.inputs.inputs = (LIVE,)
        await self.settle()

    async def unplugged(self) -> None:
        self.inputs.inputs = (
            replace(LIVE, signal=Signal.NO_CABLE, phase=Phase.ABSENT, shows=False, popup_wanted=False),
        )
        await self.settle()


def in_room(test: Callable[[Room], Awaitable[None]], wall: datetime = MORNING, config: DisplayConfig = CONFIG) -> None:
    async def run() -> None:
        room = Room(wall)
        works = [asyncio.create_task(work) for work in (room.playing.run(), room.player.run())]
        await asyncio.sleep(0)
        room.shell.configure(config)
        await room.settle()
        await test(room)
        room.shell.close()
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    asyncio.run(run())


def test_the_home_browser_is_made_anew_once_a_night() -> None:
    async def test(room: Room) -> None:
        for minute in range(-60, 180):
            room.wall = NIGHT + timedelta(minutes=minute)
            await room.settle()
        assert room.restarts == 1
        room.wall += timedelta(days=1)
        room.wall = room.wall.replace(hour=3, minute=1)
        await room.settle()
        assert room.restarts == 2

    in_room(test)


def test_a_meeting_and_a_picture_put_that_off() -> None:
    async def test(room: Room) -> None:
        room.joined()
        room.wall = NIGHT
        await room.settle()
        await room.plugged()
        room.call = Call()
        room.windows.there.discard(Role.MEETING)
        await room.settle()
        assert (room.windows.front, room.restarts) == (Role.CONTENT, 0)
        await room.unplugged()
        assert (room.windows.front, room.restarts) == (Role.HOME, 1)

    in_room(test)


def test_a_home_process_that_is_away_has_its_turn_when_it_is_back() -> None:
    async def test(room: Room) -> None:
        room.home_there, room.wall = False, NIGHT
        await room.settle()
        room.home_there = True
        await room.settle()
        assert room.restarts == 1

    in_room(test)


def test_a_time_zone_that_nobody_knows_does_not_stop_the_screen() -> None:
    async def test(room: Room) -> None:
        await room.plugged()
        assert room.windows.front is Role.CONTENT

    in_room(test, config=DisplayConfig(timezone="Nowhere/City"))


def test_a_laptop_comes_to_the_front_with_its_picture_and_goes_with_its_cable() -> None:
    async def test(room: Room) -> None:
        await room.plugged()
        assert (room.windows.front, room.shell.report().shown) == (Role.CONTENT, "hdmi")
        await room.unplugged()
        assert (room.windows.front, room.player.shown) == (Role.HOME, None)
        assert room.reports > 2

    in_room(test)


def test_what_the_player_says_of_a_laptop_goes_with_it() -> None:
    async def test(room: Room) -> None:
        await room.plugged()
        room.player.fail("player.busy")
        await room.settle()
        assert ("failed", "hdmi", "player.busy") in room.inputs.told
        assert [each.code for each in room.shell.report().problems or ()] == ["display.input_busy"]
        await room.unplugged()
        assert room.shell.report().problems == []

    in_room(test)


def test_the_bar_over_a_meeting_does_what_it_says() -> None:
    async def test(room: Room) -> None:
        room.joined()
        await room.settle()
        assert (room.windows.front, room.overlay.shown.bar) == (Role.MEETING, None)
        room.shell.touched(0.2)
        await room.settle()
        assert room.overlay.shown.bar is not None
        room.shell.act(Action.HOME)
        await room.settle()
        assert (room.windows.front, room.overlay.shown.bar) == (Role.HOME, HomeBar(provider_name="Zoom"))
        room.shell.act(Action.BACK)
        await room.settle()
        assert room.windows.front is Role.MEETING
        room.shell.act(Action.LEAVE)
        assert room.leaves == 1

    in_room(test)


def test_an_input_that_was_ordered_from_far_away_is_nobodys_hand() -> None:
    async def test(room: Room) -> None:
        room.shell.show_input(ShowInput(order_id="1", input="hdmi"))
        await room.settle()
        assert room.shell.report().touched_s_ago is None
        room.shell.touched(0.5)
        await room.settle()
        assert room.shell.report().touched_s_ago == 0

    in_room(test)


@pytest.mark.parametrize(("action", "by"), [(Action.VOLUME_UP, VOLUME_STEP), (Action.VOLUME_DOWN, -VOLUME_STEP)])
def test_the_volume_follows_the_buttons_and_stays_within_its_bounds(action: Action, by: int) -> None:
    async def test(room: Room) -> None:
        room.shell.act(action)
        await room.settle()
        assert await room.mixer.volume() == 40 + by
        for _ in range(20):
            room.shell.act(action)
            await room.settle()
        assert await room.mixer.volume() == (100 if by > 0 else 0)

    in_room(test)


def test_an_order_for_a_picture_that_is_just_coming_is_waited_for() -> None:
    async def test(room: Room) -> None:
        coming = {"phase": Phase.CANDIDATE, "shows": False, "likely": True, "popup_wanted": False}
        room.inputs.inputs = (replace(LIVE, signal=Signal.PROTECTED, **coming),)  # type: ignore[arg-type]
        room.shell.show_input(ShowInput(order_id="1", input="hdmi"))
        await room.settle()
        assert room.done == {}
        await room.plugged()
        assert (room.done, room.windows.front) == ({"1": None}, Role.CONTENT)

    in_room(test)


def test_orders_are_answered() -> None:
    async def test(room: Room) -> None:
        room.shell.show_input(ShowInput(order_id="none", input="hdmi"))
        await room.settle()
        await room.plugged()
        room.shell.home(Home(order_id="home"))
        await room.settle()
        room.shell.show_input(ShowInput(order_id="shown", input="hdmi"))
        await room.settle()
        assert room.done == {"none": "display.input_not_live", "home": None, "shown": None}
        assert room.inputs.told[-1] == ("tapped", "hdmi")
        assert room.shell._known.asked.wish is Wish.CONTENT

    in_room(test)


def test_a_sleeping_screen_is_covered_and_a_touch_uncovers_it() -> None:
    async def test(room: Room) -> None:
        room.now += 601
        await room.settle()
        assert (room.curtain.closed, room.power.asleep(), room.shell.report().awake) == (True, True, False)
        room.shell.touched(0.5)
        await room.settle()
        assert (room.curtain.closed, room.power.asleep(), room.shell.report().awake) == (False, False, True)

    in_room(test, config=DisplayConfig(sleep_after_min=10))
