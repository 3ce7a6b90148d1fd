"""From a plugged-in laptop to its picture's pixels, and from the pulled cable to the home screen's."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from display.debounce import LINGER_S
from tests.bench.display_probe import Eye
from tests.display.system.box import HOME, Box
from tests.display.umockdev.testbed import Testbed

REST_S = 0.2


@dataclass
class Plugged:
    """Seconds: `shown` from the plug to the picture, `left` from the pulled cable to the home screen, without the time
    a picture lingers."""

    shown: list[float] = field(default_factory=list)
    left: list[float] = field(default_factory=list)


def over_cables(box: Box, times: int) -> Plugged:
    """With drawn cables, which tell of a change."""
    return _plugged(box, lambda signal: box.cables.set(hdmi=signal), times)


def over_bridge(box: Box, bed: Testbed, times: int) -> Plugged:
    """With a mocked bridge, which does not: it is asked now and then."""
    return _plugged(box, lambda signal: bed.set("video0", signal=signal), times)


def _plugged(box: Box, cable: Callable[[str], object], times: int) -> Plugged:
    """The first one, which loads the player's codecs, left out."""
    eye, found = Eye(box.display), Plugged()
    for count in range(times + 1):
        begun = time.perf_counter()
        cable("live")
        shown = eye.until_picture(HOME, begun)
        time.sleep(REST_S + 0.013 * (count % 12))  # at every phase of whoever looks regularly
        begun = time.perf_counter()
        cable("no_cable")
        left = eye.until_color(HOME, begun) - LINGER_S
        time.sleep(REST_S + 0.013 * (count % 12))
        if count:
            found.shown.append(shown)
            found.left.append(left)
    return found
