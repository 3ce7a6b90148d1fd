"""What becomes of operations: which is due, what a look at the server says, what an error means. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from agent.errors import (
    AccessDenied,
    ConfigError,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
    WriteConflict,
)
from agent.model.control import Kind, NewBooking, Operation, OpState, Present, Taken, Target
from agent.model.sync import Window

FIRST_S, LONGEST_S = 1.0, 60.0
"""Back-off after the first attempt, and at most."""
SHORTEST_S = 0.1
SERVER_WAIT_CAP_S = 120.0
"""No server keeps people waiting for longer than this."""
REFUSED_S = 60.0
"""After a refused sign-in nothing is tried for so long, whatever waits: the account must not be locked out."""
CONFLICTS = 3
"""How often an item that changed meanwhile is read again."""

CONFLICT, EXTEND_CONFLICT = "book.conflict", "extend.conflict"
CHANGED, GONE, DENIED = "meeting.changed", "meeting.gone", "write.denied"
GIVEN_UP, REFUSED, INTERNAL = "write.given_up", "write.refused", "calendar.internal"

_REFUSALS = frozenset({"calendar.request_refused"})
"""What is called unavailable and will be refused again."""


class Verdict(StrEnum):
    """What to do with an item that was read."""

    GO = "go"
    DONE = "done"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Failure:
    """An error's meaning. `wait_s`: try again after so long; None: never. `hold_s`: nor anything else before, which
    `signs_in` ends early: that the calendar could be read."""

    code: str
    wait_s: float | None
    hold_s: float = 0.0
    signs_in: bool = False


def due(waiting: Iterable[Operation], now: datetime) -> Operation | None:
    """What to try now: of each meeting, and of each command, only the oldest; of those the oldest that is due. What
    takes a command back comes after it, also where it makes another meeting.

    A message holds up nothing but its own command.
    """
    meetings: set[str] = set()
    commands: set[str] = set()
    changing: set[str | None] = set()
    for each in sorted(waiting, key=lambda operation: operation.number):
        new = each.new
        first = new.meeting_id not in meetings and new.command_id not in commands and new.undoes not in changing
        if first and (wait_s(each, now) <= 0 or expired(each, now)):
            return each
        commands.add(new.command_id)
        if new.kind is not Kind.MAIL:
            meetings.add(new.meeting_id)
            changing.add(new.command_id)
    return None


def wait_s(operation: Operation, now: datetime) -> float:
    """Seconds until the next attempt; a time that is too far away was written by a clock that has been set since."""
    left = (operation.next_at - now).total_seconds()
    return 0.0 if left > SERVER_WAIT_CAP_S * 2 else left


def expired(operation: Operation, now: datetime) -> bool:
    """Whether it is too late for it."""
    return now >= operation.new.expires


def aged(operation: Operation, waited: timedelta, now: datetime) -> Operation:
    """The operation after it has waited so long by a clock that nobody sets: it expires when its time is over by that
    one, too."""
    new = operation.new
    if waited < new.expires - operation.created or now >= new.expires:
        return operation
    return replace(operation, new=replace(new, expires=now))


def dropped(operation: Operation, command: Sequence[Operation]) -> bool:
    """Whether it has lost its sense: an operation of the same command before it came to nothing."""
    earlier = [each.state for each in command if each.number < operation.number]
    return any(state not in (OpState.WAITING, OpState.DONE) for state in earlier)


def on_end(present: Present | None, target: Target, end: datetime) -> Verdict:
    """Whether the item may get this end."""
    if present is None or present.cancelled:
        return Verdict.GONE
    if present.all_day or present.start != target.start:
        return Verdict.CHANGED
    if present.end == end:
        return Verdict.DONE
    return Verdict.GO if present.end == target.end else Verdict.CHANGED


def on_delete(present: Present | None, target: Target) -> Verdict:
    """Whether the item may be deleted; one that ends at another time is still the one that was meant."""
    if present is None:
        return Verdict.DONE
    return Verdict.GO if present.start == target.start else Verdict.CHANGED


def overlapping(taken: Iterable[Taken], window: Window, mine: Present | None = None) -> list[Taken]:
    """What is in the way in a window, the item itself left out."""
    return [
        each
        for each in taken
        if each.start < window.end and each.end > window.start and not (mine is not None and _is(each, mine))
    ]


def beaten(taken: Iterable[Taken], mine: Present) -> bool:
    """Whether somebody else was there before this booking: of two that were made at once the smaller uid stays."""
    return any(_earlier(each, mine) for each in overlapping(taken, Window(mine.start, mine.end), mine))


def span(booking: NewBooking) -> Window:
    """The time that a booking takes."""
    return Window(booking.start, booking.end)


def meaning(error: Exception, attempts: int, chance: Random, *, unsure: bool) -> Failure:
    """What to do after an error. `unsure`: something may have been written that would then be left behind, so what
    would end the operation only lets it wait."""
    later = back_off(attempts, chance)
    if isinstance(error, SourceThrottled):
        asked = _server_wait(error.retry_after_s, later, chance)
        return Failure(error.code, asked, asked)
    if isinstance(error, SignInFailed):
        return Failure(error.code, later, REFUSED_S, signs_in=True)
    if isinstance(error, ConfigError) or (isinstance(error, SourceError) and not refuses(error)):
        return Failure(error.code, later)
    if not isinstance(error, SourceError):
        return Failure(INTERNAL, later)
    return Failure(_final(error), later if unsure else None)


def refuses(error: SourceError) -> bool:
    """Whether it would be the same the next time."""
    passes = isinstance(error, SourceUnavailable | SourceThrottled | SignInFailed)
    return not passes or error.code in _REFUSALS


def back_off(attempts: int, chance: Random) -> float:
    """Seconds, with full jitter: boxes that lost one server together do not come back together."""
    ceiling = min(LONGEST_S, FIRST_S * 2.0 ** min(max(attempts - 1, 0), 10))
    return max(SHORTEST_S, chance.uniform(0.0, ceiling))


def _is(taken: Taken, mine: Present) -> bool:
    return taken.item_id == mine.item_id or (taken.uid == mine.uid and taken.start == mine.start)


def _earlier(other: Taken, mine: Present) -> bool:
    if other.created is None or mine.created is None:
        return True
    return (other.created, other.uid) < (mine.created, mine.uid)


def _server_wait(asked: float | None, otherwise: float, chance: Random) -> float:
    if asked is None or not math.isfinite(asked) or asked < 0:
        return otherwise
    return min(max(asked * chance.uniform(1.0, 1.1), FIRST_S), SERVER_WAIT_CAP_S)


def _final(error: SourceError) -> str:
    if isinstance(error, AccessDenied):
        return DENIED
    if isinstance(error, MailboxNotFound):
        return error.code
    return CHANGED if isinstance(error, WriteConflict) else REFUSED
