"""When a box may be upgraded: /etc/room-agent/upgrade.toml and the clock. Pure."""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime, time, timedelta
from typing import Any

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


class PolicyError(Exception):
    """The file says something that cannot be meant; the sentence names key and value."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The file's keys with their defaults; upgrade.toml explains each."""

    enabled: bool = True
    window: str = "02:00-05:00"
    timezone: str = ""
    margin_min: int = 30
    ready_within_s: int = 300
    system: bool = True
    reboot: bool = True


_RANGES = {"margin_min": (30, 720), "ready_within_s": (60, 1800)}


def parse(text: str) -> Policy:
    """The policy of a file. Raises PolicyError."""
    try:
        found: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"not TOML: {error}") from None
    known: dict[str, type] = {field.name: type(field.default) for field in fields(Policy)}
    for key, value in found.items():
        if key not in known:
            raise PolicyError(f"{key}: there is no such key; there are {', '.join(known)}")
        if type(value) is not known[key]:
            raise PolicyError(f"{key} = {value!r}: expected a {known[key].__name__}")
    policy = Policy(**found)
    for key, (low, high) in _RANGES.items():
        if not low <= getattr(policy, key) <= high:
            raise PolicyError(f"{key} = {getattr(policy, key)}: expected {low} to {high}")
    window(policy)
    return policy


def window(policy: Policy) -> tuple[time, timedelta]:
    """When the window opens in the room's own time, and how long it is open; over midnight too."""
    match = _WINDOW.fullmatch(policy.window)
    if match is None:
        raise PolicyError(f'window = "{policy.window}": expected HH:MM-HH:MM')
    first, minute, last, last_minute = map(int, match.groups())
    length = (timedelta(hours=last, minutes=last_minute) - timedelta(hours=first, minutes=minute)) % _DAY
    if length < timedelta(minutes=30):
        raise PolicyError(f'window = "{policy.window}": expected at least half an hour')
    return time(first, minute), length


def open_since(policy: Policy, machine: str, now: datetime) -> datetime | None:
    """When this box's part of the window began, None outside of it.

    `now` is the room's own time. Each box begins at a moment of its own in the first half of the window, the same each
    night, so that a fleet does not come to the package server at once.
    """
    start, length = window(policy)
    share = int.from_bytes(hashlib.sha256(machine.encode()).digest()[:4]) / 2**32
    for day in (now, now - _DAY):
        opened = day.replace(hour=start.hour, minute=start.minute, second=0, microsecond=0)
        if opened + length / 2 * share <= now < opened + length:
            return opened + length / 2 * share
    return None
