"""Operations as they go into the outbox. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from agent.model.control import Act, Kind, Mail, NewBooking, NewOperation, Target
from agent.model.event import Occurrence

TRIED_FOR, MAIL_TRIED_FOR = timedelta(minutes=15), timedelta(hours=24)
"""How long it is tried to write to the calendar, and to send a message."""
_MAILS = UUID("5b1f2a51-7f0c-4a0e-9a51-3f4c9d1d8c57")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for what, when, and by which command. `key`: a new UUID. `strikes`: of a series, for the audit log."""

    act: Act
    command_id: str
    actor: str
    reason: str
    at: datetime
    key: str
    undoes: str | None = None
    strikes: int | None = None


def creating(asked: Asked, meeting_id: str, booking: NewBooking) -> NewOperation:
    """Book the room. `meeting_id`: the one the booking will have."""
    return _operation(asked, Kind.CREATE, meeting_id, booking.end, booking=booking)


def ending(asked: Asked, meeting_id: str, target: Target, end: datetime) -> NewOperation:
    """Let a meeting end at another time; of no use once both times are over."""
    return _operation(asked, Kind.SET_END, meeting_id, max(target.end, end), target=target, end=end)


def deleting(asked: Asked, meeting_id: str, target: Target) -> NewOperation:
    """Remove a booking."""
    return _operation(asked, Kind.DELETE, meeting_id, target.end, target=target)


def sending(ended: NewOperation, mail: Mail, now: datetime) -> NewOperation:
    """A message about a meeting that an operation has ended; always the same one, so it is sent once."""
    return NewOperation(
        key=str(uuid5(_MAILS, ended.key)),
        command_id=ended.command_id,
        act=ended.act,
        kind=Kind.MAIL,
        meeting_id=ended.meeting_id,
        actor=ended.actor,
        reason=ended.reason,
        expires=now + MAIL_TRIED_FOR,
        mail=mail,
    )


def target_of(occurrence: Occurrence) -> Target:
    """A meeting as it is shown."""
    return Target(item_id=occurrence.item_id, key=occurrence.key, start=occurrence.start, end=occurrence.end)


def _operation(
    asked: Asked,
    kind: Kind,
    meeting_id: str,
    useful_until: datetime,
    *,
    booking: NewBooking | None = None,
    target: Target | None = None,
    end: datetime | None = None,
) -> NewOperation:
    return NewOperation(
        key=asked.key,
        command_id=asked.command_id,
        act=asked.act,
        kind=kind,
        meeting_id=meeting_id,
        actor=asked.actor,
        reason=asked.reason,
        expires=min(asked.at + TRIED_FOR, useful_until),
        booking=booking,
        target=target,
        end=end,
        undoes=asked.undoes,
        strikes=asked.strikes,
    )
