"""Wrong codes, PINs and tokens, counted for whoever watches the box."""

from __future__ import annotations

from collections import Counter

SETUP, STATUS, OPS = "setup", "status", "ops"
SURFACES = (SETUP, STATUS, OPS)
"""Where: codes and PINs of the set-up, tokens of the status, tokens of the page for operations."""


class AuthFailures:
    """Since the process started. Belongs to the event loop."""

    def __init__(self) -> None:
        self._counts = Counter[str]()

    def count(self, surface: str) -> None:
        """One more wrong code, PIN or token. An unknown surface is a bug."""
        if surface not in SURFACES:
            raise ValueError(surface)
        self._counts[surface] += 1

    @property
    def counts(self) -> dict[str, int]:
        """By surface, each of them."""
        return {surface: self._counts[surface] for surface in SURFACES}
