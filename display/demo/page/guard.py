"""Who may ask: this machine under its own names, no other site's page, and for changes only who holds the token.

The page is a toy, but it has hands on a browser: DNS rebinding and cross-site posts end here.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.wire import TOKEN_HEADER
from display.demo.texts import texts

LARGEST_BODY = 16 * 1024
_READING = frozenset({"GET", "HEAD"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def problem(status: int, code: str) -> JSONResponse:
    """A refusal as `application/problem+json`."""
    body = {"type": "about:blank", "title": texts()[f"problem.{code}"], "status": status, "code": code}
    return JSONResponse(body, status, media_type="application/problem+json")


class Guard:
    """Wraps the application: refuses what breaks a rule, puts the security headers on every answer."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        await (self._app if refusal is None else problem(*refusal))(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _name_of(hosts[0]) not in _LOOPBACK:
            return 421, "host.unknown"
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _is_navigation(scope, headers):
            return 403, "origin.foreign"
        if scope["method"] in _READING:
            return None
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in headers.getlist("origin")):
            return 403, "origin.foreign"
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return 403, "token.stale"
        return _body_refusal(headers)


def _is_navigation(scope: Scope, headers: Headers) -> bool:
    """Following a link to the page itself is fine."""
    return scope["path"] == "/" and headers.get("sec-fetch-mode") == "navigate"


def _name_of(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
    except ValueError:
        return None
    return parts.hostname if parts.netloc == host and "@" not in host else None


def _body_refusal(headers: Headers) -> tuple[int, str] | None:
    """A body says it is JSON, which no form can, and how long it is."""
    length = headers.get("content-length", "")
    if "transfer-encoding" in headers or not (length.isascii() and length.isdigit()) or int(length) > LARGEST_BODY:
        return 413, "body.too_large"
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return None if media_type == "application/json" else (415, "media_type.not_json")
