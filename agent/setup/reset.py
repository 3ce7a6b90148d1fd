"""Everything this box was told, forgotten. Its software stays, and the wizard comes up.

A marker decides: once it is on disk, what it asks for is finished by whoever comes next, over any number of power cuts.
"""

from __future__ import annotations

import stat
from collections.abc import Collection
from pathlib import Path

from agent.setup import files
from agent.system.durable import sync_directory

MARKER = "reset"
KEPT = ("lock", "audit.jsonl", "audit.1.jsonl", "audit.mark")
"""What is not the room's: held by the process that runs, and the log of who did what, which names no secret and no
subject, though addresses of mailboxes that hot desking showed; without it one could do something unseen."""


def ask(state: Path) -> None:
    """From now on the box is to be reset. Raises RoomAgentError."""
    files.write(state / MARKER, b"")


def is_asked(state: Path) -> bool:
    """Whether a reset is to be finished."""
    return (state / MARKER).exists()


def finish(state: Path, kept: Collection[str] = ()) -> bool:
    """Remove everything in the state directory but `kept`, lock and sockets, where a reset was asked for; whether it
    was. The configuration goes first, the marker last. Raises OSError."""
    if not is_asked(state):
        return False
    (state / "config.toml").unlink(missing_ok=True)
    sockets = [name for name in files.names(state) if _is_socket(state / name)]
    files.empty(state.resolve(), {*kept, *KEPT, *sockets, MARKER})
    (state / MARKER).unlink(missing_ok=True)
    sync_directory(state)
    return True


def sweep(state: Path) -> None:
    """Remove what a core that was still running wrote after `finish`: its database, a sign-in that it renewed. Call it
    when the next one runs, which has neither. Raises OSError."""
    for name in files.names(state):
        if name.startswith("room.db"):
            (state / name).unlink(missing_ok=True)
    files.empty(state / "secrets")


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.lstat().st_mode)
    except OSError:
        return False
