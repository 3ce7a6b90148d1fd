"""Children of the display's processes: what they inherit, and that they do not outlive their owner."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Mapping

_PRIVATE = (
    "NOTIFY_SOCKET",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
    "CREDENTIALS_DIRECTORY",
    "LD_PRELOAD",
    "UMOCKDEV_DIR",
)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a child: without what systemd gave to us alone, and without a test's mocked devices."""
    return {name: value for name, value in environment.items() if name not in _PRIVATE}


def die_with_parent() -> None:
    """In a child between fork and exec: be killed when the thread that forked ends (prctl(2), PR_SET_PDEATHSIG)."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
