"""Where the shell meets hardware, and what stands in for it in demonstrations and tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from agent.wire import DisplayConfig
from display.app.start import Options
from display.clock import uptime
from display.model import Source

OpenSource = Callable[[str], Source | None]
STARTED = "ROOM_DISPLAY_STARTED"
"""How many seconds ago the machine is to have been switched on, when the shell starts."""
PICTURE = "ROOM_DISPLAY_PICTURE"
"""A picture that every input shows instead of its device's own: mocked devices have none a player could open."""


@dataclass(frozen=True, slots=True)
class Seams:
    """`inputs`: arguments of InputWatch that replace its own; `works`: what runs beside it; `picture`: what a player is
    given; `configured`: the inputs there are; `uptime`: seconds since power-on."""

    inputs: Mapping[str, Any] = field(default_factory=dict)
    works: Callable[[], Mapping[str, Coroutine[Any, Any, None]]] = dict
    picture: Callable[[OpenSource], OpenSource] = lambda source: source
    configured: Callable[[DisplayConfig], DisplayConfig] = lambda config: config
    uptime: Callable[[], float] = uptime


def seams_of(options: Options) -> Seams:
    """The box's own hardware, unless the options or the environment say otherwise."""
    seams, started = _devices(options), os.environ.get(STARTED)
    return replace(seams, uptime=partial(_since, uptime() - float(started))) if started else seams


def _devices(options: Options) -> Seams:
    if options.simulator:
        from display.inputs.simulated import Simulation

        simulation = Simulation(Path(options.simulator))
        return Seams(
            {"udev": simulation.udev, "probe": simulation.probe, "driver_for": simulation.driver_for},
            lambda: {"simulation": simulation.run()},
            configured=lambda config: replace(config, inputs=simulation.configured(config.inputs)),
        )
    url = os.environ.get(PICTURE)
    return Seams(picture=lambda source: _instead(source, url)) if url else Seams()


def _since(start: float) -> float:
    return uptime() - start


def _instead(source: OpenSource, url: str) -> OpenSource:
    def opened(name: str) -> Source | None:
        found = source(name)
        return replace(found, url=url, options=(), audio=None) if found is not None else None

    return opened
