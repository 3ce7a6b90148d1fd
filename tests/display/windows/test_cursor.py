"""The pointer is there while a mouse moves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from Xlib.display import Display

from display.windows import cursor as cursor_module
from display.windows.cursor import Cursor
from tests.display.waiting import until
from tests.display.xserver import Server, Xvfb


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Xvfb("640x360") as server:
        yield server


class Pointer:
    """A cursor, and the errors of a server that counts who hides it: showing one that is not hidden is one."""

    def __init__(self, display: Display) -> None:
        self.errors: list[str] = []
        display.set_error_handler(lambda error, _: self.errors.append(type(error).__name__))
        self._display = display
        self.cursor = Cursor(display)

    def hidden(self) -> bool:
        """What the server thinks. Asking changes nothing."""
        self._display.sync()
        assert self.errors == []
        self._display.screen().root.xfixes_show_cursor()
        self._display.sync()
        hidden = not self.errors
        self.errors.clear()
        if hidden:
            self._display.screen().root.xfixes_hide_cursor()
            self._display.sync()
        return hidden


def on(server: Server, test: Callable[[Pointer], Awaitable[None]]) -> None:
    async def run() -> None:
        display = Display(server.name)
        try:
            await test(Pointer(display))
        finally:
            display.close()

    asyncio.run(run())


def test_it_is_hidden_once_and_shown_once(server: Server) -> None:
    async def test(pointer: Pointer) -> None:
        assert not pointer.hidden()
        for _ in range(3):
            pointer.cursor.hide()
        assert (pointer.hidden(), pointer.cursor.shown) == (True, False)
        for _ in range(3):
            pointer.cursor.moved()
        assert (pointer.hidden(), pointer.cursor.shown) == (False, True)
        pointer.cursor.hide()
        assert pointer.hidden()

    on(server, test)


def test_it_goes_a_moment_after_the_mouse_came_to_rest(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor_module, "SHOWN_S", 0.1)

    async def test(pointer: Pointer) -> None:
        pointer.cursor.hide()
        pointer.cursor.moved()
        assert not pointer.hidden()
        await until(pointer.hidden)

    on(server, test)


def test_a_mouse_that_goes_on_moving_keeps_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor_module, "SHOWN_S", 60.0)

    async def test(pointer: Pointer) -> None:
        pointer.cursor.moved()
        first = pointer.cursor._timer
        pointer.cursor.moved()
        assert first is not None
        assert first.cancelled()
        pointer.cursor.hide()
        assert pointer.cursor._timer is None

    on(server, test)


def test_a_client_that_ends_leaves_it_shown(server: Server) -> None:
    async def hides(pointer: Pointer) -> None:
        pointer.cursor.hide()

    async def looks(pointer: Pointer) -> None:
        assert not pointer.hidden()

    on(server, hides)
    on(server, looks)
