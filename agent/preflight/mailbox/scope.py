"""`mailbox.scope`: least privilege proven: a mailbox that is none of the box's business stays shut (XT-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from agent.errors import AccessDenied, MailboxNotFound, SignInFailed, SourceError
from agent.model.preflight import Finding, Status, Who
from agent.preflight.account.refusals import is_person, name_of, refused
from agent.preflight.commands import accounts, apps, rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed, shown
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble
from agent.sources.ews.settings import Auth, EwsSettings


@dataclass(frozen=True)
class OtherMailbox:
    """The step: tries to open the mailbox that was named, reads nothing of it."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "mailbox.scope"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        other = target.other_mailbox.strip()
        if not other:
            return Finding(Status.SKIPPED, "mailbox.scope_not_asked")
        if other.lower() == self.visit.room.lower():
            return _says_nothing(other)
        visit = Visit(replace(self.visit.account, mailbox=other), target.clock, self.visit.refusal)
        try:
            error = visit.opened()
        finally:
            visit.close()
        return self._judged(other, error)

    def _judged(self, other: str, error: SourceError | None) -> Finding:
        said = {"other": other, "account": name_of(self.visit.account)}
        if error is None:
            finding = failed("mailbox.scope_too_wide", Who.EXCHANGE_ADMIN, **said)
            return mended_by(finding, self._narrow(other))
        if isinstance(error, SignInFailed):
            self.visit.shut(error)
            return refused(error, self.visit.account)
        if isinstance(error, MailboxNotFound) or self._unknown(other):
            return _says_nothing(other)
        if isinstance(error, AccessDenied) and error.code != "calendar.ews_blocked":  # that one is no lack of rights
            return passed("mailbox.scope", **said)
        return trouble(error)

    def _unknown(self, other: str) -> bool:
        """EWS denies what does not exist like what is out of scope: the directory tells them apart."""
        found = self.visit.found(other) if isinstance(self.visit.account, EwsSettings) else None
        return found is not None and not found

    def _narrow(self, other: str) -> str:
        account, room = self.visit.account, self.visit.room
        if is_person(account):
            return rooms.permissions(other)
        if isinstance(account, EwsSettings) and account.auth is not Auth.OAUTH:
            return accounts.narrow(account.username, room)
        return apps.narrow(account.client_id, room)


def _says_nothing(other: str) -> Finding:
    return Finding(Status.SKIPPED, "mailbox.scope_says_nothing", {"other": shown(other)})
