"""What a picture of the screen shows, by its pixels. Pure."""

from __future__ import annotations

from pathlib import Path

import zxingcpp
from PIL import Image

BARS = ("white", "yellow", "cyan", "green", "magenta", "red", "blue", "black")
"""The colour bars of broadcasting, from left to right; vivid's first test picture."""
FULL = 1_000
"""Colours; measured: 4,300 of the home screen, 380 of the shell's "Starting"."""
PAPER = (245, 244, 240)
"""What the home screen's list lies on, in light."""
_NEAR, _DARK = 6, 130


def load(file: Path) -> Image.Image:
    """A picture in memory, in colours."""
    with Image.open(file) as image:
        return image.convert("RGB")


def is_full(image: Image.Image) -> bool:
    """Whether it is a page with text: smoothed letters have many colours, a curtain or a page that loads has few."""
    return len(image.getcolors(1 << 21) or ()) > FULL


def link(image: Image.Image) -> str:
    """What the QR code in it says; empty where there is none."""
    return next((found.text for found in zxingcpp.read_barcodes(image)), "")


def is_bars(image: Image.Image) -> bool:
    """Whether colour bars fill the width of the screen."""
    width, height = image.size
    row = [_pixel(image, (2 * bar + 1) * width // 16, height * 5 // 8) for bar in range(8)]
    return all(_named(pixel) == name for pixel, name in zip(row, BARS, strict=True))


def is_home(image: Image.Image) -> bool:
    """Whether it is the home screen, whatever the calendar says: the room's state on a dark panel at the left, in
    whichever colour, and the list on paper at the right, each from top to bottom."""
    width, height = image.size
    rows = range(height // 20, height, height // 10)
    left = [_pixel(image, width // 100, row) for row in rows]
    right = [_pixel(image, width - width // 160, row) for row in rows]
    paper = all(abs(value - wanted) <= _NEAR for pixel in right for value, wanted in zip(pixel, PAPER, strict=True))
    return is_full(image) and paper and all(sum(pixel) / 3 < _DARK for pixel in left)


def _pixel(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    pixel = image.getpixel((x, y))
    assert isinstance(pixel, tuple)
    return pixel


def _named(pixel: tuple[int, ...]) -> str:
    bright = [value > 96 for value in pixel]
    return {
        (True, True, True): "white",
        (True, True, False): "yellow",
        (False, True, True): "cyan",
        (False, True, False): "green",
        (True, False, True): "magenta",
        (True, False, False): "red",
        (False, False, True): "blue",
        (False, False, False): "black",
    }[bright[0], bright[1], bright[2]]
