"""`account.second_owner`: whether anybody but this account gets at the room's mailbox. EWS does not tell; the command
does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.model.preflight import Finding, Status, Who
from agent.preflight.account.refusals import name_of
from agent.preflight.commands import accounts, apps
from agent.preflight.context import Notes, Target
from agent.preflight.mailbox.visit import Visit
from agent.sources.ews.settings import Auth


@dataclass(frozen=True)
class OtherWay:
    """The step."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "account.second_owner"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        account = self.visit.account
        said = {"account": name_of(account), "room": self.visit.room}
        if account.auth is Auth.OAUTH:
            command = apps.owners(account.client_id)
            return Finding(Status.SKIPPED, "account.owners_unknown", said, Who.EXCHANGE_ADMIN, command)
        command = accounts.other_ways(self.visit.room)
        return Finding(Status.SKIPPED, "account.other_ways_unknown", said, Who.EXCHANGE_ADMIN, command)
