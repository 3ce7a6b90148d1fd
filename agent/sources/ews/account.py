"""The room mailbox as exchangelib's services see it: a service account, impersonation, connections of its own."""

from __future__ import annotations

import random

import exchangelib
import requests
from exchangelib import IMPERSONATION, EWSTimeZone, Identity, Version
from exchangelib.configuration import Configuration
from exchangelib.errors import SessionPoolMinSizeReached
from exchangelib.properties import DistinguishedFolderId, Mailbox
from exchangelib.protocol import BaseProtocol
from exchangelib.transport import DEFAULT_HEADERS, NOAUTH
from exchangelib.version import EXCHANGE_2019, EXCHANGE_O365

from agent.ports import Clock
from agent.sources.ews.retry import RoomPolicy
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.signin import SignIn
from agent.sources.transport.session import Transport

LIBRARY_VERSION = "5.6.0"
MAX_CONNECTIONS = 3  # one for a stream, one for the sync, one to spare (exchange.md 3.10)

if exchangelib.__version__ != LIBRARY_VERSION:
    raise ImportError(
        f"exchangelib {exchangelib.__version__} found; agent.sources.ews overrides internals of {LIBRARY_VERSION}"
    )


class RoomProtocol(BaseProtocol):  # type: ignore[misc]  # exchangelib has no annotations
    """Sessions to one endpoint for one account; they sign in by themselves, exchangelib never sees a secret.

    exchangelib's own `Protocol` is cached for the process by endpoint and credentials: a changed password, policy or
    certificate would not take effect, and two accounts would share sessions (exchange.md 3.2).
    """

    RETRY_WAIT = 0  # so that a back-off that is not zero is the server's own

    def __init__(self, config: Configuration, transport: Transport, sign_in: SignIn) -> None:
        super().__init__(config)
        self._transport = transport
        self._sign_in = sign_in

    @property
    def version(self) -> Version:
        """The version we speak; fixed, so that nothing is asked to find out."""
        return self.config.version

    def create_session(self) -> requests.Session:
        """Called within the pool's bookkeeping, where an error would lose a session: `prepare` of both comes first."""
        session = self._transport.session(self.service_endpoint, self._sign_in.auth())
        session.headers.update(DEFAULT_HEADERS)
        session.session_id = random.randint(10000, 99999)  # type: ignore[attr-defined]  # noqa: S311  a label in library logs
        session.usage_count = 0  # type: ignore[attr-defined]
        return session

    def answered_by(self, server_version: str) -> None:
        """Note the build of the server."""
        self._transport.traffic.server_version = server_version

    def decrease_poolsize(self) -> None:
        """Never. The library's way repeats requests without pause and can lock itself out (exchange.md 3.10)."""
        raise SessionPoolMinSizeReached("the pool size is fixed")


class RoomAccount:
    """The part of exchangelib's `Account` its services use, for one impersonated room."""

    access_type = IMPERSONATION

    def __init__(self, settings: EwsSettings, protocol: RoomProtocol) -> None:
        self.primary_smtp_address = settings.mailbox
        self.identity = Identity(smtp_address=settings.mailbox)
        self.protocol = protocol
        self.version = protocol.version
        self.default_timezone = EWSTimeZone("UTC")  # the zone answers are asked for in
        self.affinity_cookie: str | None = None
        # app-only tokens need it for directory calls too; without a room yet there is nobody to impersonate
        self.impersonates_everywhere = settings.auth == Auth.OAUTH and bool(settings.mailbox)

    @property
    def calendar(self) -> DistinguishedFolderId:
        """The room's calendar by its well-known name: saves two GetFolder calls (exchange.md 3.4, patch 7)."""
        return self._folder("calendar")

    @property
    def sent_items(self) -> DistinguishedFolderId:
        return self._folder("sentitems")

    @property
    def inbox(self) -> DistinguishedFolderId:
        return self._folder("inbox")

    def _folder(self, name: str) -> DistinguishedFolderId:
        return DistinguishedFolderId(id=name, mailbox=Mailbox(email_address=self.primary_smtp_address))


def open_account(settings: EwsSettings, transport: Transport, sign_in: SignIn, clock: Clock) -> RoomAccount:
    """An account for the room; no network traffic."""
    version = Version(build=EXCHANGE_O365 if settings.auth == Auth.OAUTH else EXCHANGE_2019)
    config = Configuration(
        service_endpoint=settings.endpoint,
        auth_type=NOAUTH,  # as far as the library knows
        version=version,
        retry_policy=RoomPolicy(settings.host, settings.auth, clock),
        max_connections=MAX_CONNECTIONS,
    )
    return RoomAccount(settings, RoomProtocol(config, transport, sign_in))
