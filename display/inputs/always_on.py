"""Sources that are always on, such as a signage player behind the screen: they do not pop up again by themselves until
they changed or somebody taps. Pure.

A source counts as always on when it has been live since the start for LONG_S, or when somebody sent its picture away
and it stayed. That is known over restarts; a source that goes away or changes its mode forgets it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

LONG_S = 600.0
START_S = 30.0
"""After a start, so long may a source take to come: its device has no EDID before, and it may boot as well."""

Mode = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Habit:
    """What a source has been like since `started`. `mode`: the size of its steady picture, None without one; `quiet`:
    the mode that does not pop up; `pops_up`: whether its present picture comes to the front by itself."""

    started: float
    quiet: Mode | None = None
    mode: Mode | None = None
    from_start: bool = True
    pops_up: bool = False

    def due(self) -> float | None:
        """When time alone teaches something."""
        learns = self.from_start and self.mode is not None and self.quiet is None
        return self.started + LONG_S if learns else None

    def see(self, mode: Mode | None, now: float) -> Habit:
        """Its steady picture is this, or there is none."""
        if mode == self.mode:
            long = self.from_start and mode is not None and now - self.started >= LONG_S
            return replace(self, quiet=mode) if long and self.quiet is None else self
        if self.from_start and self.mode is None and now - self.started <= START_S and mode == self.quiet:
            return replace(self, mode=mode)
        first = self.from_start and self.mode is None and now - self.started <= START_S
        return replace(self, mode=mode, quiet=None, from_start=first, pops_up=mode is not None)

    def dismissed(self) -> Habit:
        """Somebody sent its picture away."""
        return replace(self, quiet=self.mode, pops_up=False)

    def tapped(self) -> Habit:
        """Somebody wants to see it."""
        return replace(self, quiet=None, pops_up=self.mode is not None)
