"""The demo's screen: who may connect, what is seen of it, hands that reach it, accidents on it."""

from __future__ import annotations

import asyncio
import io
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image
from Xlib import XK, X
from Xlib.display import Display
from Xlib.protocol.rq import Event
from Xlib.xobject.drawable import Window

from display.demo import screen
from display.demo.accidents import Accident, Accidents
from display.demo.hands import Hands
from display.demo.picture import Picture

RED, GREEN = 0xFF0000, 0x00FF00


def on_a_screen(folder: Path, act: Callable[[screen.Screen], Awaitable[None]], size: str = "640x480") -> None:
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed")

    async def run() -> None:
        async with asyncio.timeout(20), screen.running(size, folder) as shown:
            await act(shown)
        assert shown.process.returncode is not None

    asyncio.run(run())


def window(display: Display, colour: int) -> Window:
    root = display.screen().root
    made: Window = root.create_window(
        *(0, 0, 640, 480, 0, display.screen().root_depth, X.InputOutput),
        background_pixel=colour,
        event_mask=X.ButtonPressMask | X.ButtonReleaseMask | X.KeyPressMask | X.KeyReleaseMask,
    )
    made.map()
    display.sync()
    return made


async def events(display: Display, count: int) -> list[Event]:
    """The next ones that are a button's or a key's."""
    found: list[Event] = []
    while len(found) < count:
        while display.pending_events():
            event = display.next_event()
            if event.type in (X.ButtonPress, X.ButtonRelease, X.KeyPress, X.KeyRelease):
                found.append(event)
        await asyncio.sleep(0.005)
    return found


def test_only_who_has_the_cookie_may_connect(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        shown.connect()
        command = [sys.executable, "-c", "from Xlib.display import Display; Display()"]
        stranger = {**shown.environment({}), "XAUTHORITY": "/dev/null"}
        answer = await asyncio.to_thread(
            subprocess.run, command, env=stranger, capture_output=True, text=True, timeout=10, check=False
        )
        assert answer.returncode == 1
        assert "Authorization required" in answer.stderr

    on_a_screen(tmp_path, act)


def test_pictures_follow_the_screen_and_there_is_none_while_it_stays_as_it_is(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        display, picture = shown.connect(), Picture(shown)
        picture.start()
        first = await picture.newer(0, 5)
        assert first is not None
        assert await picture.newer(first.number, 0.3) is None
        window(display, RED)
        second = await picture.newer(first.number, 5)
        assert second is not None
        seen = Image.open(io.BytesIO(second.jpeg))
        assert seen.size == (640, 480)
        colour = seen.convert("RGB").getpixel((320, 240))
        assert isinstance(colour, tuple)
        assert colour[0] > 240
        assert colour[1] < 15
        both = await asyncio.gather(picture.newer(0, 5), picture.newer(first.number, 5))
        assert set(both) == {second}, "who asks for what is there already does not wait for a change"

    on_a_screen(tmp_path, act)


def test_whoever_waits_for_a_picture_is_let_go_at_the_end(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        picture = Picture(shown)
        picture.start()
        first = await picture.newer(0, 5)
        assert first is not None
        waiting = asyncio.create_task(picture.newer(first.number, 60))
        await asyncio.sleep(0)
        picture.end()
        assert await waiting is None

    on_a_screen(tmp_path, act)


def test_what_is_pressed_on_the_page_arrives_at_the_window(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        display, hands = shown.connect(), Hands(shown.connect())
        target = window(display, GREEN)
        target.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        display.sync()
        assert hands.act([{"do": "down", "x": 0.5, "y": 0.25}, {"do": "up", "x": 1, "y": 1}])
        down, up = await events(display, 2)
        assert (down.type, down.event_x, down.event_y) == (X.ButtonPress, 320, 120)
        assert (up.type, up.event_x, up.event_y) == (X.ButtonRelease, 639, 479)

        assert hands.act([{"do": "key", "key": "Enter"}, {"do": "key", "key": "Q"}])
        pressed = [event for event in await events(display, 6) if event.type == X.KeyPress]
        shift, letter = display.keysym_to_keycode(XK.XK_Shift_L), display.keysym_to_keycode(XK.XK_q)
        assert [each.detail for each in pressed] == [display.keysym_to_keycode(XK.XK_Return), shift, letter]
        assert pressed[-1].state & X.ShiftMask

    on_a_screen(tmp_path, act)


def test_hands_do_nothing_that_makes_no_sense(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        hands = Hands(shown.connect())
        for each in (
            {},
            {"do": "down"},
            {"do": "down", "x": 2, "y": 0},
            {"do": "up", "x": float("nan"), "y": 0},
            {"do": "key", "key": "XF86PowerOff"},
            {"do": "key", "key": 7},
            {"do": "dance", "x": 0, "y": 0},
        ):
            assert not hands.act([each]), each
        assert not hands.act([{"do": "move", "x": 0, "y": 0}] * 1000)

    on_a_screen(tmp_path, act)


HOME = """
import sys
from Xlib import X
from Xlib.display import Display
display = Display()
root = display.screen().root
window = root.create_window(0, 0, 9, 9, 0, X.CopyFromParent)
window.set_wm_class("home", "room-home")
window.map()
display.sync()
print("shown", flush=True)
while True:
    display.next_event()
"""


def test_an_accident_kills_whoever_has_the_window_on_this_screen(tmp_path: Path) -> None:
    async def act(shown: screen.Screen) -> None:
        accidents = Accidents(shown.connect(), lambda: 0)
        assert not accidents.cause(Accident.HOME)
        assert not accidents.cause(Accident.SHELL)
        home = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", HOME), env=shown.environment({}), stdout=subprocess.PIPE
        )
        assert home.stdout is not None
        assert await home.stdout.readline() == b"shown\n"
        assert accidents.victims() == {Accident.HOME: home.pid}
        assert accidents.cause(Accident.HOME)
        assert await home.wait() == -9

    on_a_screen(tmp_path, act)
