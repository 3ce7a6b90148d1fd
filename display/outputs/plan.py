"""Which screen shows what. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from display.model import Connector, Geometry, Mode, Trouble

Layout = dict[str, tuple[Mode, Geometry]]

NO_OUTPUT = Trouble("display.no_output")
_SMALLEST = (640, 480)
"""A common picture below this is no picture of a meeting room: then the first screen alone has one."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done. `layout`: the screens to enable, with mode and place; None where nothing is to be changed."""

    layout: Layout | None
    troubles: tuple[Trouble, ...] = ()


def plan(connectors: Sequence[Connector], *, mirror: bool = True) -> Plan:
    """What these screens shall show. One: what it prefers. Several: the same on all, at the best size all of them have,
    else (or without `mirror`) the first one alone. None: what was last shown stays, so that whatever runs goes on, and
    a screen that comes back finds its picture."""
    screens = [each for each in connectors if each.connected and each.modes]
    if not screens:
        return Plan(None, (NO_OUTPUT,))
    wanted = _mirrored(screens) if mirror and len(screens) > 1 else {}
    if not wanted:
        first = _first(screens)
        wanted = {first.name: best(first)}
    layout = {name: (mode, Geometry(mode.width, mode.height)) for name, mode in wanted.items()}
    return Plan(None if _is_so(connectors, layout) else layout)


def area(connectors: Sequence[Connector]) -> Geometry | None:
    """The rectangle that people see, or would if the screen were there; None while nothing is enabled."""
    enabled = sorted(connectors, key=lambda each: not each.connected)
    return next((each.geometry for each in enabled if each.geometry is not None), None)


def best(screen: Connector) -> Mode:
    """The mode a screen prefers; of one that does not say, its largest and then fastest."""
    return screen.modes[0] if screen.preferred else max(screen.modes, key=_rank)


def _first(screens: Sequence[Connector]) -> Connector:
    return next((each for each in screens if each.primary), screens[0])


def _mirrored(screens: Sequence[Connector]) -> dict[str, Mode]:
    """The largest size that all screens have, each at the rate it likes best; empty where there is none."""
    common = set.intersection(*({(mode.width, mode.height) for mode in each.modes} for each in screens))
    fitting = [
        size for size in common if size[0] >= _SMALLEST[0] and size[1] >= _SMALLEST[1] and _within(size, screens)
    ]
    if not fitting:
        return {}
    size = max(fitting, key=lambda each: each[0] * each[1])
    return {each.name: _at(each, size) for each in screens}


def _within(size: tuple[int, int], screens: Sequence[Connector]) -> bool:
    """No more than each screen prefers: what is beyond, a screen takes in and scales down."""
    limits = [best(each) for each in screens if each.preferred]
    return all(size[0] <= each.width and size[1] <= each.height for each in limits)


def _at(screen: Connector, size: tuple[int, int]) -> Mode:
    liked = best(screen)
    if (liked.width, liked.height) == size:
        return liked
    return max((mode for mode in screen.modes if (mode.width, mode.height) == size), key=_rank)


def _rank(mode: Mode) -> tuple[int, bool, float]:
    """Larger is better, and of one size the fastest up to 60 Hz, which is what cables and pages are made for."""
    return mode.width * mode.height, mode.refresh <= 60.5, mode.refresh


def _is_so(connectors: Sequence[Connector], layout: Layout) -> bool:
    """Whether the screens show this already: then nothing is touched, and nothing flickers."""
    now = {each.name: (_shape(each.mode), each.geometry) for each in connectors if each.mode is not None}
    return now == {name: (_shape(mode), geometry) for name, (mode, geometry) in layout.items()}


def _shape(mode: Mode) -> tuple[int, int, int]:
    """A mode without its id: one picture may have several."""
    return mode.width, mode.height, round(mode.refresh)
