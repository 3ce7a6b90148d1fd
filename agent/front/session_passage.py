"""Paths for whoever has a session: the core is told which one and who asks, the browser gets what the core gave."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from agent.front.core import Core, CoreUnreachable, kept_headers
from agent.front.event_stream import EventStream
from agent.front.passage import Passage, unreachable
from agent.front.sessions import SETUP, Cookie, identity, remember
from agent.front.tokens import Tokens
from agent.wire import SESSION_HEADER

ANSWER_TIMEOUT_S = 100.0
"""The core asks Exchange while a person waits: it gives up after 90 s, and says so."""


class SessionPassage(Passage):
    """As the rest of the API, queries included; sessions of one kind, which is that of `cookie`."""

    def __init__(self, core: Core, tokens: Tokens, cookie: Cookie = SETUP) -> None:
        super().__init__(core, tokens)
        self._cookie = cookie

    async def listen(self, request: Request) -> Response:
        """An event stream of the core."""
        return EventStream(self._core, request.url.path, identity(request, self._cookie))

    async def _passed(self, request: Request, headers: dict[str, str], body: bytes | None = None) -> Response:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        known = headers | identity(request, self._cookie)
        try:
            answer = await self._core.ask(request.method, target, headers=known, body=body, timeout_s=ANSWER_TIMEOUT_S)
        except CoreUnreachable:
            return unreachable()
        response = Response(answer.content, answer.status_code, kept_headers(answer))
        if SESSION_HEADER in answer.headers:
            remember(response, request, answer.headers[SESSION_HEADER], self._cookie)
        return response
