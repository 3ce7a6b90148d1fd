"""Sessions: a cookie at the browser, a header at the core, and who the core is told is asking. The technician's opens
the settings, that of operations opens `/ops`; neither stands for the other.

Neither header comes from a client: what a request itself says under these names is never passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from agent.front.guard.asked import Asked
from agent.wire import PEER_HEADER, SCREEN, SESSION_HEADER

TLS_COOKIE = "__Host-room-setup"  # such a cookie cannot be set from elsewhere (RFC 6265bis, 4.1.3.2)
PLAIN_COOKIE = "room-setup"  # on loopback, where there is no TLS


@dataclass(frozen=True, slots=True)
class Cookie:
    """Under which name a kind of session is kept, over TLS and without."""

    tls: str
    plain: str


SETUP = Cookie(TLS_COOKIE, PLAIN_COOKIE)
OPS = Cookie("__Host-room-ops", "room-ops")
SESSION = re.compile(r"[A-Za-z0-9_.-]{1,200}", re.ASCII)


def place_of(request: Request) -> str:
    """`screen` for the box's own browser, which comes over loopback without TLS; else the address of a technician's,
    "unknown" where the server has none."""
    asked = Asked.from_scope(request.scope)
    return SCREEN if asked.from_loopback and not asked.secure else str(asked.peer or "unknown")


def identity(request: Request, cookie: Cookie = SETUP) -> dict[str, str]:
    """The headers that tell the core who asks."""
    session = request.cookies.get(_name(request, cookie), "")
    known = {SESSION_HEADER: session} if SESSION.fullmatch(session) else {}
    return {PEER_HEADER: place_of(request), **known}


def remember(response: Response, request: Request, session: str, cookie: Cookie = SETUP) -> None:
    """Give the browser this session; one that is empty, or no token, ends what it has."""
    name, secure = _name(request, cookie), _is_secure(request)
    if SESSION.fullmatch(session):
        response.set_cookie(name, session, path="/", secure=secure, httponly=True, samesite="strict")
    else:
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="strict")


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request, cookie: Cookie) -> str:
    return cookie.tls if _is_secure(request) else cookie.plain
