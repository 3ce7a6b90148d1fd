"""Who may ask: this machine under its own names, no other site's page, and for changes only who holds the token.

The page is a developer's toy, but it opens a port in a browser's reach: DNS rebinding and cross-site posts end here.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.demo.control.problems import (
    FOREIGN_REQUEST,
    NOT_JSON,
    STALE_TOKEN,
    TOO_LARGE,
    UNKNOWN_HOST,
    Refusal,
    problem,
)
from agent.wire import TOKEN_HEADER

READING = frozenset({"GET", "HEAD"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_BODY_SIZE = 16 * 1024
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Wraps the application: refuses what breaks a rule, puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, token: str, hosts: frozenset[str]) -> None:
        self._app = app
        self._token = token
        self._hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        answer: ASGIApp = self._app if refusal is None else problem(refusal)
        await answer(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name_of(hosts[0]) not in self._hosts:
            return UNKNOWN_HOST
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _is_navigation(scope, headers):
            return FOREIGN_REQUEST
        if scope["method"] in READING:
            return None
        if any(origin.lower() not in _origins_of(hosts[0]) for origin in headers.getlist("origin")):
            return FOREIGN_REQUEST
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return STALE_TOKEN
        return _body_refusal(headers)


def _is_navigation(scope: Scope, headers: Headers) -> bool:
    """Following a link to the page itself is fine: the home screen, another port and so another site, may have one."""
    return scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"


def _name_of(host: str) -> str | None:
    """The name in a Host header, in lower case; None when it is no `name` or `name:port`."""
    try:
        parts = urlsplit(f"//{host}")
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


def _origins_of(host: str) -> tuple[str, str]:
    return f"http://{host.lower()}", f"https://{host.lower()}"


def _body_refusal(headers: Headers) -> Refusal | None:
    """A body says it is JSON, which no form can, and how long it is."""
    length = headers.get("content-length", "0")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdigit()) or int(length) > MAX_BODY_SIZE:
        return TOO_LARGE
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return NOT_JSON if int(length) and media_type != "application/json" else None
