"""How often people pressed Join, and how often nothing came of it, by service. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from agent import wire

MOST = 30
OTHER = "other"
"""Services of an administrator's own rules beyond these count together."""


class JoinCounts:
    """Since the process started. `provider` is the short name of `agent.wire.Join`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._known: list[str] = []

    def listed(self, meetings: Iterable[wire.Meeting]) -> None:
        """These may be joined: their services have a figure from now on. One that appeared with the first failure would
        hide it from whoever watches the figure grow."""
        for way in (way for each in meetings if each.join for way in (each.join, *each.join.alternatives)):
            self._name(way.provider)

    def joined(self, _: str, provider: str, outcome: str) -> None:
        """A join began (pending), or ended."""
        self._counts[self._name(provider), outcome] += 1

    def counts(self, outcome: str) -> Mapping[str, int]:
        """By provider, each that was listed or pressed."""
        names = {*self._known, *(name for name, _ in self._counts)}
        return {provider: self._counts[provider, outcome] for provider in sorted(names)}

    def _name(self, provider: str) -> str:
        """What it is counted as."""
        if provider in self._known:
            return provider
        if len(self._known) == MOST:
            return OTHER
        self._known.append(provider)
        return provider
