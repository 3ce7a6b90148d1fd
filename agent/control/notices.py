"""What the screen says of what was done to the calendar: how to take it back, or that it was not done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent import wire
from agent.control.undoing import ALIVE, undoable, until
from agent.model.control import Act, Kind, NewOperation, Operation, OpState
from agent.state.hot_desk import UNDO
from agent.texts import say

SAID_FOR = timedelta(minutes=10)
TOLD_AFTER = timedelta(seconds=5)
"""What the screen shows as done, and the server has not taken by then, is told."""
WAITING = "control.write_waiting"
MOST = 3
"""More than people read."""
_GAVE_AWAY = (Act.END, Act.CANCEL, Act.RELEASE)
_FAILED = (OpState.FAILED, OpState.GIVEN_UP)


def notices(operations: Sequence[Operation], now: datetime, zone: ZoneInfo, language: str) -> list[wire.Notice]:
    """The newest first: what can be taken back with its action, the last that waits, and what failed in the last
    minutes."""
    undo = {each.number: each for each in undoable(operations, now)}
    done = [each for each in undo.values() if each.state is OpState.DONE and not _overtaken(each, operations)]
    waiting = [each for each in unanswered(operations) if now >= told_from(each)][-1:]
    told = sorted([*done, *waiting, *failures(operations, now)], key=lambda each: each.number, reverse=True)
    return [_notice(each, zone, language, back=each.number in undo) for each in told[:MOST]]


def failures(operations: Sequence[Operation], now: datetime) -> list[Operation]:
    """What was not done, unless the same has been asked for again since."""
    latest = {each.new.act: each for each in operations if each.new.kind is not Kind.MAIL and _counts(each)}
    return [each for each in latest.values() if each.state in _FAILED and _told(each, now)]


def unanswered(operations: Sequence[Operation]) -> list[Operation]:
    """What the server has not taken yet, messages left out."""
    return [each for each in operations if each.outcome is None and each.new.kind is not Kind.MAIL]


def told_from(waiting: Operation) -> datetime:
    """From when on it is told that the server has not taken it."""
    return waiting.created + TOLD_AFTER


def said_until(operation: Operation) -> datetime:
    """Until when a failure is told."""
    assert operation.outcome is not None
    return operation.outcome.at + SAID_FOR


def _told(operation: Operation, now: datetime) -> bool:
    """Lately, and not at a time to come by a clock that was wrong then."""
    end = said_until(operation)
    return now < end < now + 2 * SAID_FOR


def _overtaken(done: Operation, operations: Sequence[Operation]) -> bool:
    """Whether the room was booked here since the time was given away, or another booking was cancelled: nobody wants
    the old one back."""
    if done.new.act not in _GAVE_AWAY:
        return False
    later = [each for each in operations if each.number > done.number and each.state in ALIVE]
    gone = {each.new.meeting_id for each in later if each.new.kind is Kind.DELETE}
    booked = any(each.new.kind is Kind.CREATE and each.new.meeting_id not in gone for each in later)
    return booked or (done.new.act is Act.CANCEL and any(each.new.act is Act.CANCEL for each in later))


def _counts(operation: Operation) -> bool:
    return operation.state in ALIVE or operation.state in _FAILED


def _notice(operation: Operation, zone: ZoneInfo, language: str, *, back: bool) -> wire.Notice:
    outcome, new = operation.outcome, operation.new
    action = _undo(operation) if back else None
    if outcome is None:
        code, time = WAITING, f"{new.expires.astimezone(zone):%H:%M}"
        detail, since = say(language, code, "detail", time=time), wire.instant(operation.created)
        return wire.Notice(
            code=code, severity="warning", title=say(language, code), detail=detail, since=since, action=action
        )
    since = wire.instant(outcome.at)
    if outcome.state in _FAILED:
        code, reason = f"control.{new.act}_failed", outcome.code or "write.refused"
        severity = "error" if outcome.state is OpState.GIVEN_UP or reason == "write.denied" else "warning"
        detail = say(language, reason, "detail")
        return wire.Notice(code=code, severity=severity, title=say(language, code), detail=detail, since=since)
    code, time = f"control.{new.act}_done", f"{_edge(new).astimezone(zone):%H:%M}"
    detail = say(language, code, "detail", time=time)
    return wire.Notice(code=code, severity="info", title=say(language, code), detail=detail, since=since, action=action)


def _undo(operation: Operation) -> dict[str, object]:
    new = operation.new
    last = until(operation) if operation.outcome is not None else min(until(operation), new.expires)
    return {"command": UNDO, "body": {"command_id": new.command_id}, "until": wire.instant(last)}


def _edge(new: NewOperation) -> datetime:
    """The time it is about: where what was written ends, or where what is gone began."""
    if new.booking is not None:
        return new.booking.end
    assert new.target is not None
    return new.end or new.target.start
