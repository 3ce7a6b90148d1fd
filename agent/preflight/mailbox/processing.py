"""`mailbox.processing`: settings of the mailbox that take from invitations what the screen needs.

One check: it is about the worst sign, and its command mends all there are. What is stripped is gone: only new meetings
are cured (CX-12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.model.preflight import Finding, Status, Who
from agent.preflight.commands import rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed, warned
from agent.preflight.mailbox.signs import ENOUGH, Sign, meetings_of_others, signs
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by

_CURES = {
    Sign.COMMENTS: {"DeleteComments": "$false"},
    Sign.TENTATIVE: {"AutomateProcessing": "AutoAccept"},
    Sign.SUBJECT: {"DeleteSubject": "$false", "AddOrganizerToSubject": "$false"},
    Sign.CONFLICTS: {"AllowConflicts": "$false"},
    Sign.PRIVATE: {"RemovePrivateProperty": "$false"},
    Sign.EXTERNAL: {"ProcessExternalMeetingMessages": "$true"},
}
_WEAK = (Sign.PRIVATE, Sign.EXTERNAL)
"""They may well be meant so, and many rooms never see a private or a foreign meeting: no warning."""


@dataclass(frozen=True)
class Processing:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "mailbox.processing"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        room, meetings = self.visit.room, self.visit.meetings
        count = len(meetings_of_others(meetings, room))
        if count < ENOUGH:
            return Finding(Status.SKIPPED, "processing.too_few", {"count": str(count), "enough": str(ENOUGH)})
        found = signs(meetings, room, answered_by_box=target.config.meetings.process_requests)
        if not found:
            return passed("processing.good", count=str(count))
        settings = {name: value for sign in found for name, value in _CURES[sign].items()}
        said = {"count": str(count), "settings": ", ".join(settings)}
        worst = found[0]
        judged = passed(worst.value, **said)
        if worst not in _WEAK:
            judged = warned(worst.value, Who.EXCHANGE_ADMIN, **said)
        return mended_by(judged, rooms.processing(room, settings))
