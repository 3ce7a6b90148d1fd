"""When the home screen's browser is made anew: its page says nothing, or stays wrong after it was told to repair itself
(XT-12). Pure; times are the monotonic clock's, in seconds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

SILENT_AFTER_S = 90.0
"""The page reports at least every 30 s."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 60.0, 600.0
_MOST_TRIES = 10
_REPAIRS = 2
"""Told so often to repair itself and still wrong: the first one did not help."""


SILENT, WRONG = "silent", "wrong"
REASONS = (SILENT, WRONG)
"""Why the browser is made anew."""


@dataclass(slots=True)
class HomeWatch:
    """Remembers the page's reports. While making the browser anew does not help, the pauses grow. `restarts`: how often
    it was due, by reason."""

    restarts: Counter[str] = field(default_factory=Counter)

    _expected: float | None = None  # since when a page's report is waited for
    _repairs: int = 0
    _sent: float | None = None
    _tries: int = 0
    _displayed: bool = False

    def reported(self, now: float, *, wrong: bool, repair: bool) -> None:
        """A page has reported; whether it shows something wrong, and whether it was told to repair itself."""
        self._expected = now
        if wrong:
            self._repairs += repair
        else:
            self._repairs, self._tries = 0, 0

    def due(self, now: float, *, displayed: bool) -> bool:
        """Whether the browser is to be made anew now. `displayed`: somebody is there who could do it. A display that
        has just come is given time to show the page first."""
        if displayed and not self._displayed:
            self._expected = now
        self._displayed = displayed
        reason = self._ill(now)
        if not displayed or reason is None or self._paused(now):
            return False
        self.restarts[reason] += 1
        self._sent, self._repairs, self._tries = now, 0, min(self._tries + 1, _MOST_TRIES)
        return True

    def _paused(self, now: float) -> bool:
        pause = min(FIRST_PAUSE_S * 2 ** max(0, self._tries - 1), LONGEST_PAUSE_S)
        return self._sent is not None and now - self._sent < pause

    def _ill(self, now: float) -> str | None:
        if self._expected is not None and now - self._expected > SILENT_AFTER_S:
            return SILENT
        return WRONG if self._repairs >= _REPAIRS else None
