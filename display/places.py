"""Where things lie. The order of the agent's own commands: flag, environment, then the usual directories."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE_STATE = Path("/var/lib/room-agent")
PACKAGE_CORE = Path("/run/room-agent/core.sock")


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. `state`: what is learned; `runtime`: sockets and profiles, gone with the next start."""

    state: Path
    runtime: Path
    core: Path

    @property
    def meeting(self) -> Path:
        return self.runtime / "meeting.sock"

    @property
    def home(self) -> Path:
        return self.runtime / "home.sock"


def find(state_dir: Path | None, core: Path | None, environment: Mapping[str, str] = os.environ) -> Places:
    """The places for a command. The core's socket lies in the state directory; as a service, and wherever the core is
    one, in /run/room-agent, also while it is not there yet."""
    asked = state_dir or _path(environment.get("ROOM_AGENT_STATE_DIR"))
    state = (asked or _usual(environment)).absolute()
    runtime = _path(environment.get("RUNTIME_DIRECTORY", "").split(":")[0]) or state / "run"
    beside = state / "core.sock"
    a_service = "STATE_DIRECTORY" in environment or PACKAGE_CORE.exists()
    on_a_box = asked is None and a_service and not beside.exists()
    return Places(state / "display", runtime / "display", core or (PACKAGE_CORE if on_a_box else beside))


def _usual(environment: Mapping[str, str]) -> Path:
    given = _path(environment.get("STATE_DIRECTORY", "").split(":")[0])
    if given is not None:
        return given
    if os.access(PACKAGE_STATE, os.W_OK):
        return PACKAGE_STATE
    base = _path(environment.get("XDG_STATE_HOME")) or Path(environment.get("HOME") or "/") / ".local" / "state"
    return base / "room-agent"


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
