"""A browser's shortcuts never reach a page's window; what people and conference pages need does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

from display.model import Geometry, Role
from display.windows.keys import ALT, CTRL, SHIFT, SHORTCUTS, take_shortcuts
from tests.display.windows.test_manager import RED, Desk, Program
from tests.display.xserver import Xvfb, wait_until

MODIFIERS = {CTRL: "Control_L", SHIFT: "Shift_L", ALT: "Alt_L"}
NAMES = {SHIFT: "shift", CTRL: "ctrl", ALT: "alt"}
MARK = "z"
"""Typed last: when it is there, all before it is too."""


class Keyboard:
    """Somebody types into the window in front, whose program is `page`."""

    def __init__(self, display: Display, desk: Desk, page: Program) -> None:
        self._display, self._desk, self._page = display, desk, page

    def type(self, key: str, modifiers: int = 0) -> list[str]:
        """Press and release; what the page got of it."""
        held = [name for mask, name in MODIFIERS.items() if modifiers & mask]
        for name in (*held, key):
            self._press(name, X.KeyPress)
        for name in (key, *reversed(held)):
            self._press(name, X.KeyRelease)
        self._press(MARK, X.KeyPress)
        self._press(MARK, X.KeyRelease)
        self._display.sync()
        got: list[str] = []

        def marked() -> bool:
            while self._desk.display.pending_events():
                self._desk.manager.handle(self._desk.display.next_event())
            got.extend(self._page.do("keys")["keys"])
            return MARK in got

        wait_until(marked, what="no key arrived")
        return [each for each in got if each != MARK and not each.endswith(("_L", "_R"))]

    def lock(self, name: str) -> None:
        """Press Caps_Lock or Num_Lock."""
        self._press(name, X.KeyPress)
        self._press(name, X.KeyRelease)
        self._display.sync()

    def _press(self, name: str, kind: int) -> None:
        xtest.fake_input(self._display, kind, self._display.keysym_to_keycode(XK.string_to_keysym(name)))


@pytest.fixture(scope="module")
def keyboard() -> Iterator[Keyboard]:
    with ExitStack() as stack:
        server = stack.enter_context(Xvfb("640x360"))
        desk = Desk(server, stack)
        desk.manager.start()
        assert take_shortcuts(desk.display) > 50
        page = desk.program(Role.MEETING)
        page.open(RED)
        desk.until(lambda: desk.manager.has(Role.MEETING), "its window")
        desk.manager.arrange(Role.MEETING, Geometry(640, 360))
        person = Display(server.name)
        stack.callback(person.close)
        yield Keyboard(person, desk, page)


def named(key: str, modifiers: int) -> str:
    return "+".join([*(name for mask, name in NAMES.items() if modifiers & mask), key])


@pytest.mark.parametrize(("key", "modifiers"), SHORTCUTS, ids=str)
def test_a_shortcut_of_the_browser_stays_with_us(keyboard: Keyboard, key: str, modifiers: int) -> None:
    assert named(key, modifiers) not in keyboard.type(key, modifiers)


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        ("a", 0),
        ("Return", 0),
        ("Escape", 0),
        ("Tab", 0),
        ("Tab", SHIFT),
        ("Left", 0),
        ("BackSpace", 0),
        ("t", 0),
        ("1", 0),
        ("d", CTRL),
        ("e", CTRL),
        ("c", CTRL),
        ("v", CTRL),
        ("a", ALT),
        ("v", ALT),
        ("m", CTRL | SHIFT),
        ("h", CTRL | SHIFT),
    ],
)
def test_what_people_type_and_pages_use_themselves_arrives(keyboard: Keyboard, key: str, modifiers: int) -> None:
    assert keyboard.type(key, modifiers) == [named(key, modifiers)]


@pytest.mark.parametrize("lock", ["Caps_Lock", "Num_Lock"])
def test_a_lock_does_not_make_it_another_shortcut(keyboard: Keyboard, lock: str) -> None:
    keyboard.lock(lock)
    try:
        assert "ctrl+t" not in keyboard.type("t", CTRL)
        assert "alt+F4" not in keyboard.type("F4", ALT)
    finally:
        keyboard.lock(lock)
