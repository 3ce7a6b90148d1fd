"""Where things lie. The order of the agent's own commands: flag, environment, then the usual directories."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGE_STATE = Path("/var/lib/room-agent")
PACKAGE_DISPLAY = Path("/var/lib/room-display")
PACKAGE_CORE = Path("/run/room-agent/core.sock")


@dataclass(frozen=True, slots=True)
class Places:
    """Absolute paths. `state`: what is learned; `runtime`: sockets and profiles, gone with the next start; `config`:
    the agent's configuration, for commands that no agent answers."""

    state: Path
    runtime: Path
    core: Path
    config: Path | None = None

    @property
    def meeting(self) -> Path:
        return self.runtime / "meeting.sock"

    @property
    def home(self) -> Path:
        return self.runtime / "home.sock"


def find(state_dir: Path | None, core: Path | None, environment: Mapping[str, str] = os.environ) -> Places:
    """The places for a command. The core's socket lies in the state directory; as a service, and wherever the core is
    one, in /run/room-agent, also while it is not there yet. Where the package is installed, what is learned lies in the
    service's own directory: an administrator's command and the service mean the same."""
    asked = state_dir or _path(environment.get("ROOM_AGENT_STATE_DIR"))
    state = (asked or _usual(environment)).absolute()
    runtime = _path(environment.get("RUNTIME_DIRECTORY", "").split(":")[0]) or state / "run"
    beside = state / "core.sock"
    a_service = "STATE_DIRECTORY" in environment or PACKAGE_CORE.exists()
    on_a_box = (asked is None or state == PACKAGE_STATE) and a_service and not beside.exists()
    packaged = state == PACKAGE_STATE and os.access(PACKAGE_DISPLAY, os.W_OK)
    return Places(
        (PACKAGE_DISPLAY if packaged else state) / "display",
        runtime / "display",
        core or (PACKAGE_CORE if on_a_box else beside),
        state / "config.toml",
    )


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
