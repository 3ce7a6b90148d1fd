"""Keys that browsers act on and nobody in a meeting room needs: taken by the window manager, so that no page, no error
page and no dialog can leave the kiosk with them."""

from __future__ import annotations

from Xlib import XK, X
from Xlib.display import Display

CTRL, SHIFT, ALT = X.ControlMask, X.ShiftMask, X.Mod1Mask
_LOCKS = (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask)
"""Caps lock and num lock do not make it another shortcut."""

SHORTCUTS: tuple[tuple[str, int], ...] = (
    *((key, 0) for key in ("F1", "F3", "F6", "F7", "F10", "F11", "F12")),
    *((key, CTRL) for key in ("n", "t", "w", "o", "p", "s", "h", "j", "u", "l", "k", "g", "f", "r", "Tab", "F4", "F5")),
    *((key, CTRL) for key in ("plus", "equal", "minus", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9")),
    *((key, CTRL | SHIFT) for key in ("n", "t", "w", "i", "j", "c", "o", "b", "a", "p", "r", "Tab", "Delete")),
    *((key, ALT) for key in ("F4", "Left", "Right", "Home", "space", "d", "e", "f", "Tab")),
    ("Escape", SHIFT),
    ("F5", 0),
    ("F5", SHIFT),
)
"""Without those that conference pages use themselves, such as Ctrl+D, Ctrl+E, Alt+A, Ctrl+Shift+M."""


def take_shortcuts(display: Display) -> int:
    """Take them all; what comes of them is dropped. Returns how many this keyboard has."""
    root = display.screen().root
    taken = 0
    for name, modifiers in SHORTCUTS:
        code = display.keysym_to_keycode(XK.string_to_keysym(name))
        if code:
            taken += 1
            for lock in _LOCKS:
                root.grab_key(code, modifiers | lock, True, X.GrabModeAsync, X.GrabModeAsync)
    display.flush()
    return taken
