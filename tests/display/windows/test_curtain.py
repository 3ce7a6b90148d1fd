"""A black window over everything, and nothing through it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from display.model import Geometry, Role
from display.windows.curtain import Curtain
from tests.display.windows.test_manager import RED, SCREEN, Desk
from tests.display.xserver import Xvfb, pixel, wait_until

BLACK = (0, 0, 0)


class Stage:
    """A managed window, and the curtain before it."""

    def __init__(self, stack: ExitStack) -> None:
        server = stack.enter_context(Xvfb("640x360"))
        self.desk = Desk(server, stack)
        self.desk.manager.start()
        self.curtain = Curtain(self.desk.display)
        self.home = self.desk.program(Role.HOME)
        self.home.open(RED)
        self.desk.until(lambda: self.desk.manager.has(Role.HOME), "its window")
        self.audience = Display(server.name)
        stack.callback(self.audience.close)

    def shows(self, colour: tuple[int, int, int], *places: tuple[int, int]) -> None:
        def seen() -> bool:
            while self.desk.display.pending_events():
                self.desk.manager.handle(self.desk.display.next_event())
            self.home.do("keys")  # it paints before it answers
            return all(pixel(self.audience, *place) == colour for place in places or ((0, 0), (320, 180), (639, 359)))

        wait_until(seen, what=f"not {colour}")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(stack)


RED_ = (0xAA, 0, 0)


def test_it_covers_everything_and_goes(stage: Stage) -> None:
    stage.shows(RED_)
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)
    stage.curtain.draw(SCREEN, closed=False)
    stage.shows(RED_)


def test_what_comes_up_meanwhile_comes_up_behind_it(stage: Stage) -> None:
    stage.curtain.draw(SCREEN, closed=True)
    meeting = stage.desk.program(Role.MEETING)
    meeting.open("#00aa00")
    stage.desk.until(lambda: stage.desk.manager.has(Role.MEETING), "its window")
    stage.desk.manager.arrange(Role.MEETING, SCREEN)
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)


def test_it_covers_another_screen_when_the_screen_is_another(stage: Stage) -> None:
    stage.curtain.draw(Geometry(320, 360), closed=True)
    stage.shows(BLACK, (0, 0), (319, 359))
    stage.shows(RED_, (320, 0), (639, 359))
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)


def test_it_is_nobodys_window(stage: Stage) -> None:
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)
    assert len(stage.desk.manager.windows) == 1
    assert not stage.desk.manager.strangers


def test_the_touch_that_wakes_the_screen_presses_nothing(stage: Stage) -> None:
    clicks = stage.audience.screen().root.create_window(
        0, 0, 640, 360, 0, X.CopyFromParent, override_redirect=True, event_mask=X.ButtonPressMask
    )
    clicks.map()
    stage.audience.sync()
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)
    xtest.fake_input(stage.audience, X.MotionNotify, x=100, y=100)
    xtest.fake_input(stage.audience, X.ButtonPress, 1)
    xtest.fake_input(stage.audience, X.ButtonRelease, 1)
    stage.audience.sync()
    assert stage.audience.pending_events() == 0


def test_what_is_typed_while_it_is_closed_reaches_nobody(stage: Stage) -> None:
    def typed() -> list[str]:
        code = stage.audience.keysym_to_keycode(XK.XK_a)
        for event in (X.KeyPress, X.KeyRelease):
            xtest.fake_input(stage.audience, event, code)
        stage.audience.sync()
        return [key for _ in range(5) for key in stage.home.do("keys")["keys"]]

    stage.shows((0xAA, 0, 0))
    assert typed() == ["a"]
    stage.curtain.draw(SCREEN, closed=True)
    stage.shows(BLACK)
    assert typed() == []
    stage.curtain.draw(SCREEN, closed=False)
    stage.shows((0xAA, 0, 0))
    assert typed() == ["a"]
