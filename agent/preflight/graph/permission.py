"""`graph.permission`: whether the app, or the person, may open the room's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SignInFailed
from agent.model.preflight import Finding, Who
from agent.powershell.rights import CALENDARS
from agent.preflight.account.refusals import is_person, name_of, refused
from agent.preflight.commands import apps, rooms
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed, skipped
from agent.preflight.mailbox.exists import Exists, State, state_of
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by, trouble

_DENIED = {
    "calendar.graph_access_denied": "graph.permission_denied",
    "calendar.app_role_missing": "graph.role_missing",
    "calendar.mailbox_out_of_scope": "graph.out_of_scope",
}


@dataclass(frozen=True)
class Permission:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "graph.permission"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        account, error = self.visit.account, self.visit.opened()
        said = {"room": self.visit.room, "account": name_of(account)}
        if error is None:
            return passed("graph.permission", **said)
        if isinstance(error, SignInFailed):
            return refused(error, account)
        if error.code in _DENIED and is_person(account):
            finding = failed("graph.person_denied", Who.EXCHANGE_ADMIN, **said)
            return mended_by(finding, rooms.permissions(self.visit.room))
        if error.code in _DENIED:
            command = apps.role(account.client_id, self.visit.room, CALENDARS)
            return mended_by(failed(_DENIED[error.code], Who.EXCHANGE_ADMIN, **said), command)
        return skipped(Exists.id) if state_of(error) is not State.TROUBLE else trouble(error)
