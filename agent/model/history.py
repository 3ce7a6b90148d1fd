"""What a box remembers of its last days, for whoever looks for a fault: no subject, no address, no link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

QUARTER = timedelta(minutes=15)
DONE, FAILED, PENDING = "done", "failed", "pending"
"""Outcomes of a join."""


class Previous(StrEnum):
    """How the agent ended before it started again."""

    CLEAN = "clean"  # asked to
    CRASH = "crash"  # the process ended, the machine went on
    POWER_CUT = "power_cut"  # the machine ended, too
    FIRST = "first"  # it never ran before


@dataclass(frozen=True, slots=True)
class Outage:
    """The calendar could not be read, for the reason `code`. `until` is None while that lasts."""

    since: datetime
    until: datetime | None
    code: str


@dataclass(frozen=True, slots=True)
class Quarter:
    """Reads of the calendar within the quarter of an hour that begins at `since`."""

    since: datetime
    ok: int = 0
    failed: int = 0
    changes: int = 0
    slowest_s: float = 0.0


@dataclass(frozen=True, slots=True)
class JoinPress:
    """Somebody pressed Join; `id` is the command's."""

    id: str
    at: datetime
    provider: str
    outcome: str


@dataclass(frozen=True, slots=True)
class InputSpan:
    """How long an input was in a state. `until` is None while it is."""

    name: str
    since: datetime
    until: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Start:
    """The agent began to run."""

    at: datetime
    previous: Previous


@dataclass(frozen=True, slots=True)
class Past:
    """A stretch of the history, each kind oldest first."""

    outages: tuple[Outage, ...] = ()
    quarters: tuple[Quarter, ...] = ()
    joins: tuple[JoinPress, ...] = ()
    inputs: tuple[InputSpan, ...] = ()
    starts: tuple[Start, ...] = ()


def quarter_of(at: datetime) -> datetime:
    """When the quarter of an hour that holds an instant began."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
