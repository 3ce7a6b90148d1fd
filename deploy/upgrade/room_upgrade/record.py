"""What root's upgrades remember: the trial that is on, versions that failed, the last outcome.

/var/lib/room-upgrade is kept over boots and is root's alone; what the agent may read is a copy of the state,
/run/room-upgrade/state.json.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from room_upgrade import durable
from room_upgrade.health import Health

KEPT = Path("/var/lib/room-upgrade")
TOLD = Path("/run/room-upgrade/state.json")
REFUSED_MAX = 20


@dataclass(slots=True, kw_only=True)
class Trial:
    """An upgrade whose end is not known. While it is on disk, the next start finishes it or takes it back."""

    before: str
    after: str
    files: list[str]
    previous: list[str]
    health: Health
    taking_back: str = ""  # why, once that is decided
    from_network: bool = False
    times: int = 0  # that it was tried to be taken back


@dataclass(slots=True)
class State:
    """The keys of state.json."""

    checked: str | None = None
    pending: int = 0
    security: int = 0
    reboot_required: bool = False
    last: dict[str, str] | None = None
    finished: str | None = None  # the last night whose work is done; kept here, not told
    refused: list[str] = field(default_factory=list)  # versions that were taken back; kept here, not told


def load() -> State:
    """The state as kept; a new one where there is none."""
    found = durable.read_json(KEPT / "state.json")
    try:
        return State(**found) if isinstance(found, dict) else State()
    except TypeError:
        return State()


def save(state: State) -> None:
    """Keep it, and tell the agent."""
    kept = asdict(state)
    durable.write_json(KEPT / "state.json", kept)
    del kept["refused"], kept["finished"]
    TOLD.parent.mkdir(mode=0o755, exist_ok=True)
    durable.write_json(TOLD, kept, 0o644)


def outcome(state: State, at: str, result: str, versions: tuple[str, str], reason: str = "") -> None:
    """Note how it ended, and tell."""
    state.last = {"at": at, "outcome": result, "from": versions[0], "to": versions[1], "reason": reason}
    save(state)


def refuse(state: State, version: str) -> None:
    """Do not try this version again."""
    state.refused = [*(each for each in state.refused if each != version), version][-REFUSED_MAX:]


def trial() -> Trial | None:
    """The trial that is on; None, too, for what another version wrote and this one cannot read."""
    found: Any = durable.read_json(KEPT / "trial.json")
    try:
        return Trial(**{**found, "health": Health(**found["health"])})
    except (TypeError, KeyError):
        return None


def set_trial(trial: Trial | None) -> None:
    """Before anything is done that has to be finished or taken back; None when it is."""
    path = KEPT / "trial.json"
    if trial is None:
        durable.remove(path)
    else:
        durable.write_json(path, asdict(trial))
