"""Whether the process before this one ended as it should: a mark that lies in the state directory while one runs.

The mark holds the boot id (proc_sys_kernel(5)): left by a process of this boot it means that the process crashed, by
one of an earlier boot that the machine went down under it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import structlog

from agent.model.history import Previous
from agent.system.durable import replace_whole

log = structlog.get_logger()

FILE = "running"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
TOLD_BOOT_ID = "ROOM_AGENT_BOOT_ID"
"""Set by the unit, whose /proc shows processes alone (ProcSubset=pid)."""
_LONGEST = 100


class RunMark:
    """The mark of a state directory. A disk that refuses it costs the next start its knowledge, and nothing else."""

    def __init__(self, state: Path, boot_id: Path = BOOT_ID, environ: Mapping[str, str] = os.environ) -> None:
        self._path = state / FILE
        self._boot_id = boot_id
        self._told = environ.get(TOLD_BOOT_ID)

    def begin(self) -> Previous | None:
        """Lay it down. How the process before ended; None where it left no mark: in good order, or there was none."""
        try:
            boot, left = self._told or _text(self._boot_id), _text(self._path)
            replace_whole(self._path, f"{boot}\n".encode())
        except OSError as error:
            log.warning("running.not_marked", path=str(self._path), reason=error.strerror)
            return None
        if left is None:
            return None
        return Previous.CRASH if left == boot else Previous.POWER_CUT

    def end(self) -> None:
        """Take it away: this process ends in good order."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("running.still_marked", path=str(self._path), reason=error.strerror)


def _text(path: Path) -> str | None:
    """The content; None where there is no file."""
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return None
