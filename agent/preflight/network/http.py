"""`network.http`: what answers is Exchange, Graph or a token service, and not something in its place."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import requests

from agent.errors import SourceUnavailable
from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed, passed, warned
from agent.preflight.network.peers import Kind, Peer, Way
from agent.sources.transport import failures
from agent.sources.transport.session import Transport

_BROKEN = {failures.TIMEOUT: "network.http_timeout", failures.TOO_LARGE: "network.http_too_large"}
_STATUS = {
    **dict.fromkeys((400, 401, 405), "network.http"),  # to a request without credentials, or one that is no SOAP
    403: "network.http_forbidden",
    404: "network.http_not_found",
    429: "network.http_busy",
}
_HARMLESS = ("network.http_busy", "network.http_unexpected")


def ask(peer: Peer, way: Way) -> Finding:
    """What the server says to a request that nobody signed."""
    try:
        with Transport(way.settings).session(peer.url) as session:
            method = "POST" if peer.kind is Kind.EWS else "GET"  # as all that is asked of EWS
            answer = session.request(method, _url(peer), allow_redirects=False)
    except SourceUnavailable as error:
        return failed(_BROKEN.get(error.code, "network.http_broken"), Who.NETWORK, host=peer.host)
    except (requests.RequestException, ValueError):
        return failed("network.http_broken", Who.NETWORK, host=peer.host)
    return _judged(answer, peer)


def _url(peer: Peer) -> str:
    """Something that answers without a token, or refuses to."""
    if peer.kind is Kind.GRAPH:
        return f"{peer.url}/v1.0/me"
    if peer.kind is Kind.SIGN_IN:
        return f"{peer.url}/{quote(peer.tenant or 'common', safe='')}/v2.0/.well-known/openid-configuration"
    return peer.url


def _judged(answer: requests.Response, peer: Peer) -> Finding:
    status = answer.status_code
    said = {"host": peer.host, "status": str(status), "path": urlsplit(answer.url).path or "/"}
    code = _code(answer, peer)
    if code == "network.http":
        return passed(code, **said)
    if code == "network.http_redirect":
        said["target"] = _target(answer)
    return (warned if code in _HARMLESS else failed)(code, Who.EXCHANGE_ADMIN, **said)


def _code(answer: requests.Response, peer: Peer) -> str:
    status = answer.status_code
    page = status == 200 and "html" in answer.headers.get("Content-Type", "").lower()
    if status < 500 and peer.kind is Kind.WELL_KNOWN:  # its front page is a page, and leads elsewhere
        return "network.http"
    if peer.kind is Kind.SIGN_IN and status in (200, 404) and not page:  # 404: no such tenant
        return "network.http"
    if answer.is_redirect:
        return "network.http_redirect"
    if page:
        return "network.http_page"
    return "network.http_server_error" if status >= 500 else _STATUS.get(status, "network.http_unexpected")


def _target(answer: requests.Response) -> str:
    try:
        parts = urlsplit(answer.headers["Location"])
    except ValueError:
        return "?"
    return f"{parts.hostname or ''}{parts.path}" or "/"
