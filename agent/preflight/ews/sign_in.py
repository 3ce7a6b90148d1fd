"""`ews.sign_in`: the secret is shown once. A refused one is not tried again in this run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SignInFailed, SourceError
from agent.model.preflight import Finding, Status
from agent.preflight.account.refusals import method_of, name_of, refused
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import trouble
from agent.sources.ews.settings import Auth

BLOCKED = "calendar.ews_blocked"


@dataclass(frozen=True)
class SignIn:
    """The step. Exchange refuses blocked services before it looks at passwords; a token has been given by then."""

    visit: Visit
    needs: Sequence[str] = ("network.http",)
    id: ClassVar[str] = "ews.sign_in"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        account = self.visit.account
        try:
            self.visit.ask(lambda checkup: checkup.sign_in())
        except SignInFailed as error:
            return refused(error, account)
        except SourceError as error:
            if error.code != BLOCKED:
                return trouble(error)
            self.visit.blocked = True
            if account.auth is not Auth.OAUTH:
                return Finding(Status.SKIPPED, "ews.sign_in_not_judged")
        self.visit.signed_in = True
        return passed("account.signed_in", account=name_of(account), method=method_of(account))
