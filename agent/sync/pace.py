"""How often a source is asked that cannot tell of changes: often when somebody may be looking, within a budget."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from agent.ports import Clock

EDGE_S = 600.0
"""So near a meeting's start or end people look at the screen, and book and cancel."""
AFTER_COMMAND_S = 120.0
BUDGET = 200
BUDGET_S = 600.0
"""2 % of what Microsoft Graph allows an app for one mailbox: 10,000 requests in ten minutes (exchange.md 4.4)."""
RESERVE = 20
"""Requests that are left for calmer times."""
CALM_S, SLOWEST_S = 30.0, 120.0
_JITTER = 1.1
"""The schedule's jitter takes up to a tenth off: so much is added, that it never asks sooner than it should."""


class Pace:
    """`poll_s` seconds between two questions; `fast_s` near an edge and after a command, while the budget lasts.

    `near_edge` says whether an instant lies within `EDGE_S` of a meeting's start or end.
    """

    def __init__(self, clock: Clock, poll_s: float, fast_s: float, near_edge: Callable[[datetime], bool]) -> None:
        self._clock = clock
        self._poll_s = poll_s
        self._fast_s = fast_s
        self._near_edge = near_edge
        self._hasty_until = clock.monotonic()
        self._spent: deque[tuple[float, int]] = deque()

    def poll_s(self) -> float:
        """Seconds until the next question."""
        spent = self._spent_lately()
        calm = max(self._poll_s, CALM_S)
        if spent >= BUDGET - RESERVE / 4:
            return SLOWEST_S
        if spent >= BUDGET - RESERVE:
            return calm
        hasty = self._clock.monotonic() < self._hasty_until
        if hasty or self._near_edge(self._clock.now()):
            return min(self._fast_s * _JITTER, self._poll_s)
        return self._poll_s

    def hasten(self) -> None:
        """Somebody pressed something: what it changes should be seen soon."""
        self._hasty_until = self._clock.monotonic() + AFTER_COMMAND_S

    def spend(self, requests: int) -> None:
        """So many requests were made just now."""
        self._spent.append((self._clock.monotonic(), requests))

    def _spent_lately(self) -> int:
        since = self._clock.monotonic() - BUDGET_S
        while self._spent and self._spent[0][0] <= since:
            self._spent.popleft()
        return sum(requests for _, requests in self._spent)
