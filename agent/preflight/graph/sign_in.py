"""`graph.sign_in`: a token is got, with one request that shows the secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.errors import SignInFailed, SourceError
from agent.model.preflight import Finding
from agent.preflight.account.refusals import method_of, name_of, refused
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import trouble


@dataclass(frozen=True)
class SignIn:
    """The step."""

    visit: Visit
    needs: Sequence[str] = ("network.http",)
    id: ClassVar[str] = "graph.sign_in"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        account = self.visit.account
        try:
            self.visit.ask(lambda checkup: checkup.sign_in())
        except SignInFailed as error:
            return refused(error, account)
        except SourceError as error:
            return trouble(error)
        self.visit.signed_in = True
        return passed("account.signed_in", account=name_of(account), method=method_of(account))
