"""Whether a meeting that nobody came to is released, and when. Pure: wall time is given, a prompt's age is measured by
the monotonic clock.

A *prompt* is the question on the screen whether anybody is there. It is up while a meeting may be released and people
could see that, and it has to be up for `PROMPT` without a break before anything is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from agent.model.control import Attendance
from agent.state.agenda import Slot

PROMPT, LONGEST_PROMPT = timedelta(minutes=2), timedelta(minutes=5)
LONG = timedelta(hours=8)
"""A meeting that lasts this long is never released."""
MADE_BEFORE = timedelta(hours=2)
"""One that came into the calendar later than this before its start is not either: who made it is on the way."""
COMES_FROM = timedelta(hours=2)
"""People come to a meeting at most this long before it starts: no lead of a join is longer."""
STRIKES_FOR = timedelta(days=60)


class Verdict(StrEnum):
    """What is to be done about a meeting at an instant."""

    NEVER = "never"  # not as it is now: it does not run, somebody came, it is none that may be released
    LATER = "later"  # nothing is known against it yet
    HELD = "held"  # it would be asked about, but not now
    PROMPT = "prompt"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is known at an instant. `known`: what the box knows of people in it could be read. `stale`: the calendar is
    not to be trusted; `watched`: a page or a display is there; `pending`: a change of the meeting is on its way;
    `prompted`: for how long the prompt has been up, None while it is not."""

    now: datetime
    attendance: Attendance | None = None
    known: bool = True
    stale: bool = False
    watched: bool = True
    pending: bool = False
    prompted: timedelta | None = None


def releasable(slot: Slot, after: timedelta) -> bool:
    """Whether this meeting may be released at all, `after` its start. Tentative ones count as any."""
    created = slot.stored.entry.occurrence.created
    return (
        after > timedelta(0)
        and not slot.all_day
        and slot.occupies
        and slot.end - slot.begin < LONG
        and created is not None
        and slot.begin - created >= MADE_BEFORE
        and due(slot, after) < slot.end
    )


def due(slot: Slot, after: timedelta) -> datetime:
    """When its time is over, had the prompt been up for long enough."""
    return slot.begin + after


def prompt_from(slot: Slot, after: timedelta) -> datetime:
    """From when on the screen asks: for the last half of the time, but for 2 minutes at least and 5 at most."""
    return max(slot.begin, due(slot, after) - min(LONGEST_PROMPT, max(PROMPT, after / 2)))


def release_at(slot: Slot, after: timedelta, shown: datetime) -> datetime:
    """When a meeting whose prompt came up at `shown` is released; a whole second."""
    at = max(due(slot, after), shown + PROMPT)
    return at if not at.microsecond else at.replace(microsecond=0) + timedelta(seconds=1)


def came(attendance: Attendance | None) -> bool:
    """Whether somebody is known to have come."""
    return attendance is not None and attendance.evidence is not None


def verdict(slot: Slot, after: timedelta, case: Case) -> Verdict:
    """What is to be done now."""
    settled = case.attendance is not None and (case.attendance.released or case.attendance.kept) is not None
    if not slot.running(case.now) or not releasable(slot, after) or came(case.attendance) or settled:
        return Verdict.NEVER
    if case.now < prompt_from(slot, after):
        return Verdict.LATER
    if not case.known or case.stale or not case.watched or case.pending:
        return Verdict.HELD
    long_enough = case.prompted is not None and case.prompted >= PROMPT
    return Verdict.RELEASE if long_enough and case.now >= due(slot, after) else Verdict.PROMPT


def moved(attendance: Attendance, begin: datetime) -> Attendance:
    """What is still known when a meeting starts at `begin`: who came long before that came to something else."""
    kept = replace(attendance, start=begin)
    if attendance.since is None or begin - attendance.since <= COMES_FROM:
        return kept
    return replace(kept, evidence=None, since=None)
