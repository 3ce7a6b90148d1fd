"""Who looks at the page for operations: several people at once, each until they leave or do nothing for half an hour.

In memory only, ids as digests. These sessions open no setting: the set-up's own (`agent.setup.sessions`) does.
"""

from __future__ import annotations

import hashlib
import secrets

from agent.ports import Clock

IDLE_S = 30 * 60.0
MOST = 8


class OpsSessions:
    """At most eight; one more ends the one that has been idle longest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def open(self) -> str:
        """A new session's id, which is known to its owner alone."""
        self._tidy()
        while len(self._last) >= MOST:
            del self._last[min(self._last, key=self._last.__getitem__)]
        token = secrets.token_urlsafe(32)
        self._last[_digest(token)] = self._clock.monotonic()
        return token

    def holds(self, token: str, *, acts: bool = True) -> bool:
        """Whether this is a session's id. `acts`: a person did something, which keeps it alive."""
        self._tidy()
        digest = _digest(token)
        if digest not in self._last:
            return False
        if acts:
            self._last[digest] = self._clock.monotonic()
        return True

    def close(self, token: str) -> None:
        """Its owner has left."""
        self._last.pop(_digest(token), None)

    def _tidy(self) -> None:
        now = self._clock.monotonic()
        self._last = {digest: last for digest, last in self._last.items() if now - last < IDLE_S}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
