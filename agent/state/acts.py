"""What people can do with a listed meeting now: end it, extend it, cancel it, say that they are there. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.model.control import ControlFacts, Mark
from agent.state.agenda import Slot

BOOK, EXTEND, END, CANCEL, CHECK_IN = "book", "extend", "end", "cancel", "check-in"
LEAST, MOST = timedelta(minutes=5), timedelta(minutes=720)
"""By how much a meeting is extended, and how long a booking is."""
_NOTHING = Mark()


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """What room control adds to a meeting on the wire. `actions` in the order of the screen's buttons."""

    actions: tuple[str, ...] = ()
    extend_until: datetime | None = None
    checked_in: bool | None = None
    release_at: datetime | None = None
    pending: bool = False


def acts_of(slot: Slot, ordered: Sequence[Slot], facts: ControlFacts, now: datetime, lead: timedelta) -> Acts:
    """For one of the listed meetings, which are ordered by begin."""
    mark = facts.marks.get(slot.id, _NOTHING)
    until = extend_until(slot, ordered, now) if EXTEND in facts.commands else None
    possible = {
        CHECK_IN: mark.checked_in is False and can_check_in(slot, now, lead),
        EXTEND: until is not None,
        END: can_end(slot, now),
        CANCEL: mark.ours and now < slot.end,
    }
    return Acts(
        actions=tuple(act for act, yes in possible.items() if yes and act in facts.commands),
        extend_until=until,
        checked_in=mark.checked_in,
        release_at=mark.release_at,
        pending=mark.pending,
    )


def can_end(slot: Slot, now: datetime) -> bool:
    """A timed meeting that runs and occupies the room."""
    return slot.occupies and not slot.all_day and slot.running(now)


def can_check_in(slot: Slot, now: datetime, lead: timedelta) -> bool:
    """From when it can be joined to its end."""
    return slot.occupies and not slot.all_day and slot.joinable_from(lead) <= now < slot.end


def extend_until(slot: Slot, ordered: Sequence[Slot], now: datetime) -> datetime | None:
    """The instant up to which a running meeting can be extended: where the next one begins, at most 12 hours on. None
    where there are not even five minutes."""
    if not can_end(slot, now):
        return None
    until = free_from(slot.end, [each for each in ordered if each.id != slot.id])
    return until if until >= slot.end + LEAST else None


def free_from(instant: datetime, ordered: Sequence[Slot]) -> datetime:
    """Until when the room is free from an instant on, at most 12 hours: the instant itself where it is not."""
    begins = (max(each.begin, instant) for each in ordered if each.occupies and each.end > instant)
    return min(instant + MOST, *begins, instant + MOST)
