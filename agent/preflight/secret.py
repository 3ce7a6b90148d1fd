"""`account.secret`: what the account signs in with is on this box and can be read. Nothing of it is said."""

from __future__ import annotations

from collections.abc import Callable

from agent.errors import ConfigError
from agent.model.preflight import Finding, Who
from agent.preflight.context import Notes, Target
from agent.preflight.findings import failed, passed
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings

NEED = "account.secret"


class Secret:
    """The step."""

    id = NEED
    needs = ()

    def __call__(self, target: Target, notes: Notes) -> Finding:
        del notes
        assert target.account is not None
        try:
            return _looked_at(target.account)
        except ConfigError as error:
            code = "account.secret_missing" if error.code == "secret.missing" else "account.secret_unusable"
            return failed(code, Who.TECHNICIAN, said=str(error))


def _looked_at(account: EwsSettings | GraphSettings) -> Finding:
    certificate: Callable[[], str | bytes] | None
    if isinstance(account, GraphSettings):
        if account.auth is GraphAuth.DEVICE_CODE:
            signed_in = bool(account.load_sign_in())
            return passed(NEED) if signed_in else failed("account.nobody_signed_in", Who.TECHNICIAN)
        certificate = account.certificate if account.auth is GraphAuth.CERTIFICATE else None
        secret = account.client_secret
    else:
        certificate = account.certificate if account.auth is Auth.OAUTH else None
        secret = account.client_secret if account.auth is Auth.OAUTH else account.password
    if certificate is not None:
        return _certificate(certificate, account.certificate_password)
    if secret is not None:
        secret()
    return passed(NEED)


def _certificate(content: Callable[[], str | bytes], password: Callable[[], str] | None) -> Finding:
    from agent.sources.transport.credential import UnusableCertificate, read_certificate  # noqa: PLC0415  7 MB

    found = content()
    try:
        read_certificate(found.encode() if isinstance(found, str) else found, password() if password else None)
    except UnusableCertificate as error:
        return failed("account.certificate_unusable", Who.TECHNICIAN, said=str(error))
    return passed(NEED)
