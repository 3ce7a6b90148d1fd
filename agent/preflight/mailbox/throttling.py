"""`service.throttling`: how much room the service leaves us, as far as its answers to this run tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from agent.model.preflight import Finding, Who
from agent.preflight.account.refusals import name_of
from agent.preflight.commands import accounts
from agent.preflight.context import Notes, Target
from agent.preflight.findings import passed, warned
from agent.preflight.mailbox.visit import Visit
from agent.preflight.trouble import mended_by
from agent.sources.ews.settings import Auth, EwsSettings

NEAR = 0.8
"""Of a limit; from there on Graph itself begins to tell."""


@dataclass(frozen=True)
class Throttling:
    """The step, the last one of its visit, which it ends."""

    visit: Visit
    needs: Sequence[str]
    id: ClassVar[str] = "service.throttling"

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del target, notes
        traffic = self.visit.checkup.traffic
        self.visit.close()
        said = {"requests": str(traffic.requests), "wait": f"{max(self.visit.waits, default=0):.0f}"}
        if self.visit.waits or traffic.slowed:
            return self._with_policy(warned("service.throttled", Who.EXCHANGE_ADMIN, **said))
        if traffic.used is not None and traffic.used >= NEAR:
            share = f"{traffic.used:.0%}"
            return self._with_policy(warned("service.near_limit", Who.EXCHANGE_ADMIN, **said, share=share))
        return passed("service.quiet", **said)

    def _with_policy(self, finding: Finding) -> Finding:
        """On-premises the administrator can give the account a policy of its own; Exchange Online has no such thing."""
        account = self.visit.account
        if isinstance(account, EwsSettings) and account.auth is not Auth.OAUTH:
            return mended_by(finding, accounts.throttling_policy(name_of(account)))
        return finding
