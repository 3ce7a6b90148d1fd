"""`ews.enabled`: whether the organisation, and the room's mailbox, still let Exchange Web Services be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.model.preflight import Finding, Who
from agent.preflight.commands import apps, rooms
from agent.preflight.context import Notes, Scope, Target
from agent.preflight.ews.sign_in import BLOCKED, SignIn
from agent.preflight.findings import failed, passed, skipped, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by
from agent.sources.endings import EWS_ENDS
from agent.sources.ews.settings import EwsSettings


@dataclass(frozen=True)
class Enabled:
    """The step. A 403 is the whole service's where sign-in met it, else the mailbox's own (Set-CASMailbox)."""

    visit: Visit
    needs: Sequence[str] = ("network.http",)
    id: ClassVar[str] = "ews.enabled"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        account = self.visit.account
        assert isinstance(account, EwsSettings)
        if not (self.visit.signed_in or self.visit.blocked):
            return skipped(SignIn.id)
        if not self.visit.blocked and target.scope is Scope.ROOM:
            error = self.visit.opened()
            self.visit.blocked = error is not None and error.code == BLOCKED
        said = {"host": account.host, "date": f"{EWS_ENDS:%Y-%m-%d}", "app": account.client_id}
        if self.visit.blocked and account.online:
            command = apps.allow_ews_online(account.client_id, account.mailbox)
            return mended_by(failed("ews.blocked_online", Who.EXCHANGE_ADMIN, **said), command)
        if self.visit.blocked:
            command = rooms.allow_ews_on_prem(account.mailbox)
            return mended_by(failed("ews.blocked", Who.EXCHANGE_ADMIN, **said), command)
        return warned("ews.ends", Who.EXCHANGE_ADMIN, **said) if account.online else passed("ews.enabled", **said)
