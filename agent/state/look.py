"""How the screen looks: what the configuration says of it, with addresses of the images that can be used. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from agent import wire
from agent.config import Config
from agent.model.picture import Picture
from agent.texts import say

LOGO = "logo"
BACKGROUND = "background"
UNUSABLE = "look.image_unusable"


def look_of(config: Config, images: Mapping[str, Picture]) -> wire.Look:
    """The look, with the images there are. A changed image has another address."""
    display = config.display
    return wire.Look(
        theme=display.theme,
        shift=display.burn_in_shift,
        dim_from=display.dim_from or None,
        dim_until=display.dim_until or None,
        color=config.branding.color or None,
        logo=_address(LOGO, images),
        background=_address(BACKGROUND, images),
    )


def notices(unusable: Collection[str], since: datetime, language: str) -> list[wire.Notice]:
    """One for all keys whose image cannot be shown; the room works without."""
    if not unusable:
        return []
    keys = ", ".join(f"branding.{name}_file" for name in unusable)
    return [
        wire.Notice(
            code=UNUSABLE,
            severity="info",
            title=say(language, UNUSABLE),
            detail=say(language, UNUSABLE, "detail", keys=keys),
            since=wire.instant(since),
        )
    ]


def _address(name: str, images: Mapping[str, Picture]) -> str | None:
    return f"/api/v1/look/{name}?v={images[name].version}" if name in images else None
