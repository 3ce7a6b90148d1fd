"""The tunnel through a proxy, and what its refusal means. The proxy's own password is all that is ever sent."""

from __future__ import annotations

import http.client
from base64 import b64encode
from urllib.parse import urlsplit

from agent.errors import ConfigError, SourceUnavailable
from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed
from agent.preflight.network.peers import Peer, Way
from agent.preflight.network.talk import Line, Trouble
from agent.sources.transport.tls import client_context


def open_tunnel(found: Line, peer: Peer, way: Way) -> None:
    """Has the proxy let the connection through."""
    try:
        credentials = way.settings.proxy_credentials() if way.settings.proxy_credentials is not None else ""
    except ConfigError as error:
        raise Trouble(failed("network.proxy_secret", Who.TECHNICIAN, said=str(error))) from error
    basic = b64encode(credentials.encode()).decode()
    more = f"Proxy-Authorization: Basic {basic}\r\n" if credentials else ""
    try:
        if urlsplit(way.proxy).scheme == "https":
            found.secure(client_context(way.settings.ca_file), urlsplit(way.proxy).hostname or "")
        answer = found.request("CONNECT", peer.place, peer.place, more)
    except SourceUnavailable as error:
        raise Trouble(failed("network.ca_file", Who.TECHNICIAN, file=way.settings.ca_file)) from error
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(failed("network.proxy_no_proxy", Who.TECHNICIAN, proxy=way.proxy_place)) from error
    if answer.status != http.client.OK:
        raise Trouble(_refused(answer, peer, way, credentials))


def _refused(answer: http.client.HTTPResponse, peer: Peer, way: Way, credentials: str) -> Finding:
    said = {"proxy": way.proxy_place, "host": peer.place, "status": str(answer.status)}
    if answer.status != http.client.PROXY_AUTHENTICATION_REQUIRED:
        if answer.status >= 500:
            return failed("network.tcp_behind_proxy", Who.NETWORK, **said)
        return failed("network.proxy_forbids", Who.NETWORK, **said)
    named = answer.headers.get_all("Proxy-Authenticate") or []
    schemes = list(dict.fromkeys(each.split()[0].rstrip(",") for each in named if each.split()))
    said["schemes"] = ", ".join(schemes) or "?"
    if schemes and "basic" not in (each.lower() for each in schemes):
        return failed("network.proxy_scheme", Who.NETWORK, **said)
    return failed("network.proxy_refused" if credentials else "network.proxy_credentials", Who.TECHNICIAN, **said)
