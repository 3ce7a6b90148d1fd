"""Which hosts the administrator trusts, for commands that read no calendar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.config import load
from agent.state.policy import RoomPolicy


def trusted_by(config_file: Path) -> Callable[[str], bool]:
    """Whether a host is in `join.trusted_hosts` or in the room's own domain. Raises ConfigError."""
    return RoomPolicy.of(load(config_file, complete=False)).trusts
