"""From the configuration to a source's settings, secrets as functions that read them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Protocol

from agent.config import Config
from agent.config.model import Ews, Graph
from agent.errors import ConfigError, SecretLost
from agent.ports import Secrets
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings
from agent.sources.transport.settings import HttpSettings

SIGN_IN = "calendar.graph.sign-in"
"""Under this name a person's sign-in (device code) is kept beside the other secrets."""


class Holder(Protocol):
    """A configuration with the secrets it speaks of: a box, or a draft that may become one."""

    @property
    def config(self) -> Config: ...

    @property
    def secrets(self) -> Secrets: ...


def account_of(box: Holder, source: str) -> EwsSettings | GraphSettings:
    """The settings of the source with this name."""
    return graph_account(box) if source == "graph" else ews_account(box)


def identity_of(box: Holder, source: str) -> str:
    """Everything that makes another sign-in, secret included. Raises ConfigError when there is no secret."""
    if source == "graph":
        graph = box.config.calendar.graph
        return "\0".join((*_app(graph), graph.auth, _graph_secret(box)))
    ews = box.config.calendar.ews
    return "\0".join((*_app(ews), ews.auth, ews.username, ews.scope, _ews_secret(box)))


def require_secret(box: Holder, source: str) -> None:
    """Raises ConfigError when the source's secret is not there. A person's sign-in may come later. So may a secret that
    was entered on the screen and is lost: the room runs without, says so and can be given it again."""
    with suppress(SecretLost):
        identity_of(box, source)


def require_secrets(box: Holder) -> None:
    """The same for all configured sources."""
    calendar = box.config.calendar
    for source in (calendar.source, calendar.fallback):
        if source:
            require_secret(box, source)


def ews_account(box: Holder) -> EwsSettings:
    """The EWS section as its source wants it."""
    ews = box.config.calendar.ews
    certified = bool(ews.certificate_file)
    return EwsSettings(
        mailbox=box.config.room.mailbox,
        endpoint=ews.endpoint,
        auth=Auth(ews.auth),
        timezone=box.config.room.timezone,
        username=ews.username,
        password=_secret(box, "calendar.ews.password", ews.password_file),
        tenant_id=ews.tenant_id,
        client_id=ews.client_id,
        client_secret=None if certified else _secret(box, "calendar.ews.client_secret", ews.client_secret_file),
        certificate=_content(box, "calendar.ews.certificate", ews.certificate_file) if certified else None,
        certificate_password=_password(box, "calendar.ews.certificate_password", ews.certificate_password_file),
        authority=ews.authority,
        scope=ews.scope,
        http=_http(box, ews.ca_file),
    )


def graph_account(box: Holder) -> GraphSettings:
    """The Graph section as its source wants it."""
    graph = box.config.calendar.graph
    return GraphSettings(
        mailbox=box.config.room.mailbox,
        endpoint=graph.endpoint,
        authority=graph.authority,
        auth=GraphAuth(graph.auth),
        timezone=box.config.room.timezone,
        tenant_id=graph.tenant_id,
        client_id=graph.client_id,
        client_secret=_secret(box, "calendar.graph.client_secret", graph.client_secret_file),
        certificate=_content(box, "calendar.graph.certificate", graph.certificate_file),
        certificate_password=_password(box, "calendar.graph.certificate_password", graph.certificate_password_file),
        load_sign_in=partial(box.secrets.kept, SIGN_IN),
        keep_sign_in=partial(box.secrets.keep, SIGN_IN),
        http=_http(box, graph.ca_file),
    )


def way_of(box: Holder) -> HttpSettings:
    """The way to the network of the configured source, whether its account is complete or not."""
    calendar = box.config.calendar
    return _http(box, calendar.graph.ca_file if calendar.source == "graph" else calendar.ews.ca_file)


def _http(box: Holder, ca_file: str) -> HttpSettings:
    network = box.config.network
    return HttpSettings(
        ca_file=ca_file,
        proxy=network.proxy,
        proxy_credentials=_secret(box, "network.proxy_credentials", network.proxy_credentials_file)
        if network.proxy_credentials_file
        else None,
        no_proxy=network.no_proxy,
    )


def _secret(box: Holder, key_path: str, file: str) -> Callable[[], str]:
    return partial(box.secrets.read, key_path, file)


def _content(box: Holder, key_path: str, file: str) -> Callable[[], bytes]:
    return partial(box.secrets.read_bytes, key_path, file)


def _password(box: Holder, key_path: str, file: str) -> Callable[[], str]:
    """Certificates need none as a rule: without a file and without a credential it is empty."""

    def read() -> str:
        try:
            return box.secrets.read(key_path, file)
        except ConfigError:
            if file:
                raise
            return ""

    return read


def _app(section: Ews | Graph) -> tuple[str, ...]:
    return section.endpoint, section.authority, section.tenant_id, section.client_id


def _opened(box: Holder, path: str, section: Ews | Graph) -> str:
    """A certificate and what opens it: a mended password is another try, as a mended secret is."""
    password = _password(box, f"{path}.certificate_password", section.certificate_password_file)()
    return f"{_content(box, f'{path}.certificate', section.certificate_file)().hex()} {password}"


def _ews_secret(box: Holder) -> str:
    ews = box.config.calendar.ews
    if ews.auth != "oauth":
        return box.secrets.read("calendar.ews.password", ews.password_file)
    if ews.certificate_file:
        return _opened(box, "calendar.ews", ews)
    return box.secrets.read("calendar.ews.client_secret", ews.client_secret_file)


def _graph_secret(box: Holder) -> str:
    graph = box.config.calendar.graph
    if graph.auth == "certificate":
        return _opened(box, "calendar.graph", graph)
    if graph.auth == "secret":
        return box.secrets.read("calendar.graph.client_secret", graph.client_secret_file)
    return box.secrets.kept(SIGN_IN)
