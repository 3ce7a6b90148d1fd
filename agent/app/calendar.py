"""From the configuration to a guarded puller of the room's calendar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache, partial
from random import Random

from agent.app.box import Box
from agent.app.joining import make_extractor
from agent.config.model import Ews
from agent.errors import ConfigError
from agent.ports import CalendarSource, CalendarStore, ChangeStream
from agent.sources import SOURCES, STREAMS
from agent.sources.deferred import DeferredSource, DeferredStream
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.transport.settings import HttpSettings
from agent.sync.keep import scope_of
from agent.sync.pull import Puller
from agent.sync.raw import Explain, RawCalendar
from agent.sync.report import PullReport
from agent.sync.sign_in import SignInGuard


def make_puller(box: Box, store: CalendarStore, resources: ExitStack) -> SignInGuard:
    """A puller for the configured source. Raises ConfigError when a secret it needs is missing."""
    source = open_source(box)
    resources.callback(source.close)
    puller = _MadeWhenAsked(partial(_puller, box, source, store))
    return SignInGuard(puller, store, box.clock, partial(_identity, box), Random())  # noqa: S311  jitter


class _MadeWhenAsked:
    """A puller whose parts are loaded by its first round, in the sync thread: the stored list is served before that."""

    def __init__(self, make: Callable[[], Puller]) -> None:
        self._made = cache(make)

    def pull(self) -> PullReport:
        return self._made().pull()

    def look(self, explain: Explain) -> RawCalendar:
        return self._made().look(explain)


def _puller(box: Box, source: CalendarSource, store: CalendarStore) -> Puller:
    extractor = make_extractor(box.config)
    private_join = box.config.meetings.private_join
    scope = scope_of(box.config.room.mailbox, source.name, extractor.version, private_join=private_join)
    return Puller(source, store, extractor, box.clock, scope=scope, window=box.window, private_join=private_join)


def open_source(box: Box) -> CalendarSource:
    """The configured calendar source, its secrets proven to exist; its library is loaded at the first call."""
    if box.config.calendar.source != "ews":
        raise ConfigError(
            f'calendar.source = "{box.config.calendar.source}": this version knows "ews" and "demo" only.'
        )
    _identity(box)
    return DeferredSource("ews", partial(SOURCES["ews"], ews_settings(box), box.clock))


def open_stream(box: Box, resources: ExitStack) -> ChangeStream | None:
    """The configured source's stream of changes; None for a source that has none."""
    opener = STREAMS.get(box.config.calendar.source)
    if opener is None:
        return None
    stream = DeferredStream(lambda: opener(ews_settings(box), box.clock))
    resources.callback(stream.close)
    return stream


def ews_settings(box: Box) -> EwsSettings:
    """The EWS section as the source wants it; secrets as functions that read them."""
    ews, network = box.config.calendar.ews, box.config.network
    http = HttpSettings(
        ca_file=ews.ca_file,
        proxy=network.proxy,
        proxy_credentials=_secret(box, "network.proxy_credentials", network.proxy_credentials_file)
        if network.proxy_credentials_file
        else None,
        no_proxy=network.no_proxy,
    )
    return EwsSettings(
        mailbox=box.config.room.mailbox,
        endpoint=ews.endpoint,
        auth=Auth(ews.auth),
        timezone=box.config.room.timezone,
        username=ews.username,
        password=_secret(box, "calendar.ews.password", ews.password_file),
        tenant_id=ews.tenant_id,
        client_id=ews.client_id,
        client_secret=None
        if ews.certificate_file
        else _secret(box, "calendar.ews.client_secret", ews.client_secret_file),
        certificate=_secret(box, "calendar.ews.certificate", ews.certificate_file) if ews.certificate_file else None,
        authority=ews.authority,
        scope=ews.scope,
        http=http,
    )


def _secret(box: Box, key_path: str, file: str) -> Callable[[], str]:
    return partial(box.secrets.read, key_path, file)


def _identity(box: Box) -> str:
    """Everything that makes another sign-in, secret included. Raises ConfigError when there is no secret."""
    ews = box.config.calendar.ews
    return "\0".join((ews.endpoint, ews.auth, ews.username, ews.client_id, _sign_in_secret(box, ews)))


def _sign_in_secret(box: Box, ews: Ews) -> str:
    if ews.auth != "oauth":
        return box.secrets.read("calendar.ews.password", ews.password_file)
    if ews.certificate_file:
        return box.secrets.read("calendar.ews.certificate", ews.certificate_file)
    return box.secrets.read("calendar.ews.client_secret", ews.client_secret_file)
