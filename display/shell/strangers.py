"""Processes that want a window and are nobody's. For a moment that is normal: a browser's window may be there before
its process is known. Pure."""

from __future__ import annotations

from display.model import Trouble

PATIENCE_S = 5.0


class Strangers:
    """Since when each of them waits."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self.due: float | None = None
        self.troubles: list[Trouble] = []
        """One for all who have waited too long."""

    def look(self, pids: frozenset[int], now: float) -> None:
        """These wait now."""
        self._since = {pid: self._since.get(pid, now) for pid in pids}
        self.due = min((at for since in self._since.values() if (at := since + PATIENCE_S) > now), default=None)
        late = any(now - since >= PATIENCE_S for since in self._since.values())
        self.troubles = [Trouble("display.foreign_window")] if late else []
