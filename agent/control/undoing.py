"""What can be taken back, for how long, and by which operation. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from agent.control.offers import Scene
from agent.control.operations import Asked, creating, deleting, ending, target_of
from agent.errors import CommandError
from agent.model.control import Act, Kind, NewBooking, NewOperation, Operation, OpState, Target
from agent.state.acts import free_from
from agent.state.hot_desk import nothing_to_undo

UNDONE_WITHIN = timedelta(minutes=10)
ACTS = (Act.BOOK, Act.EXTEND, Act.END, Act.CANCEL, Act.RELEASE)
ALIVE = (OpState.WAITING, OpState.DONE)


def undoable(operations: Sequence[Operation], now: datetime) -> list[Operation]:
    """What can be taken back now, the newest first: of each meeting what was done with it last."""
    alive = [each for each in operations if each.state in ALIVE and each.new.kind is not Kind.MAIL]
    undone = {each.new.undoes for each in alive if each.new.undoes}
    latest = {
        each.new.meeting_id: each
        for each in sorted(alive, key=lambda each: each.number)
        if each.new.kind is Kind.DELETE or (each.new.act in ACTS and each.new.command_id not in undone)
    }  # a meeting that was removed does not come back: what was cancelled is booked again as another one
    found = [each for each in latest.values() if each.new.act in ACTS and each.new.command_id not in undone]
    still = [each for each in found if _lately(each, now) and now < until(each)]
    return sorted(still, key=lambda each: each.number, reverse=True)


def until(operation: Operation) -> datetime:
    """Until when it can be taken back: ten minutes, and while that is of use."""
    new, outcome = operation.new, operation.outcome
    over = _useful_until(new)
    return over if outcome is None else min(outcome.at + UNDONE_WITHIN, over)


def _lately(operation: Operation, now: datetime) -> bool:
    """Not at a time to come, by a clock that was wrong then and is set right."""
    return operation.outcome is None or operation.outcome.at - now < UNDONE_WITHIN


def _useful_until(new: NewOperation) -> datetime:
    if new.booking is not None:
        return new.booking.end
    assert new.target is not None
    return new.end if new.act is Act.EXTEND and new.end is not None else new.target.end


def taking_back(done: Operation, scene: Scene, asked: Asked, booking: NewBooking | None, new_id: str) -> NewOperation:
    """The operation that takes another one back. `booking`: what was cancelled, which gets `new_id`. Raises
    CommandError: 404 where the meeting is another one by now, 409 where the room is no longer free for it."""
    new = done.new
    if new.kind is Kind.CREATE:
        slot = next((each for each in scene.slots if each.id == new.meeting_id), None)
        if slot is None:
            raise nothing_to_undo()
        return deleting(asked, new.meeting_id, target_of(slot.stored.entry.occurrence))
    target = new.target
    if target is None:
        raise nothing_to_undo()
    if new.kind is Kind.DELETE:
        if booking is None:
            raise nothing_to_undo()
        _must_be_free(scene, max(target.start, scene.minute), target.end, new.meeting_id)
        return creating(asked, new_id, replace(booking, start=target.start, end=target.end))
    if new.end is None or not _as_left(scene, new.meeting_id, new.end):
        raise nothing_to_undo()
    end = max(target.end, scene.minute) if new.act is Act.EXTEND else target.end
    _must_be_free(scene, max(new.end, scene.minute), end, new.meeting_id)
    return ending(asked, new.meeting_id, _left(done, target, new.end), end)


def _as_left(scene: Scene, meeting_id: str, end: datetime) -> bool:
    """Whether it still ends where it was made to end; one that is no longer listed began yesterday."""
    return all(slot.end == end for slot in scene.slots if slot.id == meeting_id)


def _left(done: Operation, target: Target, end: datetime) -> Target:
    present = done.outcome.present if done.outcome is not None else None
    return replace(target, end=end, item_id=present.item_id if present is not None else target.item_id)


def _must_be_free(scene: Scene, start: datetime, end: datetime, meeting_id: str) -> None:
    if start < end and free_from(start, [each for each in scene.slots if each.id != meeting_id]) < end:
        raise CommandError("undo.conflict", "The room is taken by another meeting now.", 409)
