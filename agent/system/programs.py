"""Programs that tell of the system: asked with constant words, for a while, and no more is read than is wanted."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Sequence

WHERE = "/usr/bin:/bin:/usr/sbin:/sbin"
WITHIN_S = 30.0
_CHUNK = 64 * 1024
JOURNAL = (
    "journalctl",
    "--unit=room-*",
    "--since=-24h",
    "--no-pager",
    "--quiet",
    "--output=short-iso-precise",
    "--lines=20000",
)
UNITS = (
    "systemctl",
    "show",
    "room-*",
    "--all",
    "--no-pager",
    "--property=Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,StateChangeTimestamp",
)


def last_said(command: Sequence[str], largest: int, within_s: float = WITHIN_S) -> str | None:
    """The end of what a program prints, at most so many bytes; None where there is no such program, or it fails."""
    found = shutil.which(command[0], path=WHERE)
    if found is None:
        return None
    try:
        process = subprocess.Popen(  # noqa: S603  a path of the system and words of ours
            [found, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": WHERE, "LC_ALL": "C.UTF-8"},
        )
    except OSError:
        return None
    limit = threading.Timer(within_s, process.kill)
    limit.start()
    kept = bytearray()
    try:
        assert process.stdout is not None
        while chunk := process.stdout.read(_CHUNK):
            kept += chunk
            del kept[: max(0, len(kept) - largest)]
        status = process.wait()
    finally:
        limit.cancel()
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    return kept.decode("utf-8", "replace") if status == 0 else None
