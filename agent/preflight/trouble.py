"""What is not the step's own business: the network's trouble, and the server's."""

from __future__ import annotations

from dataclasses import replace

from agent.errors import AccessDenied, MailboxNotFound, SignInFailed, SourceError, SourceThrottled
from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed

_WHO: dict[str, Who] = {
    "calendar.unreachable": Who.NETWORK,
    "calendar.timeout": Who.NETWORK,
    "calendar.tls": Who.NETWORK,
    "calendar.proxy": Who.NETWORK,
    "calendar.token_service_unreachable": Who.NETWORK,
    "calendar.ntlm_broken": Who.NETWORK,
    "calendar.not_exchange": Who.TECHNICIAN,
    "calendar.not_graph": Who.TECHNICIAN,
}


def trouble(error: SourceError) -> Finding:
    """A failed check under the error's own code, whose sentences are in `agent/texts`."""
    if isinstance(error, SourceThrottled):
        return failed("service.busy", Who.EXCHANGE_ADMIN, wait=f"{error.retry_after_s or 60:.0f}")
    admins = isinstance(error, AccessDenied | MailboxNotFound | SignInFailed)
    return failed(error.code, Who.EXCHANGE_ADMIN if admins else _WHO.get(error.code, Who.EXCHANGE_ADMIN))


def mended_by(finding: Finding, command: str) -> Finding:
    """The finding with the PowerShell that mends it, or shows more."""
    return replace(finding, command=command)
