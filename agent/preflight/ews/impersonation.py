"""`ews.impersonation`: whether the account may act for the room, by the room's SMTP address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SourceError
from agent.model.preflight import Finding, Who
from agent.powershell import cures
from agent.powershell.rights import EWS_AS_APP
from agent.preflight.account.refusals import name_of
from agent.preflight.commands import apps, rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed, skipped
from agent.preflight.mailbox.exists import Exists, State, state_of
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble
from agent.sources.ews.settings import Auth


@dataclass(frozen=True)
class Impersonation:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "ews.impersonation"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        error, room = self.visit.opened(), self.visit.room
        if error is None or error.code == "calendar.access_denied":  # the folder's rights are another step's business
            return passed("ews.impersonation", room=room, account=name_of(self.visit.account))
        if error.code == "calendar.non_primary_address":
            finding = failed("ews.not_primary", Who.TECHNICIAN, room=room, primary=self._primary(error))
            return mended_by(finding, rooms.recipient(room))
        if error.code == "calendar.impersonation_denied":
            return self._denied()
        return skipped(Exists.id) if state_of(error) is not State.TROUBLE else trouble(error)

    def _denied(self) -> Finding:
        account, room = self.visit.account, self.visit.room
        finding = failed("ews.impersonation_denied", Who.EXCHANGE_ADMIN, room=room, account=name_of(account))
        if account.auth is Auth.OAUTH:
            return mended_by(finding, apps.role(account.client_id, room, EWS_AS_APP))
        return mended_by(finding, cures.impersonation_for(name_of(account), room))

    def _primary(self, error: SourceError) -> str:
        """As the server told it, else as the directory has it."""
        if "primary" in error.hints:
            return error.hints["primary"]
        found = self.visit.found(self.visit.room)
        return found[0].address if found and len(found) == 1 else "?"
