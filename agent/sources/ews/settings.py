"""What an EWS source is made of: plain values, no client library."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from agent.errors import ConfigError
from agent.sources.transport.settings import HttpSettings

_ONLINE = ("outlook.office365.com", "outlook.office.com")

Secret = Callable[[], str]
"""Reads a secret anew each time it is called; may raise `ConfigError` when there is none."""


class Auth(StrEnum):
    """How the service account signs in."""

    BASIC = "basic"
    NTLM = "ntlm"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True, kw_only=True)
class EwsSettings:
    """The room, the endpoint and the service account.

    `mailbox`: the room's primary SMTP address. `timezone`: the room's IANA zone, for values without a zone of their
    own. Basic and NTLM need `username` and `password`; OAuth `tenant_id`, `client_id` and either `client_secret` or
    `certificate`, the content of a PEM or PFX file with private key and certificate, which `certificate_password`
    opens. Secrets are read at each new sign-in.
    """

    mailbox: str
    endpoint: str
    auth: Auth
    timezone: str = "UTC"
    username: str = ""
    password: Secret | None = field(default=None, repr=False)
    tenant_id: str = ""
    client_id: str = ""
    client_secret: Secret | None = field(default=None, repr=False)
    certificate: Callable[[], str | bytes] | None = field(default=None, repr=False)
    certificate_password: Secret | None = field(default=None, repr=False)
    authority: str = "https://login.microsoftonline.com"
    scope: str = "https://outlook.office365.com/.default"
    http: HttpSettings = field(default_factory=HttpSettings)

    def __post_init__(self) -> None:
        """Refuses an endpoint that would send a secret in the clear."""
        url = urlsplit(self.endpoint)
        if url.scheme == "https" or (url.scheme == "http" and self.auth != Auth.OAUTH and _is_loopback(url.hostname)):
            return
        raise ConfigError(f"calendar.ews.endpoint = {self.endpoint!r}: expected https, or http on a loopback address")

    @property
    def host(self) -> str:
        """The endpoint's host, for messages."""
        return urlsplit(self.endpoint).hostname or self.endpoint

    @property
    def online(self) -> bool:
        """Whether it is Exchange Online's, by its host or by what its tokens are for."""
        tokens_for = urlsplit(self.scope).hostname if self.auth == Auth.OAUTH else None
        return self.host in _ONLINE or tokens_for in _ONLINE


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
