"""Image files, read whole within a limit."""

from __future__ import annotations

import stat
from pathlib import Path

from agent.model.picture import Picture, picture


class UnusablePicture(Exception):
    """Why a file is no image for the screen, in a few words."""


def read_picture(path: Path, limit: int) -> Picture:
    """The image in a file of at most `limit` bytes. Raises UnusablePicture. Never waits for a pipe or a device."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UnusablePicture("not a file")
        with path.open("rb") as file:
            content = file.read(limit + 1)
    except OSError as error:
        raise UnusablePicture(error.strerror or type(error).__name__) from error
    if len(content) > limit:
        raise UnusablePicture(f"larger than {limit // 1024**2} MiB")
    found = picture(content)
    if found is None:
        raise UnusablePicture("not a PNG, JPEG, WebP or SVG")
    return found
