"""How far something has slid in. Pure, time is given."""

from __future__ import annotations

from dataclasses import dataclass

SLIDE_S = 0.18
FRAME_S = 1 / 50


@dataclass(frozen=True, slots=True)
class Slide:
    """A way from one place (0 outside the screen, 1 in its place) to another, begun at `since`."""

    start: float
    end: float
    since: float

    def at(self, now: float) -> float:
        """How far in it is: fast first, then slower."""
        gone = min(max((now - self.since) / SLIDE_S, 0.0), 1.0)
        return self.start + (self.end - self.start) * (1 - (1 - gone) ** 3)

    def over(self, now: float) -> bool:
        """Whether it has come to its end."""
        return now >= self.since + SLIDE_S
