"""Home screen and meeting, each in a Chromium of its own: from a wish to the other one's pixels."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from Xlib import X

from agent.wire import Home
from display.model import Geometry
from display.overlay.overlays import GUARD_S
from display.overlay.state import Action, HomeBar, OverlayState
from display.overlay.typeset import Typesetter
from display.overlay.views import layouts
from tests.bench.display_probe import Eye
from tests.display.system.box import HOME, MEETING, Box

REST_S = GUARD_S + 0.7
SCREEN = Geometry(1280, 720)


@dataclass
class Switched:
    """Seconds of each switch until the whole row has changed, and how often something white was seen meanwhile."""

    home: list[float] = field(default_factory=list)
    back: list[float] = field(default_factory=list)
    looks: int = 0
    white: int = 0


def switches(box: Box, times: int) -> Switched:
    """To the home screen by the core's order, back to the meeting by a touch of the bar."""
    box.in_meeting()
    found = Switched()
    for count in range(times + 1):
        eye = Eye(box.display)
        time.sleep(REST_S)
        begun = time.perf_counter()
        box.core.order("home", Home(order_id=f"switch-{count}"))
        home = eye.until_filled(HOME, begun)
        eye.rest(REST_S)
        place = _way_back(box)
        begun = time.perf_counter()
        box.touch(*place)
        back = eye.until_filled(MEETING, begun)
        eye.rest(0.1)
        if count:
            found.home.append(home)
            found.back.append(back)
        found.looks += eye.looks
        found.white += eye.white
    box.join("/left")
    box.reports(meeting="none", screen="home")
    return found


def joins(box: Box, times: int) -> list[float]:
    """From the order to the page's pixels, with a browser that was prepared; the first one left out. Each page ends its
    meeting itself a moment later."""
    eye, taken = Eye(box.display), []
    for _ in range(times + 1):
        box.has_windows("meeting")
        time.sleep(REST_S)
        begun = time.perf_counter()
        box.join("/closing")
        taken.append(eye.until_color(MEETING, begun))
        box.shows(HOME)
        box.reported(_browser_gone, "without the meeting's browser")
    return taken[1:]


def _browser_gone(told: Mapping[str, Any]) -> bool:
    return told["meeting"] == "none" and all(each["role"] != "meeting" for each in told["windows"])


def _way_back(box: Box) -> tuple[int, int]:
    """Where the bar over the home screen has its button for that: it stands at the edge that was not touched."""
    width = Typesetter("en", rtl=False).width
    there = {
        (place.x, place.y)
        for window in box.display.screen().root.query_tree().children
        if window.get_attributes().map_state == X.IsViewable
        for place in [window.get_geometry()]
    }
    for on_top in (False, True):
        state = OverlayState(bar=HomeBar(provider_name="Zoom"), bar_on_top=on_top)
        (bar,) = layouts(state, SCREEN, "en", width)
        if (bar.box.x, bar.box.y) in there:
            button = next(part.box for part in bar.parts if part.action is Action.BACK)
            return button.x + button.width // 2, button.y + button.height // 2
    raise LookupError("no bar stands over the home screen")
