"""Whether one key is down, and the keyboard for as long as a question is on the screen."""

from __future__ import annotations

from Xlib import XK, X
from Xlib.display import Display
from Xlib.protocol.rq import Event

_YES, _NO = ("Return", "KP_Enter"), ("Escape",)


class HeldKey:
    """Looks at this key alone, and only when asked: what people type is none of our business."""

    def __init__(self, display: Display, name: str) -> None:
        self._display = display
        self._codes = self._codes_of((name,))
        self._yes, self._no = self._codes_of(_YES), self._codes_of(_NO)

    def down(self) -> bool:
        """Whether it is down now."""
        if not self._codes:
            return False
        pressed = self._display.query_keymap()
        return any(pressed[code // 8] >> code % 8 & 1 for code in self._codes)

    def take_keyboard(self) -> None:
        """From now on keys come to us and to no page: Enter must not press a button there."""
        root = self._display.screen().root
        root.grab_keyboard(False, X.GrabModeAsync, X.GrabModeAsync, X.CurrentTime)
        self._display.flush()

    def give_keyboard(self) -> None:
        """As it was before."""
        self._display.ungrab_keyboard(X.CurrentTime)
        self._display.flush()

    def answer(self, event: Event) -> bool | None:
        """What a KeyPress says to the question: yes, no, or neither."""
        if event.type != X.KeyPress:
            return None
        return True if event.detail in self._yes else False if event.detail in self._no else None

    def _codes_of(self, names: tuple[str, ...]) -> frozenset[int]:
        found = (self._display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names)
        return frozenset(code for code in found if code)
