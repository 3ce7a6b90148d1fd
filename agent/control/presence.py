"""What shows that people are in the room, and which meetings that speaks for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from agent.model.control import CALL, INPUT
from agent.state.agenda import Slot
from agent.state.display import DisplayFacts

EARLY = timedelta(minutes=10)
"""Who touches the screen this long before a meeting may have come for it."""
RUNNING, MEETING, LIVE = "running", "meeting", "live"


def at_display(facts: DisplayFacts) -> str | None:
    """What the display shows of people now: a call that runs, else a laptop's picture."""
    if not facts.present:
        return None
    if facts.meeting == RUNNING or facts.screen == MEETING:
        return CALL
    return INPUT if any(each.state == LIVE for each in facts.inputs) else None


def running(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    """The meetings that people in the room are in now: timed ones that occupy it, all of them where they overlap."""
    return [slot for slot in slots if _takes_place(slot) and slot.running(now)]


def near(slots: Iterable[Slot], at: datetime) -> list[Slot]:
    """The meetings that somebody who was in the room at an instant may have come for: those that ran then, and those
    that were about to begin."""
    return [slot for slot in slots if _takes_place(slot) and slot.begin - EARLY <= at < slot.end]


def _takes_place(slot: Slot) -> bool:
    return slot.occupies and not slot.all_day
