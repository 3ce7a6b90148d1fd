"""The key at the box, from the press to what the core is told."""

from __future__ import annotations

from pathlib import Path

from Xlib import XK, X
from Xlib.ext import xtest

from display.app.seams import STARTED
from display.overlay.state import Action, OverlayState, ResetQuestion
from display.shell.reset import KEY
from tests.display.system.box import HOME, a_box
from tests.display.xserver import wait_until

ASKED = OverlayState(message=ResetQuestion())


def test_a_key_held_at_power_on_and_a_touch_begin_a_new_set_up(tmp_path: Path) -> None:
    with a_box(tmp_path, environment={STARTED: "0"}, up=False) as box:
        code = box.display.keysym_to_keycode(XK.string_to_keysym(KEY))
        xtest.fake_input(box.display, X.KeyPress, code)
        box.display.sync()
        box.shows(HOME, within=20)
        box.overlaid(ASKED, HOME)
        xtest.fake_input(box.display, X.KeyRelease, code)
        box.display.sync()

        box.press(ASKED, Action.RESET)

        wait_until(lambda: box.core.resets == 1, what="the core was not told")
        box.overlaid(ASKED, HOME, there=False)
