"""Screens by the X server's RandR extension, 1.5. https://www.x.org/releases/current/doc/randrproto/randrproto.txt"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from Xlib import X
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import randr

from display.model import Connector, Geometry, Mode
from display.outputs.edid import identify
from display.outputs.steps import Step, crtcs, extent, usable

log = logging.getLogger(__name__)

_CONNECTED = 0
_MM_PER_INCH, _DPI = 25.4, 96
_EDID_WORDS = 256
"""As many as 8 blocks have."""

EVENTS = randr.RRScreenChangeNotifyMask | randr.RRCrtcChangeNotifyMask | randr.RROutputChangeNotifyMask


class RandrScreens:
    """A `Screens`. The display is the caller's, who reads its events; `EVENTS` come to its root window."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._edid = display.intern_atom("EDID")
        display.xrandr_query_version()
        self._root.xrandr_select_input(EVENTS)

    def connectors(self, *, probe: bool = False) -> Sequence[Connector]:
        """All sockets, in the server's order; those that vanish while they are asked are left out."""
        found = self._resources(probe=probe)
        modes = {each.id: mode for each in found.modes if (mode := usable(each)) is not None}
        primary = self._root.xrandr_get_output_primary().output
        connectors = []
        for output in found.outputs:
            try:
                connectors.append(self._connector(output, found.config_timestamp, modes, primary))
            except XError as error:
                log.info("a screen's socket is gone: %s", type(error).__name__)
        return connectors

    def apply(self, layout: Mapping[str, tuple[Mode, Geometry]]) -> bool:
        """Enable exactly these. What cannot be is refused before anything is touched; where the server refuses it after
        all, what was shown is shown again."""
        before = {each.name: (each.mode, each.geometry) for each in self.connectors() if each.mode and each.geometry}
        with self._grabbed():
            steps, back = self._steps(layout), self._steps(before)
            if not steps:
                return False
            done = self._take(steps)
            if not done and back:
                self._take(back)
        return done

    def _steps(self, layout: Mapping[str, tuple[Mode, Geometry]]) -> list[Step]:
        """What is to be done for a layout; nothing where it cannot be."""
        found = self._resources(probe=False)
        told = {each: self._info(each, found.config_timestamp) for each in found.outputs}
        infos = {output: info for output, info in told.items() if info is not None and info.name in layout}
        chosen = crtcs(infos)
        steps = [Step(output, chosen.get(output, 0), *layout[info.name]) for output, info in infos.items()]
        possible = all(step.crtc and step.mode.id in infos[step.output].modes for step in steps)
        limits = self._root.xrandr_get_screen_size_range()
        width, height = extent(steps)
        possible = possible and limits.min_width <= width <= limits.max_width
        possible = possible and limits.min_height <= height <= limits.max_height
        return steps if possible and len(steps) == len(layout) else []

    def _info(self, output: int, stamp: int) -> Any:
        """What the server says of a socket; None where that is gone meanwhile, as those of docks may be."""
        try:
            return self._display.xrandr_get_output_info(output, stamp)
        except XError:
            return None

    def _take(self, steps: Sequence[Step]) -> bool:
        """Everything off, the screen's size, everything on: a CRTC may never be larger than the screen."""
        found = self._resources(probe=False)
        size = extent(steps)
        try:
            for crtc in found.crtcs:
                if self._display.xrandr_get_crtc_info(crtc, found.config_timestamp).mode:
                    self._set(found, crtc, Geometry(0, 0), 0, [])
            self._root.xrandr_set_screen_size(*size, *(round(each / _DPI * _MM_PER_INCH) for each in size))
            return all(self._set(found, each.crtc, each.place, each.mode.id, [each.output]) for each in steps)
        except XError as error:
            log.warning("the X server refused a picture: %s", type(error).__name__)
            return False

    def _set(self, found: Any, crtc: int, place: Geometry, mode: int, outputs: list[int]) -> bool:
        answer = self._display.xrandr_set_crtc_config(
            crtc, found.config_timestamp, place.x, place.y, mode, randr.Rotate_0, outputs
        )
        return bool(answer.status == randr.SetConfigSuccess)

    @contextmanager
    def _grabbed(self) -> Iterator[None]:
        """No other client sees what is between."""
        self._display.grab_server()
        try:
            yield
        finally:
            self._display.ungrab_server()
            self._display.sync()

    def _resources(self, *, probe: bool) -> Any:
        return self._root.xrandr_get_screen_resources() if probe else self._root.xrandr_get_screen_resources_current()

    def _connector(self, output: int, stamp: int, modes: Mapping[int, Mode], primary: int) -> Connector:
        info = self._display.xrandr_get_output_info(output, stamp)
        mode = geometry = None
        if info.crtc:
            crtc = self._display.xrandr_get_crtc_info(info.crtc, stamp)
            mode = modes.get(crtc.mode)
            geometry = Geometry(crtc.width, crtc.height, crtc.x, crtc.y) if mode is not None else None
        connected = info.connection == _CONNECTED
        return Connector(
            name=info.name,
            connected=connected,
            mode=mode,
            geometry=geometry,
            modes=tuple(modes[each] for each in info.modes if each in modes),
            preferred=sum(each in modes for each in info.modes[: info.num_preferred]),
            screen=self._screen(output) if connected else None,
            primary=output == primary,
            id=output,
        )

    def _screen(self, output: int) -> str | None:
        answer = self._display.xrandr_get_output_property(output, self._edid, X.AnyPropertyType, 0, _EDID_WORDS)
        found = identify(bytes(answer.value))
        return found.label if found is not None else None
