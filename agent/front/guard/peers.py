"""Who may ask what: this machine everything, the network next to nothing (design.md 3.3)."""

from __future__ import annotations

from agent.front.guard.asked import Asked
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

ALIVE = "/livez"
FOR_EVERYBODY = frozenset({ALIVE, "/readyz"})
FOR_BEARERS = frozenset({"/api/v1/status", "/metrics"})
WIZARD = frozenset({"/setup", "/api/v1/setup"})
BELOW_WIZARD = ("/api/v1/setup/", "/static/")
OPS = frozenset({"/ops", "/api/v1/ops"})
BELOW_OPS = "/api/v1/ops/"
WELCOME = "/api/v1/setup/welcome"
"""Has the pairing code: for eyes in the room."""
REFUSED_PEER = Refusal(403, "peer.refused")


def allowed_peer(asked: Asked, settings: FrontSettings) -> Refusal | None:
    """Loopback, or a path that is for the network: status paths, whose token `bearers` looks at, the wizard where it is
    open, the page for operations where the box is managed remotely, all over TLS only. The wizard's own listener is the
    network's, whoever comes there."""
    if asked.from_loopback and not settings.setup:
        return None
    if ((settings.setup or settings.settings) and is_wizard(asked)) or (settings.settings and is_ops(asked)):
        return None
    if settings.setup:
        reached = asked.reads and (asked.path == ALIVE or (asked.path == "/" and asked.secure))
        return None if reached else REFUSED_PEER
    if asked.reads and asked.path in FOR_EVERYBODY:
        return None
    return None if asks_as_bearer(asked) else REFUSED_PEER


def is_wizard(asked: Asked) -> bool:
    """Whether a technician's browser asks for the wizard or what belongs to it."""
    path = asked.path
    return asked.secure and path != WELCOME and (path in WIZARD or path.startswith(BELOW_WIZARD))


def asks_as_bearer(asked: Asked) -> bool:
    """Whether a peer of the network asks for what needs the box's token."""
    return not asked.from_loopback and asked.reads and asked.secure and asked.path in FOR_BEARERS


def is_ops(asked: Asked) -> bool:
    """Whether the page for operations is asked for, or what it asks; its files are those of the wizard's rule."""
    return asked.secure and (asked.path in OPS or asked.path.startswith(BELOW_OPS))
