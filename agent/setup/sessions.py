"""Who is at the set-up: one person at a time, until they leave, are replaced, or do nothing for half an hour.

In memory only, the session's id as a digest: after a restart whoever has the screen's code or the PIN begins anew.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from agent.ports import Clock
from agent.wire.room import instant
from agent.wire.setup import SCREEN, SetupOwner

IDLE_S = 30 * 60.0
NETWORK = "network"


@dataclass(slots=True)
class _Session:
    digest: str
    owner: SetupOwner
    last: float


class Sessions:
    """At most one session."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._session: _Session | None = None

    @property
    def owner(self) -> SetupOwner | None:
        """Who is at it now."""
        if self._session is not None and self._clock.monotonic() - self._session.last >= IDLE_S:
            self._session = None
        return self._session.owner if self._session else None

    def open(self, peer: str) -> str:
        """A new session in place of any other; its id, which is known to its owner alone."""
        token = secrets.token_urlsafe(32)
        place = SCREEN if peer == SCREEN else NETWORK
        owner = SetupOwner(
            place=place, address=None if place == SCREEN else peer[:100], since=instant(self._clock.now())
        )
        self._session = _Session(_digest(token), owner, self._clock.monotonic())
        return token

    def owns(self, token: str, *, acts: bool = True) -> bool:
        """Whether this id is the session's. `acts`: a person did something, which keeps it alive."""
        if self.owner is None or self._session is None or not hmac.compare_digest(self._session.digest, _digest(token)):
            return False
        if acts:
            self._session.last = self._clock.monotonic()
        return True

    def close(self) -> None:
        """Nobody is at it any more."""
        self._session = None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
