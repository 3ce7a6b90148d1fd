"""Whether a peer of the network has the box's bearer token. The core says it: a front holds no secret."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front.guard.asked import Asked
from agent.front.guard.peers import asks_as_bearer
from agent.front.problems import CORE_UNREACHABLE, Refusal, problem
from agent.wire.front import BEARER_TOKEN

MISSING = Refusal(403, "token.missing")
WRONG = Refusal(403, "token.wrong")
LOCKED = Refusal(429, "token.locked")
UNREADABLE = Refusal(503, "token.unreadable")


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the core says of a bearer: why it may not (None: it may), and how many seconds to wait."""

    refusal: Refusal | None
    wait_s: str | None = None


KnowsBearer = Callable[[str, str], Awaitable[Bearing]]
"""Of a token and a peer's address."""


class BearerCheck:
    """Lets a request for status or metrics that came over the network pass with the right token alone."""

    def __init__(self, app: ASGIApp, knows: KnowsBearer) -> None:
        self._app = app
        self._knows = knows

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        bearing = await self._bearing(Asked.from_scope(scope)) if scope["type"] == "http" else Bearing(None)
        if bearing.refusal is None:
            await self._app(scope, receive, send)
            return
        wait = {} if bearing.wait_s is None else {"Retry-After": bearing.wait_s}
        await problem(bearing.refusal, wait)(scope, receive, send)

    async def _bearing(self, asked: Asked) -> Bearing:
        if not asks_as_bearer(asked):
            return Bearing(None)
        token = bearer_of(asked)
        if token is None:
            return Bearing(MISSING)
        return await self._knows(token, str(asked.peer or "unknown"))


UNREACHABLE = Bearing(CORE_UNREACHABLE, "2")


def bearer_of(asked: Asked) -> str | None:
    """The token that a request bears; None for none, for two, and for what could be none."""
    scheme, _, given = (asked.only(b"authorization") or "").partition(" ")
    token = given.strip()
    return token if scheme.lower() == "bearer" and BEARER_TOKEN.fullmatch(token) else None
