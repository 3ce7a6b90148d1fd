"""How the room's mailbox processes invitations, inferred from what became of them. Pure.

No API tells the settings of Set-CalendarProcessing (exchange.md 2.6); what they do to many meetings shows. One series
counts as one meeting: its occurrences have gone through the same hands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from agent.model.event import Fetched, Response

ENOUGH, PLENTY, MANY = 5, 10, 30
"""Meetings of others from which on a strong, a lone and a weak sign is believed."""
_MARKUP = re.compile(r"<[^<>]*>|&nbsp;|\s")
_LONGEST_EMPTY = 20_000


class Sign(StrEnum):
    """What a mailbox's settings have done, the worst first; values are codes of findings."""

    COMMENTS = "processing.comments"  # DeleteComments: no links, no passcodes
    TENTATIVE = "processing.tentative"  # AutomateProcessing AutoUpdate: nobody answers
    SUBJECT = "processing.subject"  # DeleteSubject, AddOrganizerToSubject
    CONFLICTS = "processing.conflicts"  # AllowConflicts
    PRIVATE = "processing.private"  # RemovePrivateProperty (weak)
    EXTERNAL = "processing.external"  # ProcessExternalMeetingMessages off (weak)


def meetings_of_others(items: Sequence[Fetched], room: str) -> list[Fetched]:
    """One of each series, whose organizer is known and not the room itself; cancelled ones say nothing."""
    found: dict[str, Fetched] = {}
    for item in items:
        occurrence = item.occurrence
        theirs = occurrence.organizer_address not in (None, "") and occurrence.response is not Response.ORGANIZER
        if theirs and not occurrence.cancelled and (occurrence.organizer_address or "").lower() != room.lower():
            found.setdefault(occurrence.key.uid, item)
    return list(found.values())


def signs(items: Sequence[Fetched], room: str, *, answered_by_box: bool = False) -> list[Sign]:
    """The signs there are, the worst first; none while there are fewer than `ENOUGH` meetings to judge by.

    `answered_by_box`: this box answers the requests itself, so that unanswered ones say nothing.
    """
    meetings = meetings_of_others(items, room)
    if len(meetings) < ENOUGH:
        return []
    many = len(meetings) >= MANY
    seen = {
        Sign.COMMENTS: _bodies_gone(meetings),
        Sign.TENTATIVE: not answered_by_box
        and all(each.occurrence.response in (Response.TENTATIVE, Response.NONE) for each in meetings),
        Sign.SUBJECT: all(_subject_gone(each) for each in meetings),
        Sign.CONFLICTS: _overlap(items),
        Sign.PRIVATE: many and not any(each.occurrence.private for each in meetings),
        Sign.EXTERNAL: many and len({_domain(each) for each in meetings} - {_host(room)}) == 0,
    }
    return [sign for sign, found in seen.items() if found]


def _bodies_gone(meetings: Sequence[Fetched]) -> bool:
    if not all(_empty(each.invitation.body) for each in meetings):
        return False
    return len(meetings) >= PLENTY or any(_online(each) for each in meetings)


def _empty(body: str | None) -> bool:
    """Whether nothing is left to read; what is longer than any empty page is not empty."""
    return body is None or (len(body) <= _LONGEST_EMPTY and not _MARKUP.sub("", body))


def _online(item: Fetched) -> bool:
    """Whether the meeting is evidently online: its properties or its place say so."""
    said = item.invitation.properties
    if said.get("IsOnlineMeeting") is True:
        return True
    texts = [item.invitation.location, *said.values()]
    return any(isinstance(text, str) and "https://" in text.lower() for text in texts)


def _subject_gone(item: Fetched) -> bool:
    """Empty, or with the organizer's name in front, as AddOrganizerToSubject leaves it."""
    subject, organizer = item.occurrence.subject, item.occurrence.organizer
    if not subject:
        return True
    return bool(organizer) and f"{subject} ".casefold().startswith(f"{organizer} ".casefold())


def _overlap(items: Sequence[Fetched]) -> bool:
    accepted = sorted(
        (each.occurrence.start, each.occurrence.end)
        for each in items
        if each.occurrence.response is Response.ACCEPTED
        and not each.occurrence.cancelled
        and not each.occurrence.all_day
        and each.occurrence.end > each.occurrence.start
    )
    return any(later[0] < earlier[1] for earlier, later in pairwise(accepted))


def _domain(item: Fetched) -> str:
    return _host(item.occurrence.organizer_address or "")


def _host(address: str) -> str:
    return address.rpartition("@")[2].lower()
