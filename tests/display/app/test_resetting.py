"""A key held on a real X server, the question, the answer, and what the core is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from display.app.resetting import PATH, Resetting
from display.app.seams import STARTED, seams_of
from display.app.start import Options
from display.core.client import CoreClient, CoreUnreachable
from display.overlay.state import Reset, ResetQuestion
from display.shell.reset import KEY
from display.windows.held import HeldKey
from tests.display.xserver import Server, Xvfb


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Xvfb("640x480") as server:
        yield server


class Client(CoreClient):
    """A core that is still starting when it is asked first."""

    def __init__(self) -> None:
        super().__init__(Path("/nowhere"))
        self.posted: list[str] = []

    async def post(self, path: str, body: object) -> None:  # noqa: ARG002
        self.posted.append(path)
        if len(self.posted) == 1:
            raise CoreUnreachable("nobody listens yet")


class Person:
    """At the keyboard of the box."""

    def __init__(self, display: Display) -> None:
        self._display = display

    def press(self, name: str, *, down: bool = True) -> None:
        code = self._display.keysym_to_keycode(XK.string_to_keysym(name))
        xtest.fake_input(self._display, X.KeyPress if down else X.KeyRelease, code)
        self._display.sync()

    def tap(self, name: str) -> None:
        self.press(name)
        self.press(name, down=False)


class Box:
    """The part on a real X server; `uptime` is the test's."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("display.app.resetting.AGAIN_S", 0.0)
        monkeypatch.setattr("display.app.resetting.LOOK_EVERY_S", 0.01)
        self.x, self.other = Display(server.name), Display(server.name)
        self.person = Person(self.other)
        self.client = Client()
        self.uptime = 8.0
        self.shown: list[Reset | ResetQuestion | None] = []
        self.part = Resetting(HeldKey(self.x, KEY), self.client, lambda: self.uptime, self.shown.append)

    async def until(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not reached():
            assert time.monotonic() < end, self.shown
            while self.x.pending_events():
                self.part.pressed(self.x.next_event())
            await asyncio.sleep(0.005)

    async def asked(self) -> None:
        """The key was held and the question is there to be answered."""
        self.person.press(KEY)
        await self.until(lambda: Reset(seconds=5) in self.shown)
        self.uptime += 5
        await self.until(lambda: self.shown[-1] == ResetQuestion())
        self.person.press(KEY, down=False)
        self.uptime += 2

    def close(self) -> None:
        for name in (KEY, "Return", "Escape"):
            self.person.press(name, down=False)
        self.x.close()
        self.other.close()


@pytest.fixture
def box(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    box = Box(server, monkeypatch)
    yield box
    box.close()


def live(box: Box, scene: Callable[[Box], object]) -> None:
    async def run() -> None:
        task = asyncio.create_task(box.part.run())
        try:
            await scene(box)  # type: ignore[misc]
        finally:
            task.cancel()
            await asyncio.wait([task])

    asyncio.run(run())


def test_held_and_confirmed_by_key_the_core_is_told_once_it_can_be(box: Box) -> None:
    async def scene(box: Box) -> None:
        await box.asked()
        box.person.tap("Return")
        await box.until(lambda: box.client.posted == [PATH, PATH])
        assert box.shown[-1] is None

    live(box, scene)


def test_cancelled_by_key_or_touch_nothing_is_told_and_keys_are_everybodys_again(box: Box) -> None:
    async def scene(box: Box) -> None:
        await box.asked()
        assert box.other.screen().root.grab_keyboard(False, 1, 1, 0) == X.AlreadyGrabbed  # no page gets Enter
        box.person.tap("a")
        box.person.tap("Escape")
        await box.until(lambda: box.shown[-1] is None)
        box.x.sync()
        assert box.other.screen().root.grab_keyboard(False, 1, 1, 0) == X.GrabSuccess
        box.other.ungrab_keyboard(0)
        box.part.answer(yes=True)
        assert box.client.posted == []

    live(box, scene)


def test_a_key_held_later_in_the_day_is_a_key_like_any_other(box: Box) -> None:
    async def scene(box: Box) -> None:
        box.uptime = 20.5
        box.person.press(KEY)
        await asyncio.sleep(0.1)
        box.uptime += 10
        await asyncio.sleep(0.1)
        assert box.shown == []

    live(box, scene)


def test_how_long_the_machine_is_up_is_asked_of_the_kernel_or_given_to_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options("/s", "/r", "/c", None, browsers=False, log_level="info")
    real = time.clock_gettime(time.CLOCK_BOOTTIME)
    assert 0 <= seams_of(options).uptime() - real < 60
    monkeypatch.setenv(STARTED, "7.5")
    assert 7.5 <= seams_of(options).uptime() < 60
