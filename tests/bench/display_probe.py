"""What every benchmark of the display has: an eye on the screen, and the words for what it saw."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from Xlib import X
from Xlib.display import Display

from tests.display.system.box import SPOT
from tests.display.xserver import pixel

LOOK_S = 0.000_3
"""Between two looks. One takes 0.04 ms, so that looking costs an eighth of a core and half of that in the X server."""
LONGEST_S = 20.0
NEAR_WHITE = 0xE0
BLACK = (0, 0, 0)

Color = tuple[int, int, int]


@dataclass
class Eye:
    """Looks at a row of the screen that no bar covers, from the left edge to the right one. `white`: how many looks
    found something near white, `looks` how many there were."""

    display: Display
    looks: int = 0
    white: int = 0

    def row(self) -> frozenset[Color]:
        """The colours of the row's pixels."""
        width = self.display.screen().width_in_pixels
        data = self.display.screen().root.get_image(0, SPOT[1], width, 1, X.ZPixmap, 0xFFFFFFFF).data
        colors = frozenset(_color(pixel) for pixel in set(memoryview(data).cast("I")))
        self.looks += 1
        self.white += any(min(color) >= NEAR_WHITE for color in colors)
        return colors

    def point(self) -> Color:
        """The pixel at SPOT."""
        return pixel(self.display, *SPOT)

    def until(self, seen: Callable[[], bool], begun: float) -> float:
        """Seconds from `begun` (perf_counter) until `seen`."""
        while not seen():
            if time.perf_counter() - begun > LONGEST_S:
                raise TimeoutError(f"the screen shows {self.point()} after {LONGEST_S} s")
            time.sleep(LOOK_S)
        return time.perf_counter() - begun

    def until_color(self, color: Color, begun: float) -> float:
        """Until the point has this colour."""
        return self.until(lambda: self.point() == color, begun)

    def until_picture(self, before: Color, begun: float) -> float:
        """Until the point is neither what it was nor black: a player's picture."""
        return self.until(lambda: self.point() not in (before, BLACK), begun)

    def until_filled(self, color: Color, begun: float) -> float:
        """Until the whole row has this colour."""
        return self.until(lambda: self.row() == {color}, begun)

    def rest(self, seconds: float) -> None:
        """Look on for so long."""
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            self.row()
            time.sleep(LOOK_S)


def _color(pixel: int) -> Color:
    """Red, green and blue of a pixel of 32 bits, as this machine's server has them."""
    return pixel >> 16 & 0xFF, pixel >> 8 & 0xFF, pixel & 0xFF


def p95(seconds: Sequence[float]) -> float:
    """The value that 95 % do not exceed; of few, the largest."""
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.95))]


def in_ms(seconds: Sequence[float]) -> str:
    """Median, 95th percentile and how many."""
    return f"{statistics.median(seconds) * 1e3:.0f} ms, p95 {p95(seconds) * 1e3:.0f} ms, n = {len(seconds)}"
