"""Leaves alone for a while what a server cannot do: a circuit breaker with a growing pause."""

from __future__ import annotations

from agent.ports import Clock

FIRST_S, LONGEST_S = 600.0, 3600.0


class Breaker:
    """Closed at first. Each `trip` opens it, for twice as long as the last time; `reset` forgets that."""

    def __init__(self, clock: Clock, first_s: float = FIRST_S, longest_s: float = LONGEST_S) -> None:
        self._clock = clock
        self._first_s, self._longest_s = first_s, longest_s
        self._pause_s = first_s
        self._open_until: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it should not be tried now."""
        return self._open_until is not None and self._clock.monotonic() < self._open_until

    def trip(self) -> None:
        self._open_until = self._clock.monotonic() + self._pause_s
        self._pause_s = min(self._pause_s * 2, self._longest_s)

    def reset(self) -> None:
        self._open_until, self._pause_s = None, self._first_s
