"""Whether the system's clock follows a time server.

The kernel knows (adjtimex(2), reading needs no privilege), but a unit with `ProtectClock=yes` may not ask it; then
systemd-timesyncd's mark tells: it touches `synchronized` whenever it has compared the clock with a server.
"""

from __future__ import annotations

import ctypes
from datetime import datetime
from pathlib import Path

TIMESYNC = Path("/run/systemd/timesync")
MARK_LASTS_S = 6 * 3600.0
"""It compares at least every 34 minutes (PollIntervalMaxSec=2048)."""
_STA_UNSYNC, _TIME_ERROR = 0x40, 5  # <sys/timex.h>


class _Timex(ctypes.Structure):
    """The head of `struct timex`; the rest is room that the kernel fills."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def synchronized(now: datetime, timesync: Path = TIMESYNC) -> bool | None:
    """None where neither can be asked."""
    told = _by_kernel()
    return _by_mark(now, timesync) if told is None else told


def _by_kernel() -> bool | None:
    timex = _Timex()
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    return not timex.status & _STA_UNSYNC and state != _TIME_ERROR


def _by_mark(now: datetime, timesync: Path) -> bool | None:
    try:
        touched = (timesync / "synchronized").stat().st_mtime
    except FileNotFoundError:
        return False if timesync.is_dir() else None
    except OSError:
        return None
    return now.timestamp() - touched < MARK_LASTS_S
