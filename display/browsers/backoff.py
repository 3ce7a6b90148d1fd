"""When a browser that died is started again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_S, LONGEST_S = 1.0, 30.0
SOUND_S = 60.0
"""A browser that lives so long was no failed start."""
LOOP_DEATHS, LOOP_S = 5, 120.0


@dataclass(slots=True)
class Backoff:
    """Deaths of one browser: 1, 2, 4 … 30 seconds until the next start."""

    _wait: float = FIRST_S
    _deaths: list[float] = field(default_factory=list)

    def died(self, now: float, lived: float) -> float:
        """Seconds to wait before the next start, after a death at `now` of one that lived so many seconds."""
        if lived >= SOUND_S:
            self._wait = FIRST_S
            self._deaths.clear()
        self._deaths = [*(death for death in self._deaths if now - death < LOOP_S), now][-LOOP_DEATHS:]
        wait = self._wait
        self._wait = min(wait * 2, LONGEST_S)
        return wait

    def looping(self, now: float) -> bool:
        """Whether it dies again and again: five times in two minutes."""
        return sum(now - death < LOOP_S for death in self._deaths) >= LOOP_DEATHS
