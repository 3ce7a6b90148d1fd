"""The images of the configuration, read once at the start. One that cannot be used never stops the room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from agent.config import Config
from agent.model.picture import Picture
from agent.state.look import BACKGROUND, LOGO, UNUSABLE
from agent.system.pictures import UnusablePicture, read_picture

MIB = 1024**2
LIMITS = {LOGO: 4 * MIB, BACKGROUND: 8 * MIB}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Images:
    """Those that can be shown, and the names of those that cannot."""

    usable: Mapping[str, Picture]
    unusable: tuple[str, ...]


def read_images(config: Config) -> Images:
    """Logo and background, as far as they are configured."""
    files = {LOGO: config.branding.logo_file, BACKGROUND: config.branding.background_file}
    usable: dict[str, Picture] = {}
    unusable = []
    for name, file in files.items():
        if not file:
            continue
        try:
            usable[name] = read_picture(Path(file), LIMITS[name])
        except UnusablePicture as error:
            log.warning(UNUSABLE, key=f"branding.{name}_file", path=file, reason=str(error))
            unusable.append(name)
    return Images(usable, tuple(unusable))
