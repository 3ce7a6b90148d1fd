"""How the service account signs in: what goes into each request, and when secrets are read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import requests
import requests_ntlm.requests_ntlm as ntlm
from requests.auth import AuthBase, HTTPBasicAuth

from agent.errors import ConfigError
from agent.ports import Clock
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.transport.session import Transport
from agent.sources.transport.tokens import App, Tokens


class SignIn:
    """Reads the secret before each call, never inside the library: a changed file counts at once.

    `prepare` does what may fail before a call; `auth` then only hands out what is there.
    """

    def __init__(self, settings: EwsSettings, transport: Transport, clock: Clock) -> None:
        self._settings = settings
        self._secret: str | bytes | None = None
        self._bearer: _Bearer | None = None
        self._tokens: Tokens | None = None
        self._lock = threading.Lock()
        if settings.auth == Auth.OAUTH:
            self._bearer = _Bearer()
            self._tokens = Tokens(_app(settings), transport, clock)

    def prepare(self) -> bool:
        """Secret read, token fresh. True when it is another secret: sessions that sign with the old one must go.

        Raises what reading it or `Tokens.token` raises. A secret in hand that was not refused outlives its file.
        """
        with self._lock:
            changed = self._read_again()
            if self._tokens is not None and self._bearer is not None:
                if changed:
                    self._tokens.forget()
                self._bearer.token = self._tokens.token()
            return changed

    def _read_again(self) -> bool:
        before = self._secret
        try:
            self._secret = _read(self._settings)
        except ConfigError:
            if before is None:
                raise
        return before is not None and self._secret != before

    def forget(self) -> None:
        """The secret in hand was refused."""
        with self._lock:
            self._secret = None
            if self._tokens is not None:
                self._tokens.forget()

    def auth(self) -> AuthBase:
        """What signs a new session's requests."""
        if self._bearer is not None:
            return self._bearer
        user, password = self._settings.username, self._secret if isinstance(self._secret, str) else ""
        if self._settings.auth == Auth.NTLM:
            return NtlmAuth(user if "\\" in user or "@" not in user else f"\\{user}", password)
        return HTTPBasicAuth(user.encode(), password.encode())


class _Bearer(AuthBase):
    """The current token, in every request of every session."""

    def __init__(self) -> None:
        self.token = ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


class NtlmAuth(ntlm.HttpNtlmAuth):
    """NTLM with the server's certificate bound in (Extended Protection), as noted by our adapter.

    requests_ntlm would look for the socket in the answer, whose connection is free again by then.
    """

    def _get_server_cert(self, response: requests.Response) -> Any:
        certificate = getattr(response, "peer_certificate", None)
        return None if certificate is None else ntlm._get_certificate_hash(certificate)  # noqa: SLF001


def split_handshake(response: requests.Response) -> bool:
    """Whether an NTLM handshake was spread over several connections: something on the way closes them, and no
    password was judged (reliability.md A11).
    """
    handshake = [getattr(answer, "connections_opened", 0) for answer in (*response.history[1:], response)]
    return len(handshake) > 1 and handshake[0] != handshake[-1]


def _read(settings: EwsSettings) -> str | bytes:
    secret: Callable[[], str | bytes] | None
    secret = settings.certificate or settings.client_secret if settings.auth == Auth.OAUTH else settings.password
    if secret is None:
        raise ConfigError("calendar.ews: no secret for the service account; set password_file or another *_file")
    return secret()


def _app(settings: EwsSettings) -> App:
    return App(
        authority=settings.authority,
        tenant_id=settings.tenant_id,
        client_id=settings.client_id,
        scope=settings.scope,
        client_secret=settings.client_secret,
        certificate=settings.certificate,
        certificate_password=settings.certificate_password,
    )
