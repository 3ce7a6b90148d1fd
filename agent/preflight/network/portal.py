"""`network.captive_portal`: whether the network wants a person to agree to something first."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import requests

from agent.errors import SourceUnavailable
from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed, passed
from agent.preflight.network.line import who_is_there
from agent.preflight.network.peers import Peer, Way
from agent.sources.transport.session import Transport

NETWORK_AUTHENTICATION_REQUIRED = 511  # RFC 6585, 6


@dataclass(frozen=True)
class Portal:
    """Asks in plain HTTP, which portals answer for everybody. Many a server redirects such a request itself: where the
    certificate is for the peer's name there is no portal. Whether it is a good one, the next step says."""

    plain_port: int = 80

    def __call__(self, peer: Peer, way: Way) -> Finding:
        free = passed("network.captive_portal")
        if way.proxied(peer) or not peer.tls:  # a portal would not have let us through to the proxy; or on loopback
            return free
        answer = self._plain_answer(peer, way)
        if answer is None:
            return free
        elsewhere = _redirected(answer, peer)
        page = answer.status_code == 200 and "html" in answer.headers.get("Content-Type", "").lower()
        if not (elsewhere or page or answer.status_code == NETWORK_AUTHENTICATION_REQUIRED):
            return free
        if who_is_there(peer, way).is_for(peer.host):
            return free
        if elsewhere:
            return failed("network.captive_portal_at", Who.NETWORK, host=peer.host, portal=elsewhere)
        return failed("network.captive_portal_page", Who.NETWORK, host=peer.host)

    def _plain_answer(self, peer: Peer, way: Way) -> requests.Response | None:
        parts = urlsplit(peer.url)
        host = f"[{peer.host}]" if ":" in peer.host else peer.host
        url = parts._replace(scheme="http", netloc=f"{host}:{self.plain_port}").geturl()
        try:
            with Transport(way.settings).session(url) as session:
                return session.get(url, allow_redirects=False)
        except (SourceUnavailable, requests.RequestException, ValueError):  # nobody answers: no portal either
            return None


def _redirected(answer: requests.Response, peer: Peer) -> str:
    """The other host that the answer leads to; empty for none."""
    try:
        host = urlsplit(answer.headers.get("Location", "")).hostname or ""
    except ValueError:
        return ""
    return host if answer.is_redirect and host != peer.host.lower() else ""
