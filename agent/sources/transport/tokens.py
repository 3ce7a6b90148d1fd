"""Access tokens for an application, from Microsoft's identity platform or one that speaks like it, through MSAL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import msal
import requests
from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

from agent.errors import SignInFailed, SourceUnavailable
from agent.ports import Clock
from agent.sources.transport.refusals import TENANT_UNKNOWN, refused
from agent.sources.transport.session import Transport
from agent.sources.transport.token_client import UNREACHABLE, TokenClient

TROUBLE = (requests.RequestException, msal.exceptions.MsalError, KeyError)
"""What MSAL raises for answers it cannot use."""


class TokenSource(Protocol):
    """Where the tokens for requests come from."""

    def token(self) -> str:
        """A valid access token. Raises `SignInFailed`, `SourceUnavailable` or `SourceThrottled`."""

    def forget(self) -> None:
        """The next token is a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app registration. What it proves itself with: `client_secret`, or `certificate` (content of a PEM or PFX file
    with private key and certificate), which `certificate_password` opens. A person's sign-in needs neither.
    """

    authority: str
    tenant_id: str
    client_id: str
    scope: str
    client_secret: Callable[[], str] | None = field(default=None, repr=False)
    certificate: Callable[[], str | bytes] | None = field(default=None, repr=False)
    certificate_password: Callable[[], str] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.authority).hostname or self.authority

    @property
    def msal_options(self) -> dict[str, Any]:
        """Tenant and discovery. MSAL knows which of Microsoft's own hosts belong together, and asks about others."""
        return {
            "authority": f"{self.authority.rstrip('/')}/{self.tenant_id}",
            "instance_discovery": None if self.host in WELL_KNOWN_AUTHORITY_HOSTS else False,
        }

    def unreachable(self, what: str) -> SourceUnavailable:
        return SourceUnavailable(UNREACHABLE, f"{self.host}: no usable answer of the token service ({what})")

    def unknown_tenant(self) -> SignInFailed:
        """For MSAL's ValueError: its word for a tenant the authority does not know."""
        message = f"{self.host}: no sign-in for tenant {self.tenant_id}; check authority and tenant_id"
        return SignInFailed(TENANT_UNKNOWN, message)


class Tokens:
    """App-only tokens, cached by MSAL until shortly before they end. Not thread-safe: one per account and worker."""

    def __init__(self, app: App, transport: Transport, clock: Clock) -> None:
        self._app = app
        self._transport = transport
        self._clock = clock
        self._msal: Any = None

    def token(self) -> str:
        """A valid access token. At most one request with the secret per call.

        Raises `SignInFailed` when the app is refused (the AADSTS number is in the message), `SourceUnavailable` or
        `SourceThrottled` when the token service cannot be asked.
        """
        try:
            if self._msal is None:
                self._msal = self._application()
            answer = self._msal.acquire_token_for_client(scopes=[self._app.scope])
        except TROUBLE as error:
            raise self._app.unreachable(error.__class__.__name__) from error
        if "access_token" in answer:
            return str(answer["access_token"])
        self.forget()
        raise refused(answer, self._app.host, self._app.client_id)

    def forget(self) -> None:
        """The next token is a new one, got with a secret that is read again."""
        self._msal = None

    def _application(self) -> Any:
        credential = self._credential()
        try:
            return msal.ConfidentialClientApplication(  # asks the authority for its endpoints
                self._app.client_id,
                client_credential=credential,
                http_client=TokenClient(self._transport, self._app.authority, self._clock),
                **self._app.msal_options,
            )
        except ValueError as error:
            raise self._app.unknown_tenant() from error

    def _credential(self) -> str | dict[str, str]:
        if self._app.client_secret is not None:
            return self._app.client_secret()
        from agent.sources.transport.credential import UnusableCertificate, read_certificate  # noqa: PLC0415  7 MB

        assert self._app.certificate is not None
        content = self._app.certificate()
        password = self._app.certificate_password() if self._app.certificate_password is not None else None
        try:
            found = read_certificate(content.encode() if isinstance(content, str) else content, password)
        except UnusableCertificate as error:
            raise SignInFailed("calendar.certificate_unusable", f"certificate_file {error}") from error
        return {"private_key": found.private_key, "public_certificate": found.certificate}
