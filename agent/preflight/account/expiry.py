"""`account.expiry`: what the sign-in needs and what ends some day. Nothing is asked of anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from agent.model.expiry import Ending, Expiry
from agent.model.preflight import Finding, Who
from agent.preflight.commands import apps
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed, warned
from agent.preflight.trouble import mended_by
from agent.sources.endings import endings_of
from agent.sources.ews.settings import EwsSettings
from agent.sources.graph.settings import GraphSettings

SOON = timedelta(days=30)
_CODES = {
    Ending.CLIENT_SECRET: ("expiry.client_secret_soon", "expiry.client_secret_over"),
    Ending.APP_CERTIFICATE: ("expiry.app_certificate_soon", "expiry.app_certificate_over"),
    Ending.EWS: ("expiry.ews_soon", "expiry.ews_over"),
}


class Forecast:
    """The step: about what ends first."""

    id = "account.expiry"
    needs: Sequence[str] = ()

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        account = target.account
        assert account is not None
        calendar = target.config.calendar
        section = calendar.graph if isinstance(account, GraphSettings) else calendar.ews
        endings = sorted(endings_of(account, section.client_secret_expires), key=lambda each: each.ends)
        if not endings:
            return passed("expiry.none")
        return _judged(endings[0], target, account)


def _judged(first: Expiry, target: Target, account: EwsSettings | GraphSettings) -> Finding:
    left = first.ends - target.clock.now()
    said = {"date": first.day, "days": str(max(0, left.days))}
    if left > SOON:
        return passed("expiry.later", **said)
    soon, over = _CODES[first.what]
    if left <= timedelta():
        finding = failed(over, Who.EXCHANGE_ADMIN, **said)
    else:
        finding = warned(soon, Who.EXCHANGE_ADMIN, **said)
    if first.what is Ending.EWS:
        return finding  # no command makes it last longer
    renew = apps.new_secret if first.what is Ending.CLIENT_SECRET else apps.certificates
    return mended_by(finding, renew(account.client_id))
