"""Pictures of everything the display draws by itself: `python -m tests.gallery.overlay FOLDER [LANGUAGE …]`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image

from display.model import Geometry
from display.overlay.corners import rounded
from display.overlay.draw import corner_radius, paint
from display.overlay.state import (
    ContentBar,
    HomeBar,
    MeetingBar,
    NoPicture,
    Offer,
    Opening,
    OverlayState,
    Protected,
    Reset,
    ResetQuestion,
    SafePage,
    ScreenLost,
    Starting,
    Unsupported,
)
from display.overlay.typeset import Typesetter
from display.overlay.views import layouts
from display.texts import right_to_left

SCREENS = {
    "720p": Geometry(1280, 720),
    "1080p": Geometry(1920, 1080),
    "4k": Geometry(3840, 2160),
    "portrait": Geometry(1080, 1920),
}
STATES: Mapping[str, OverlayState] = {
    "meeting": OverlayState(bar=MeetingBar(provider_name="Microsoft Teams", volume=64, content="HDMI")),
    "meeting-quiet": OverlayState(bar=MeetingBar(provider_name="Zoom")),
    "content": OverlayState(bar=ContentBar(label="HDMI", in_meeting=True, volume=30, black=True)),
    "content-alone": OverlayState(bar=ContentBar(label="HDMI", volume=100)),
    "home": OverlayState(bar=HomeBar(provider_name="Zoom"), offer=Offer(label="HDMI")),
    "opening": OverlayState(message=Opening(provider_name="Zoom")),
    "unsupported": OverlayState(message=Unsupported(label="HDMI", width=4096, height=2160)),
    "no-picture": OverlayState(message=NoPicture(label="HDMI")),
    "protected": OverlayState(message=Protected(label="HDMI")),
    "screen-lost": OverlayState(message=ScreenLost(label="HDMI-2"), bar=MeetingBar(), bar_on_top=True),
    "starting": OverlayState(message=Starting(room_name="San Jose")),
    "safe": OverlayState(message=SafePage(room_name="San Jose", time="10:09 AM")),
    "safe-trouble": OverlayState(message=SafePage(room_name="San Jose", time="10:09 AM", code="home.no_paint")),
    "reset": OverlayState(message=Reset(seconds=5)),
    "reset-question": OverlayState(message=ResetQuestion()),
}


def drawn(state: OverlayState, screen: Geometry, language: str, ground: Image.Image | None = None) -> Image.Image:
    """A state over `ground`, as its windows would stand there."""
    setter = Typesetter(language, rtl=right_to_left(language))
    image = ground.resize((screen.width, screen.height)) if ground else Image.new("RGB", (screen.width, screen.height))
    for layout in layouts(state, screen, language, setter.width):
        mask = Image.new("1", (layout.box.width, layout.box.height))
        for x, y, width, height in rounded(layout.box.width, layout.box.height, corner_radius(layout)):
            mask.paste(1, (x, y, x + width, y + height))
        image.paste(paint(layout, setter), (layout.box.x, layout.box.y), mask)
    return image


def pictures(languages: list[str]) -> Iterator[tuple[str, Image.Image]]:
    """All states on all screens, by file name."""
    home = Image.open(Path(__file__).parents[2] / "docs" / "home.webp").convert("RGB")
    for language in languages:
        for size, screen in SCREENS.items():
            for name, state in STATES.items():
                yield f"{language}-{size}-{name}.png", drawn(state, screen, language, home)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in pictures(sys.argv[2:] or ["en", "de", "ar", "ja", "zh"]):
        image.save(folder / name)
