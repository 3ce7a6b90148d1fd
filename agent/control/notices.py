"""What the screen says of what was done to the calendar: how to take it back, or that it was not done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent import wire
from agent.control.undoing import ALIVE, undoable, until
from agent.model.control import Kind, NewOperation, Operation, OpState
from agent.state.hot_desk import UNDO
from agent.texts import say

SAID_FOR = timedelta(minutes=10)
MOST = 3
"""More than people read."""
_FAILED = (OpState.FAILED, OpState.GIVEN_UP)


def notices(operations: Sequence[Operation], now: datetime, zone: ZoneInfo, language: str) -> list[wire.Notice]:
    """The newest first: what can be taken back with its action, and what failed in the last minutes."""
    done = [each for each in undoable(operations, now) if each.state is OpState.DONE]
    told = sorted([*done, *failures(operations, now)], key=lambda each: each.number, reverse=True)
    return [_notice(each, zone, language) for each in told[:MOST]]


def failures(operations: Sequence[Operation], now: datetime) -> list[Operation]:
    """What was not done, unless the same has been asked for again since."""
    latest = {each.new.act: each for each in operations if each.new.kind is not Kind.MAIL and _counts(each)}
    return [each for each in latest.values() if each.state in _FAILED and _told(each, now)]


def said_until(operation: Operation) -> datetime:
    """Until when a failure is told."""
    assert operation.outcome is not None
    return operation.outcome.at + SAID_FOR


def _told(operation: Operation, now: datetime) -> bool:
    """Lately, and not at a time to come by a clock that was wrong then."""
    until = said_until(operation)
    return now < until < now + 2 * SAID_FOR


def _counts(operation: Operation) -> bool:
    return operation.state in ALIVE or operation.state in _FAILED


def _notice(operation: Operation, zone: ZoneInfo, language: str) -> wire.Notice:
    outcome, new = operation.outcome, operation.new
    assert outcome is not None
    since = wire.instant(outcome.at)
    if outcome.state in _FAILED:
        code, reason = f"control.{new.act}_failed", outcome.code or "write.refused"
        severity = "error" if outcome.state is OpState.GIVEN_UP or reason == "write.denied" else "warning"
        detail = say(language, reason, "detail")
        return wire.Notice(code=code, severity=severity, title=say(language, code), detail=detail, since=since)
    code, time = f"control.{new.act}_done", f"{_edge(new).astimezone(zone):%H:%M}"
    return wire.Notice(
        code=code,
        severity="info",
        title=say(language, code),
        detail=say(language, code, "detail", time=time),
        since=since,
        action={"command": UNDO, "body": {"command_id": new.command_id}, "until": wire.instant(until(operation))},
    )


def _edge(new: NewOperation) -> datetime:
    """The time it is about: where what was written ends, or where what is gone began."""
    if new.booking is not None:
        return new.booking.end
    assert new.target is not None
    return new.end or new.target.start
