"""`account.second_owner`: an app registration with one owner is lost when that person leaves. Calendar rights do not
show owners, and need not: then the command does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SignInFailed
from agent.model.preflight import Finding, Status, Who
from agent.preflight.account.refusals import refused
from agent.preflight.commands import apps
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by


@dataclass(frozen=True)
class Owners:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "account.second_owner"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        account = self.visit.account
        command = apps.owners(account.client_id)
        try:
            count = self.visit.ask(lambda checkup: checkup.owners())
        except SignInFailed as error:
            return refused(error, account)
        said = {"account": account.client_id, "count": str(count)}
        if count is None:
            return Finding(Status.SKIPPED, "account.owners_unknown", said, Who.EXCHANGE_ADMIN, command)
        if count > 1:
            return passed("account.owners", **said)
        return mended_by(warned("account.single_owner", Who.EXCHANGE_ADMIN, **said), command)
