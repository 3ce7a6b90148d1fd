"""A listener that is closed: its socket may be another's to close, systemd's."""

from __future__ import annotations

from agent.front.guard.asked import Asked
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

CLOSED = Refusal(403, "front.closed")


def open_here(asked: Asked, settings: FrontSettings) -> Refusal | None:  # noqa: ARG001 - all rules look alike
    """Nothing at all is served where it is closed."""
    return CLOSED if settings.closed else None
