"""What a drawn laptop sends: libavfilter graphs for the player. Pure.

A graph makes pictures as fast as they are taken, and our player takes them without waiting for their time; so each one
ends with `realtime`, which holds it to its own clock (ffmpeg-filters(1)).
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

_WIDTH, _HEIGHT, _RATE = 1280, 720, 15
_SLIDE_S, _SLIDES = 4, 3
_PAPER, _INK, _MUTED, _BLUE, _GREEN, _SAND = "0xF7F5F0", "0x131820", "0x55606F", "0x2A55CC", "0x10664F", "0xD08A12"
_COLOURS = (_BLUE, _GREEN, _SAND)
_BARS = ((170, _BLUE), (260, _BLUE), (220, _BLUE), (350, _GREEN))
_LESSONS = ("One cable is enough", "Nobody looks for the remote", "The room knows when it is free")


class Picture(StrEnum):
    """What is on the laptop's screen."""

    SLIDES = "slides"
    BARS = "bars"
    BLACK = "black"


def address(picture: Picture, width: int, height: int) -> str:
    """What a player opens to see it in this size."""
    if picture is Picture.BLACK:
        graph = f"color=c=black:s={width}x{height}:r={_RATE}"
    elif picture is Picture.BARS:
        graph = f"testsrc2=s={width}x{height}:r=30"
    else:
        graph = _slides() + ("" if (width, height) == (_WIDTH, _HEIGHT) else f",scale={width}:{height}")
    return f"av://lavfi:{graph},realtime"


def _slides() -> str:
    """Three slides in a loop, and under each how long it stays."""
    page = ",".join(
        (
            f"color=c={_PAPER}:s={_WIDTH}x{_HEIGHT}:r={_RATE}",
            _box(0, 0, "16", "ih", _BLUE),
            *_chart(_during(0)),
            *_lessons(_during(1)),
            *_end(_during(2)),
        )
    )
    strip = f"color=c={_SAND}:s={_WIDTH}x10:r={_RATE}"
    return f"{page}[page];{strip}[strip];[page][strip]overlay=x='-w+w*mod(t,{_SLIDE_S})/{_SLIDE_S}':y=H-10"


def _chart(during: str) -> Iterator[str]:
    yield _text("Q3 in four bars", 96, 84, 68, _INK, during)
    yield _text("Guests per month, thousands", 100, 176, 30, _MUTED, during)
    for place, (height, colour) in enumerate(_BARS):
        yield _box(110 + place * 270, 640 - height, "190", str(height), colour, during)


def _lessons(during: str) -> Iterator[str]:
    yield _text("Three things we learned", 96, 84, 68, _INK, during)
    for place, (lesson, colour) in enumerate(zip(_LESSONS, _COLOURS, strict=True)):
        yield _box(104, 262 + place * 120, "28", "28", colour, during)
        yield _text(lesson, 168, 250 + place * 120, 46, _INK, during)


def _end(during: str) -> Iterator[str]:
    yield _box(0, 0, "iw", "ih", _BLUE, during)
    yield _text("Thank you", 96, 270, 110, "white", during)
    yield _text("Questions?", 102, 420, 44, "0xDDE6FF", during)


def _during(slide: int) -> str:
    return f":enable='eq(mod(floor(t/{_SLIDE_S}),{_SLIDES}),{slide})'"


def _box(x: int, y: int, width: str, height: str, colour: str, during: str = "") -> str:
    return f"drawbox=x={x}:y={y}:w={width}:h={height}:color={colour}:t=fill{during}"


def _text(words: str, x: int, y: int, size: int, colour: str, during: str) -> str:
    return f"drawtext=text='{words}':x={x}:y={y}:fontsize={size}:fontcolor={colour}{during}"
