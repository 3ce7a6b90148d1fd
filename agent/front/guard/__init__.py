"""What every request must pass before anything of the product sees it.

A rule is a pure function from `Asked` to a `Refusal` or None; `RULES` is their order. Headers and the body limit wrap
the application because they act on what flows, not on what was asked.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front.guard.asked import Asked
from agent.front.guard.bodies import BodyLimit
from agent.front.guard.headers import SecurityHeaders
from agent.front.guard.hosts import known_host
from agent.front.guard.limits import small_enough
from agent.front.guard.origins import same_site
from agent.front.guard.peers import allowed_peer
from agent.front.problems import problem
from agent.front.settings import FrontSettings

RULES = (small_enough, known_host, allowed_peer, same_site)


class Gate:
    """Answers a request that breaks a rule; hands every other on."""

    def __init__(self, app: ASGIApp, settings: FrontSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] == "http":
            asked = Asked.from_scope(scope)
            for rule in RULES:
                refusal = rule(asked, self._settings)
                if refusal is not None:
                    await problem(refusal)(scope, receive, send)
                    return
        await self._app(scope, receive, send)


def guarded(app: ASGIApp, settings: FrontSettings) -> ASGIApp:
    """The application behind all rules, limits and headers."""
    return SecurityHeaders(Gate(BodyLimit(app), settings))
