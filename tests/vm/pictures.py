"""What a picture of the screen shows, by its pixels. Pure."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageStat

BARS = ("white", "yellow", "cyan", "green", "magenta", "red", "blue", "black")
"""The colour bars of broadcasting, from left to right; vivid's first test picture."""
FULL = 1_000
"""Colours; measured: 4,300 of the home screen, 380 of the shell's "Starting"."""
_SMALL = (64, 40)
ALIKE = 14.0
"""Two pictures of one screen at two times of the day differ by less, of 255; those of two screens by more."""


def load(file: Path) -> Image.Image:
    """A picture in memory, in colours."""
    with Image.open(file) as image:
        return image.convert("RGB")


def is_dark(image: Image.Image) -> bool:
    """Whether nothing is to be seen: a screen that is black, or has a text cursor at most."""
    return float(ImageStat.Stat(image.convert("L")).mean[0]) < 3.0


def is_full(image: Image.Image) -> bool:
    """Whether it is a page with text: smoothed letters have many colours, a curtain or a page that loads has few."""
    return len(image.getcolors(1 << 21) or ()) > FULL


def is_bars(image: Image.Image) -> bool:
    """Whether colour bars fill the width of the screen."""
    width, height = image.size
    row = [image.getpixel(((2 * bar + 1) * width // 16, height * 5 // 8)) for bar in range(8)]
    return all(_named(pixel) == name for pixel, name in zip(row, BARS, strict=True))


def difference(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures differ: the mean over small copies, 0 to 255. Of two sizes: 255."""
    if one.size != other.size:
        return 255.0
    small = [image.resize(_SMALL, Image.Resampling.BOX).tobytes() for image in (one, other)]
    total: int = sum(abs(left - right) for left, right in zip(*small, strict=True))
    return total / len(small[0])


def _named(pixel: object) -> str:
    assert isinstance(pixel, tuple)
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
