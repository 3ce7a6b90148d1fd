"""Screens without an X server, for tests of whatever uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from display.model import Connector, Geometry, Mode


def modes(*sizes: tuple[int, int]) -> tuple[Mode, ...]:
    """Modes at 60 Hz."""
    return tuple(Mode(width, height, 60.0, 1000 + width) for width, height in sizes)


class FakeScreens:
    """A `Screens`. `applied` are the layouts that were asked for; `refuse` those sizes the hardware does not take;
    `stale` keeps what is plugged in from being seen until the hardware is asked."""

    def __init__(self, *connectors: Connector) -> None:
        self._connectors = {each.name: each for each in connectors}
        self._seen: dict[str, bool] = {}
        self.applied: list[dict[str, tuple[Mode, Geometry]]] = []
        self.refuse: set[tuple[int, int]] = set()
        self.stale = False
        self.probes = 0

    def connectors(self, *, probe: bool = False) -> Sequence[Connector]:
        self.probes += probe
        if probe or not self.stale:
            self._seen = {name: each.connected for name, each in self._connectors.items()}
        return [replace(each, connected=self._seen.get(name, False)) for name, each in self._connectors.items()]

    def apply(self, layout: Mapping[str, tuple[Mode, Geometry]]) -> bool:
        self.applied.append(dict(layout))
        for name, (mode, _) in layout.items():
            if name not in self._connectors or mode not in self._connectors[name].modes:
                return False
            if (mode.width, mode.height) in self.refuse:
                return False
        for name, each in self._connectors.items():
            shown = layout.get(name)
            self._connectors[name] = replace(each, mode=shown and shown[0], geometry=shown and shown[1])
        return True

    def plug(self, name: str, *sizes: tuple[int, int], screen: str = "LG TV") -> None:
        """A screen that prefers the first of these sizes."""
        found = self._connectors.get(name, Connector(name, connected=False))
        self._connectors[name] = replace(found, connected=True, modes=modes(*sizes), preferred=1, screen=screen)

    def unplug(self, name: str) -> None:
        found = self._connectors[name]
        self._connectors[name] = replace(found, connected=False, modes=(), preferred=0, screen=None)


class FakeScreenPower:
    """A `ScreenPower`."""

    def __init__(self, *, capable: bool = True) -> None:
        self._capable = capable
        self._asleep = False

    @property
    def capable(self) -> bool:
        return self._capable

    def sleep(self) -> None:
        self._asleep = True

    def wake(self) -> None:
        self._asleep = False

    def asleep(self) -> bool:
        return self._asleep
