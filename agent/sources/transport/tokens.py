"""Access tokens for an application, from Microsoft's identity platform or one that speaks like it, through MSAL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msal
import requests
from jwt.exceptions import InvalidKeyError
from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

from agent.errors import SignInFailed, SourceThrottled, SourceUnavailable
from agent.ports import Clock
from agent.sources.transport.session import Transport
from agent.sources.transport.waits import retry_after

UNREACHABLE = "calendar.token_service_unreachable"
REFUSED = "calendar.sign_in_failed"
EXPIRED = "calendar.secret_expired"

_EXPIRED_CODES = frozenset({7000222})
_KEY = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----.+?-----END (?:[A-Z]+ )?PRIVATE KEY-----", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """An app registration. Its secret: `client_secret`, or `certificate` (PEM with private key and certificate)."""

    authority: str
    tenant_id: str
    client_id: str
    scope: str
    client_secret: Callable[[], str] | None = field(default=None, repr=False)
    certificate: Callable[[], str] | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        return urlsplit(self.authority).hostname or self.authority


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
        except InvalidKeyError as error:
            raise SignInFailed(
                REFUSED, "certificate_file: this private key cannot be used; an RSA key is needed"
            ) from error
        except (requests.RequestException, msal.exceptions.MsalError, KeyError) as error:
            raise self._unreachable(error.__class__.__name__) from error
        if "access_token" in answer:
            return str(answer["access_token"])
        self.forget()
        raise self._refused(answer)

    def forget(self) -> None:
        """The next token is a new one, got with a secret that is read again."""
        self._msal = None

    def _application(self) -> Any:
        app = self._app
        credential = self._credential()
        try:
            return msal.ConfidentialClientApplication(  # asks the authority for its endpoints
                app.client_id,
                client_credential=credential,
                authority=f"{app.authority.rstrip('/')}/{app.tenant_id}",
                instance_discovery=None if app.host in WELL_KNOWN_AUTHORITY_HOSTS else False,
                http_client=_TokenClient(self._transport, app, self._clock),
            )
        except ValueError as error:  # MSAL's word for a tenant the authority does not know, or an unusable key
            message = f"{app.host}: no sign-in for tenant {app.tenant_id}; check authority, tenant_id and certificate"
            raise SignInFailed(REFUSED, message) from error

    def _credential(self) -> str | dict[str, str]:
        if self._app.client_secret is not None:
            return self._app.client_secret()
        assert self._app.certificate is not None
        pem = self._app.certificate()
        key, certificate = _KEY.search(pem), _CERTIFICATE.search(pem)
        if key is None or certificate is None:
            raise SignInFailed(REFUSED, "certificate_file: expected an unencrypted key and a certificate, as PEM")
        return {"private_key": key.group(), "public_certificate": certificate.group()}

    def _refused(self, answer: dict[str, Any]) -> SignInFailed:
        numbers = [number for number in answer.get("error_codes") or [] if isinstance(number, int)]
        what = f"AADSTS{numbers[0]}" if numbers else re.sub(r"\W", "", str(answer.get("error")))[:40]
        code = EXPIRED if _EXPIRED_CODES.intersection(numbers) else REFUSED
        return SignInFailed(code, f"{self._app.host}: the token service refused app {self._app.client_id} ({what})")

    def _unreachable(self, what: str) -> SourceUnavailable:
        return SourceUnavailable(UNREACHABLE, f"{self._app.host}: no usable answer of the token service ({what})")


class _TokenClient:
    """The HTTP client MSAL is given: our transport, no redirects, and only answers MSAL can read."""

    def __init__(self, transport: Transport, app: App, clock: Clock) -> None:
        self._session = transport.session(app.authority)
        self._host = app.host
        self._clock = clock

    def get(self, url: str, **options: Any) -> requests.Response:
        return self._request("GET", url, options)

    def post(self, url: str, **options: Any) -> requests.Response:
        return self._request("POST", url, options)

    def close(self) -> None:
        self._session.close()

    def _request(self, method: str, url: str, options: dict[str, Any]) -> requests.Response:
        try:
            response = self._session.request(method, url, **options, allow_redirects=False)
        except SourceUnavailable as error:
            raise SourceUnavailable(UNREACHABLE, f"token service: {error}") from error
        status = response.status_code
        wait = retry_after(response.headers, self._clock.now())
        if status == 429 or (status == 503 and wait is not None):
            raise SourceThrottled("calendar.throttled", f"{self._host}: the token service asks us to wait", wait)
        if not (status < 300 or 400 <= status < 500) or not _is_object(response.content):
            raise SourceUnavailable(UNREACHABLE, f"{self._host}: HTTP {status} is no answer of a token service")
        return response


def _is_object(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), dict)
    except ValueError:
        return False
