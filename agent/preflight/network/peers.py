"""Whom the network must reach, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from urllib.parse import urlsplit

from agent.ports import Clock
from agent.preflight.context import Target
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.failures import host_of
from agent.sources.transport.proxy import goes_direct
from agent.sources.transport.settings import HttpSettings

WELL_KNOWN = ("https://login.microsoftonline.com", "https://graph.microsoft.com")
CONNECT_S, SILENCE_S, DEADLINE_S = 5.0, 8.0, 15.0
LARGEST_ANSWER = 256 * 1024


class Kind(Enum):
    """What is expected at the other end."""

    EWS = auto()
    GRAPH = auto()
    SIGN_IN = auto()
    WELL_KNOWN = auto()


@dataclass(frozen=True, slots=True)
class Peer:
    """One server. `url` is an endpoint or a root; `tenant` that of a token service."""

    url: str
    kind: Kind
    tenant: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def tls(self) -> bool:
        return urlsplit(self.url).scheme == "https"

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or (443 if self.tls else 80)

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Way:
    """How peers are reached: the account's settings, with the shorter limits of somebody who waits for the result."""

    settings: HttpSettings
    clock: Clock

    @property
    def proxy(self) -> str:
        """The proxy's URL without credentials; empty for none."""
        proxy = self.settings.proxy
        return proxy if "://" in proxy or not proxy else f"http://{proxy}"

    @property
    def proxy_place(self) -> str:
        return host_of(self.proxy)

    def proxied(self, peer: Peer) -> bool:
        return bool(self.proxy) and not goes_direct(peer.host, self.settings.no_proxy)


def way_of(target: Target) -> Way:
    """The way to this target's peers."""
    settings = target.http if target.account is None else target.account.http
    limits = {"connect_timeout_s": CONNECT_S, "silence_timeout_s": SILENCE_S, "deadline_s": DEADLINE_S}
    shorter = {name: min(value, getattr(settings, name)) for name, value in limits.items()}
    return Way(replace(settings, **shorter, max_answer=LARGEST_ANSWER), target.clock)


def peers_of(target: Target, well_known: Sequence[str]) -> tuple[Peer, ...]:
    """The calendar's endpoint and the token service it needs; well-known hosts while there is no endpoint."""
    calendar = target.config.calendar
    account = target.account
    if isinstance(account, GraphSettings) or (account is None and calendar.source == "graph"):
        graph = account if isinstance(account, GraphSettings) else calendar.graph
        return Peer(graph.endpoint, Kind.GRAPH), Peer(graph.authority, Kind.SIGN_IN, graph.tenant_id)
    ews = calendar.ews if account is None else account
    if not ews.endpoint:
        return tuple(Peer(url, Kind.WELL_KNOWN) for url in well_known)
    sign_in = (Peer(ews.authority, Kind.SIGN_IN, ews.tenant_id),) if ews.auth == "oauth" else ()
    return Peer(ews.endpoint, Kind.EWS), *sign_in
