"""Black pictures, as FFmpeg's blackdetect tells of them in a filter's metadata. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress


def is_black(metadata: object) -> bool:
    """Whether the picture is black now: times of the last black picture's start and end, in seconds of the stream; an
    older end may still be there when the next one starts."""
    start, end = _time(metadata, "lavfi.black_start"), _time(metadata, "lavfi.black_end")
    return start is not None and (end is None or start > end)


def _time(metadata: object, name: str) -> float | None:
    if isinstance(metadata, Mapping):
        with suppress(TypeError, ValueError):
            return float(metadata.get(name))  # type: ignore[arg-type]
    return None
