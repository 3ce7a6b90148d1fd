"""What every request must pass before anything of the product sees it.

A rule is a pure function from `Asked` to a `Refusal` or None; `RULES` is their order. Headers and the body limit wrap
the application because they act on what flows, not on what was asked.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front.guard.asked import Asked
from agent.front.guard.bearers import BearerCheck, KnowsBearer
from agent.front.guard.bodies import BodyLimit
from agent.front.guard.closed import open_here
from agent.front.guard.headers import SecurityHeaders
from agent.front.guard.hosts import known_host
from agent.front.guard.limits import small_enough
from agent.front.guard.origins import same_site
from agent.front.guard.peers import allowed_peer
from agent.front.guard.targets import plain_target
from agent.front.problems import problem
from agent.front.settings import Told

RULES = (small_enough, known_host, open_here, allowed_peer, same_site, plain_target)


CLOSE = {"Connection": "close"}


class Gate:
    """Answers a request that breaks a rule; hands every other on."""

    def __init__(self, app: ASGIApp, settings: Told) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            asked, settings = Asked.from_scope(scope), self._settings()
            for rule in RULES:
                refusal = rule(asked, settings)
                if refusal is not None:
                    await problem(refusal, CLOSE if settings.closed else None)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def guarded(app: ASGIApp, settings: Told, knows: KnowsBearer) -> ASGIApp:
    """The application behind all rules, limits and headers. `knows`: whether a peer's bearer token is the box's."""
    return SecurityHeaders(Gate(BearerCheck(BodyLimit(app), knows), settings))
