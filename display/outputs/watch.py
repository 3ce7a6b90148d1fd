"""The screens, looked after: what is plugged in gets a picture, by itself and without flicker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from display.model import Connector, Geometry, Mode, Trouble
from display.outputs.plan import Layout, Plan, area, plan
from display.outputs.settle import Settle
from display.ports import Screens

log = logging.getLogger(__name__)

REFUSED = "display.mode_refused"


class OutputWatch:
    """Screens as they are now. `geometry` is the rectangle that windows fill, `troubles` what is wrong; `changed` is
    called when any of these did. The shell tells of news: `output_changed` for those of the X server, `hotplug` for the
    kernel's. Nothing here ends what runs: without a screen, the last picture stays."""

    def __init__(self, screens: Screens, changed: Callable[[], None], *, geometry: Geometry) -> None:
        self._screens = screens
        self._changed = changed
        self._settle = Settle(0.0)
        self._timer: asyncio.TimerHandle | None = None
        self._refused: list[Layout] = []
        self._offered: Mapping[str, Sequence[Mode]] = {}
        self.connectors: Sequence[Connector] = ()
        self.geometry = geometry
        self.troubles: tuple[Trouble, ...] = ()

    def start(self) -> None:
        """Look at once, and from now on. Needs the running loop."""
        self._look(probe=True)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def output_changed(self) -> None:
        """The X server told of a change."""
        self._told(kernel=False)

    def hotplug(self) -> None:
        """The kernel told of a change, or news of it were lost."""
        self._refused.clear()
        self._told(kernel=True)

    def _told(self, *, kernel: bool) -> None:
        self._settle = self._settle.told(asyncio.get_running_loop().time(), kernel=kernel)
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(self._settle.due, self._due)

    def _due(self) -> None:
        self._look(probe=self._settle.probe)

    def _look(self, *, probe: bool) -> None:
        before = self.connectors, self.geometry, self.troubles
        self._arrange(self._screens.connectors(probe=probe))
        alone = not any(each.connected for each in self.connectors)
        self._settle = Settle(asyncio.get_running_loop().time(), alone)
        self._wait()
        if before != (self.connectors, self.geometry, self.troubles):
            self._changed()

    def _arrange(self, connectors: Sequence[Connector]) -> None:
        """Do what is planned. What was refused is not tried again until the kernel has news or other screens are there:
        the server tells of each attempt too, and a screen would flicker for ever."""
        offered = {each.name: each.modes for each in connectors if each.connected}
        if offered != self._offered:
            self._offered = offered
            self._refused.clear()
        doing = plan(connectors)
        if not self._done(doing):
            doing = replace(plan(connectors, mirror=False), troubles=(Trouble(REFUSED),))
            self._done(doing)
        if doing.layout is not None:
            log.info("screens: %s", {name: str(mode) for name, (mode, _) in doing.layout.items()})
            connectors = self._screens.connectors()
        self.connectors = tuple(connectors)
        self.troubles = doing.troubles
        self.geometry = area(connectors) or self.geometry

    def _done(self, doing: Plan) -> bool:
        if doing.layout is None:
            return True
        if doing.layout in self._refused:
            return False
        if self._screens.apply(doing.layout):
            return True
        self._refused.append(doing.layout)
        return False
