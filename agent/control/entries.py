"""What stands in the audit log of an operation that has ended. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from agent import wire
from agent.model.control import Act, Kind, NewOperation, Operation
from agent.store.audit_chain import AuditEntry, Fact

OP = "op"
"""The fact that holds the operation's key: an entry that has it is not written again."""


def act_of(operation: Operation) -> str:
    """The entry's act: "room.book" and the like."""
    return f"room.{operation.new.act.value}"


def facts_of(operation: Operation) -> dict[str, Fact]:
    """The entry's facts: what was asked for, and what became of it. No subject, no person."""
    new, outcome = operation.new, operation.outcome
    before, after = _times(new)
    facts: dict[str, Fact] = {
        "command": new.command_id,
        "reason": new.reason,
        "meeting": new.meeting_id,
        "before": _span(before),
        "after": _span(after),
        "answer": "done" if outcome is None or outcome.code is None else outcome.code,
        "request_id": "" if outcome is None else outcome.request_id,
        "kind": new.kind.value,
        OP: new.key,
    }
    minutes = _minutes(new, before, after)
    counted = {"minutes": minutes, "strikes": new.strikes}
    return facts | {name: count for name, count in counted.items() if count is not None}


def noted(entries: Iterable[AuditEntry]) -> set[str]:
    """The keys of the operations that stand in these entries."""
    return {str(entry.facts[OP]) for entry in entries if OP in entry.facts}


_Times = tuple[datetime, datetime] | None


def _times(new: NewOperation) -> tuple[_Times, _Times]:
    """Start and end before, and as they were asked for."""
    before = None if new.target is None else (new.target.start, new.target.end)
    if new.kind is Kind.CREATE and new.booking is not None:
        return before, (new.booking.start, new.booking.end)
    if new.kind is Kind.SET_END and new.target is not None and new.end is not None:
        return before, (new.target.start, new.end)
    return before, None


def _span(times: _Times) -> str:
    return "" if times is None else f"{wire.instant(times[0])}/{wire.instant(times[1])}"


def _minutes(new: NewOperation, before: _Times, after: _Times) -> int | None:
    """How long it was booked for, or by how much it became longer."""
    if after is None or new.act not in (Act.BOOK, Act.EXTEND):
        return None
    since = after[0] if before is None else before[1]
    return round((after[1] - since).total_seconds() / 60)
