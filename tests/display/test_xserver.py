from __future__ import annotations

from pathlib import Path

from PIL import Image
from Xlib import X, display

from tests.display.xserver import DummyXorg, Xvfb, pixel, screenshot, wait_until


def paint(shown: display.Display, colour: int) -> None:
    screen = shown.screen()
    window = screen.root.create_window(0, 0, 64, 64, 0, screen.root_depth, X.InputOutput, background_pixel=colour)
    window.map()
    shown.sync()


def test_what_a_window_shows_is_seen_on_the_screen(tmp_path: Path) -> None:
    with Xvfb("640x480") as server:
        shown = display.Display(server.name)
        paint(shown, 0x102030)
        wait_until(lambda: pixel(shown, 10, 10) == (0x10, 0x20, 0x30), within=2)
        screenshot(shown, tmp_path / "screen.png")
        shown.close()
    with Image.open(tmp_path / "screen.png") as kept:
        assert kept.size == (640, 480)
        assert kept.getpixel((10, 10)) == (0x10, 0x20, 0x30)


def test_the_dummy_driver_has_several_outputs() -> None:
    with DummyXorg() as server:
        shown = display.Display(server.name)
        found = shown.screen().root.xrandr_get_screen_resources_current()
        assert len(found.outputs) > 1
        shown.close()
