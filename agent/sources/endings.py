"""When what an account signs in with, and what it signs in to, ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from agent.errors import ConfigError
from agent.model.expiry import Ending, Expiry
from agent.sources.ews.settings import EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings

EWS_ENDS = datetime(2027, 4, 1, tzinfo=UTC)
"""Exchange Online's, worldwide (exchange.md 1.1). Of national clouds no date is known."""


def endings_of(account: EwsSettings | GraphSettings, secret_expires: str) -> Iterator[Expiry]:
    """What is known to end. `secret_expires`: the last day of the client secret as the administrator wrote it down."""
    if secret_expires:
        last = date.fromisoformat(secret_expires)
        yield Expiry(Ending.CLIENT_SECRET, datetime.combine(last, time(), UTC) + timedelta(days=1))
    certificate = certificate_ends(account)
    if certificate is not None:
        yield Expiry(Ending.APP_CERTIFICATE, certificate)
    if isinstance(account, EwsSettings) and account.online:
        yield Expiry(Ending.EWS, EWS_ENDS)


def certificate_ends(account: EwsSettings | GraphSettings) -> datetime | None:
    """Of the app's certificate; None without one, and when it cannot be read: signing in says why."""
    other_way = isinstance(account, GraphSettings) and account.auth is not GraphAuth.CERTIFICATE
    if account.certificate is None or other_way:
        return None
    from agent.sources.transport.credential import UnusableCertificate, read_certificate  # noqa: PLC0415  7 MB

    try:
        content = account.certificate()
        password = account.certificate_password() if account.certificate_password is not None else None
        return read_certificate(content.encode() if isinstance(content, str) else content, password or None).ends
    except (ConfigError, UnusableCertificate):
        return None
