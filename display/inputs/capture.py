"""What a grabber is asked for. Pure.

MJPG wherever it is offered: 1080p comes at 30 pictures a second that way, uncompressed over USB 2 at 5.
"""

from __future__ import annotations

from collections.abc import Mapping

Size = tuple[int, int]
Options = tuple[tuple[str, str], ...]

FULL: Size = (1920, 1080)
SMALL: Size = (640, 480)
RATE, SLOW_RATE = 30, 5


def shown(formats: Mapping[str, tuple[Size, ...]]) -> tuple[Options, Size]:
    """The options of a player and the size it gets: the largest up to 1080p. `formats`: sizes by pixel format, empty
    where the device does not say."""
    fitting = [size for size in _sizes(formats) if size[0] <= FULL[0] and size[1] <= FULL[1]]
    size = max(fitting, default=FULL, key=_area)
    return _options(formats, size, RATE), size


def watched(formats: Mapping[str, tuple[Size, ...]]) -> Options:
    """The options of the thumbnail reader: the smallest size that still shows something."""
    size = min((size for size in _sizes(formats) if size[0] >= 320), default=SMALL, key=_area)
    return _options(formats, size, SLOW_RATE)


def _sizes(formats: Mapping[str, tuple[Size, ...]]) -> tuple[Size, ...]:
    return formats.get("MJPG") or next((sizes for sizes in formats.values() if sizes), ())


def _options(formats: Mapping[str, tuple[Size, ...]], size: Size, rate: int) -> Options:
    compressed = (("input_format", "mjpeg"),) if "MJPG" in formats or not formats else ()
    return (*compressed, ("video_size", f"{size[0]}x{size[1]}"), ("framerate", str(rate)))


def _area(size: Size) -> int:
    return size[0] * size[1]
