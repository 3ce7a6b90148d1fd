"""What root's upgrade says of itself, in a file that anybody may read: hostile as all files of others are."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from agent.model.machine import Updates, Upgrade

STATE = Path("/run/room-upgrade/state.json")
LARGEST = 16 * 1024
MOST = 10_000
OUTCOMES = frozenset({"done", "failed", "rolled_back", "postponed"})
_VERSION = re.compile(r"[0-9A-Za-z.+:~-]{1,40}")
_REASON = re.compile(r"[a-z0-9._-]{1,60}")


def read_updates(path: Path = STATE) -> Updates | None:
    """None where there is no such file, or none that makes sense. Words that are no version and no code are dropped."""
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(LARGEST + 1)[:LARGEST])
        return Updates(
            checked=_time(data["checked"]),
            pending=_count(data.get("pending", 0)),
            security=_count(data.get("security", 0)),
            reboot_required=data.get("reboot_required") is True,
            last=_last(data.get("last")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _last(data: Any) -> Upgrade | None:
    if not isinstance(data, dict) or data.get("outcome") not in OUTCOMES:
        return None
    return Upgrade(
        at=_time(data["at"]),
        outcome=str(data["outcome"]),
        to=_fitting(_VERSION, data.get("to")),
        reason=_fitting(_REASON, data.get("reason")),
    )


def _time(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("a time without a zone")
    return found


def _count(value: Any) -> int:
    if not isinstance(value, int):
        raise TypeError("no number")
    return max(0, min(value, MOST))


def _fitting(pattern: re.Pattern[str], value: Any) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""
