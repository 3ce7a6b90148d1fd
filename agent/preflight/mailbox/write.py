"""`mailbox.write`: whether meetings can be booked and ended from the screen. With consent only: see
`agent.sources.write_check` for what is written, and where nobody ever sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import AccessDenied, SignInFailed
from agent.model.preflight import Finding, Status, Who
from agent.powershell.rights import CALENDARS
from agent.preflight.account.refusals import name_of, refused
from agent.preflight.commands import apps, rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble
from agent.sources.graph.settings import GraphSettings
from agent.sources.write_check import SUBJECT


@dataclass(frozen=True)
class Write:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "mailbox.write"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        if not target.write:
            return Finding(Status.SKIPPED, "mailbox.write_not_asked")
        account, room = self.visit.account, self.visit.room
        written = self.visit.ask(lambda checkup: checkup.try_writing())
        for error in (written.refused, written.left):
            if isinstance(error, SignInFailed):
                self.visit.shut(error)
        said = {"room": room, "account": name_of(account), "subject": SUBJECT}
        if isinstance(written.refused, AccessDenied):
            finding = failed("mailbox.write_denied", Who.EXCHANGE_ADMIN, **said)
            return mended_by(finding, self._right_to_write())
        if written.left is not None:
            finding = failed("mailbox.write_left", Who.EXCHANGE_ADMIN, **said)
            remove = rooms.remove_events_graph if isinstance(account, GraphSettings) else rooms.remove_items_ews
            return mended_by(finding, remove(room, SUBJECT))
        if isinstance(written.refused, SignInFailed):
            return refused(written.refused, account)
        return passed("mailbox.write", **said) if written.refused is None else trouble(written.refused)

    def _right_to_write(self) -> str:
        account, room = self.visit.account, self.visit.room
        if isinstance(account, GraphSettings):
            return apps.role(account.client_id, room, CALENDARS)
        return rooms.calendar_rights(room)
