"""The status checks of room control. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from agent.model.control_health import ControlHealth
from agent.state.check import Check

SLOW = timedelta(minutes=2)
"""An operation that waits longer is worth a look."""


def control_checks(health: ControlHealth, now: datetime) -> list[Check]:
    """Writing, a second owner and, where the box answers them, invitations."""
    return [_write(health, now), _owner(health), *_requests(health)]


def _write(health: ControlHealth, now: datetime) -> Check:
    key, unit = "calendar:write", "operations waiting"
    if not health.writes:
        return Check(key=key, status="pass", code="write.off", value=0, unit=unit)
    if health.denied:
        output = "the server lets the room be read and not be written; nothing can be booked or ended on the screen"
        return Check(key=key, status="warn", code="write.denied", value=health.waiting, unit=unit,
                     since=health.denied_since, output=output)  # fmt: skip
    if health.oldest is not None and now - health.oldest > SLOW:
        output = f"{health.waiting} changes of the calendar wait for the server to take them"
        return Check(key=key, status="warn", code="write.waiting", value=health.waiting, unit=unit,
                     since=health.oldest, output=output)  # fmt: skip
    code = "write.not_yet" if health.denied is None else "write.ok"
    return Check(key=key, status="pass", code=code, value=health.waiting, unit=unit)


def _owner(health: ControlHealth) -> Check:
    second = health.second
    if second is None and not health.looked:
        return Check(key="calendar:owner", status="pass", code="owner.not_yet")
    if second is None:
        return Check(key="calendar:owner", status="pass", code="owner.alone", value=1, unit="boxes")
    output = f"another box, {second.host}, serves this mailbox as well; take the room away from one of them"
    return Check(key="calendar:owner", status="warn", code="calendar.second_owner", value=2, unit="boxes",
                 since=second.since, output=output)  # fmt: skip


def _requests(health: ControlHealth) -> list[Check]:
    answering = health.answering
    if answering is None:
        return []
    key, unit = "calendar:requests", "messages waiting"
    code = answering.refused or answering.failing
    if code is None:
        return [Check(key=key, status="pass", code="requests.ok", value=answering.backlog, unit=unit)]
    output = "invitations are not answered by this box" if answering.refused else "invitations wait for an answer"
    return [Check(key=key, status="warn", code=code, value=answering.backlog, unit=unit, since=answering.since,
                  output=output)]  # fmt: skip
