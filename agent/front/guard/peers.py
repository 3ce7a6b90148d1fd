"""Who may ask what: this machine everything, the network next to nothing (design.md 3.3)."""

from __future__ import annotations

import hmac

from agent.front.guard.asked import Asked
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

FOR_EVERYBODY = frozenset({"/livez", "/readyz"})
FOR_BEARERS = frozenset({"/api/v1/status", "/metrics"})
REFUSED_PEER = Refusal(403, "peer.refused")


def allowed_peer(asked: Asked, settings: FrontSettings) -> Refusal | None:
    """Loopback, or a path that is for the network, the status paths with the box's token and over TLS only."""
    if asked.from_loopback:
        return None
    if asked.reads and asked.path in FOR_EVERYBODY:
        return None
    if asked.reads and asked.path in FOR_BEARERS and asked.secure and bears(asked, settings.status_token):
        return None
    return REFUSED_PEER


def bears(asked: Asked, token: str) -> bool:
    """Whether the request carries this bearer token, never an empty one. Takes the same time right or wrong."""
    scheme, _, given = (asked.only(b"authorization") or "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    return same and token != "" and scheme.lower() == "bearer"
