"""How often people pressed Join, and how often nothing came of it, by service. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

MOST = 30
OTHER = "other"
"""Services of an administrator's own rules beyond these count together."""


class JoinCounts:
    """Since the process started. `provider` is the short name of `agent.wire.Join`."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._known: list[str] = []

    def joined(self, _: str, provider: str, outcome: str) -> None:
        """A join began (pending), or ended."""
        if provider not in self._known:
            if len(self._known) == MOST:
                provider = OTHER
            else:
                self._known.append(provider)
        self._counts[provider, outcome] += 1

    def counts(self, outcome: str) -> Mapping[str, int]:
        """By provider, each that was pressed."""
        return {provider: self._counts[provider, outcome] for provider in sorted({name for name, _ in self._counts})}
