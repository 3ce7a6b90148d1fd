"""What a Graph source is made of: plain values, no client library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from agent.errors import ConfigError
from agent.sources.transport.settings import HttpSettings

PERSONS_SCOPE = "Calendars.ReadWrite.Shared"
"""The delegated permission that opens another mailbox's calendar (exchange.md 5.9)."""


class GraphAuth(StrEnum):
    """How the box signs in."""

    SECRET = "secret"  # noqa: S105  the name of a way
    CERTIFICATE = "certificate"
    DEVICE_CODE = "device_code"


def _nothing() -> str:
    return ""


def _nowhere(_text: str) -> None:
    """Keeps nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """The room, the service and the app registration.

    `endpoint` and `authority` are roots such as https://graph.microsoft.com; national clouds have their own and neither
    follows from the other. `timezone`: the room's IANA zone, for values without one. Secrets are read at each new
    sign-in; `certificate` is the content of a PEM or PFX file. `load_sign_in` and `keep_sign_in`: where a person's
    sign-in is kept, a text.
    """

    mailbox: str
    tenant_id: str
    client_id: str
    auth: GraphAuth = GraphAuth.SECRET
    endpoint: str = "https://graph.microsoft.com"
    authority: str = "https://login.microsoftonline.com"
    timezone: str = "UTC"
    client_secret: Callable[[], str] | None = field(default=None, repr=False)
    certificate: Callable[[], bytes] | None = field(default=None, repr=False)
    certificate_password: Callable[[], str] | None = field(default=None, repr=False)
    load_sign_in: Callable[[], str] = field(default=_nothing, repr=False)
    keep_sign_in: Callable[[str], None] = field(default=_nowhere, repr=False)
    http: HttpSettings = field(default_factory=HttpSettings)

    def __post_init__(self) -> None:
        """Refuses addresses that would send a token in the clear."""
        for key, url in (("endpoint", self.endpoint), ("authority", self.authority)):
            if urlsplit(url).scheme != "https":
                raise ConfigError(f"calendar.graph.{key} = {url!r}: expected https://, for loopback addresses too")

    @property
    def host(self) -> str:
        """The endpoint's host, for messages."""
        return urlsplit(self.endpoint).hostname or self.endpoint

    @property
    def scope(self) -> str:
        """The permission a token is asked for."""
        name = PERSONS_SCOPE if self.auth is GraphAuth.DEVICE_CODE else ".default"
        return f"{self.endpoint.rstrip('/')}/{name}"
