"""Hands for the screen: what is done on the page's picture is done on the screen (XTEST)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest

LONGEST_PRESS_S = 5.0
"""Then the button is let go: a page that was closed while it was down never says so."""
MOST_ACTS = 64
_KEYS = {
    "Enter": "Return",
    "Backspace": "BackSpace",
    "Escape": "Escape",
    "Delete": "Delete",
    "Home": "Home",
    "End": "End",
    "PageUp": "Prior",
    "PageDown": "Next",
    "ArrowLeft": "Left",
    "ArrowRight": "Right",
    "ArrowUp": "Up",
    "ArrowDown": "Down",
}
"""Names of KeyboardEvent.key and X."""
_LATIN_1 = 0xFF
_UNICODE = 0x01000000


class Hands:
    """A finger and a keyboard."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._lift: asyncio.TimerHandle | None = None

    def act(self, acts: Sequence[Mapping[str, Any]]) -> bool:
        """Do them in order: {"do": "move"|"down"|"up", "x": 0…1, "y": 0…1} and {"do": "key", "key": KeyboardEvent.key}.

        False where one of them is no such thing; those before it are done.
        """
        for each in acts[:MOST_ACTS]:
            if not self._one(each):
                return False
        self._display.flush()
        return len(acts) <= MOST_ACTS

    def _one(self, act: Mapping[str, Any]) -> bool:
        kind = act.get("do")
        if kind == "key":
            return self._key(act.get("key"))
        place = self._place(act.get("x"), act.get("y"))
        if kind not in ("move", "down", "up") or place is None:
            return False
        xtest.fake_input(self._display, X.MotionNotify, x=place[0], y=place[1])
        if kind == "down":
            self._press()
        elif kind == "up":
            self._release()
        return True

    def _place(self, x: object, y: object) -> tuple[int, int] | None:
        if not isinstance(x, int | float) or not isinstance(y, int | float) or not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        screen = self._display.screen()
        return round(x * (screen.width_in_pixels - 1)), round(y * (screen.height_in_pixels - 1))

    def _press(self) -> None:
        self._release()
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._lift = asyncio.get_running_loop().call_later(LONGEST_PRESS_S, self._forgotten)

    def _release(self) -> None:
        if self._lift is not None:
            self._lift.cancel()
            self._lift = None
            xtest.fake_input(self._display, X.ButtonRelease, 1)

    def _forgotten(self) -> None:
        self._release()
        self._display.flush()

    def _key(self, key: object) -> bool:
        """Press and let go. A character this keyboard does not have is none."""
        if not isinstance(key, str) or not (key in _KEYS or len(key) == 1):
            return False
        keysym = XK.string_to_keysym(_KEYS[key]) if key in _KEYS else _keysym(key)
        shift = self._display.keysym_to_keycode(XK.XK_Shift_L)
        for code, level in self._display.keysym_to_keycodes(keysym):
            if level > 1:
                continue
            if level:
                xtest.fake_input(self._display, X.KeyPress, shift)
            xtest.fake_input(self._display, X.KeyPress, code)
            xtest.fake_input(self._display, X.KeyRelease, code)
            if level:
                xtest.fake_input(self._display, X.KeyRelease, shift)
            break
        return True


def _keysym(character: str) -> int:
    """Of a character: Latin-1 has its own numbers, the rest is Unicode's with a mark (X11 protocol, appendix A)."""
    number = ord(character)
    return number if number <= _LATIN_1 else number | _UNICODE
