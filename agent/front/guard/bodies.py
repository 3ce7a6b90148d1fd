"""Bodies are small and arrive in time, whatever Content-Length claims (reliability.md L9)."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.front.guard.asked import READING
from agent.front.problems import Refusal, problem

MAX_BODY_SIZE = 64 * 1024
BODY_DEADLINE_S = 10.0
TOO_LARGE = Refusal(413, "body.too_large")
TOO_SLOW = Refusal(408, "body.too_slow")


class BodyTooLarge(ValueError):
    """More than `MAX_BODY_SIZE` was sent."""


class BodyLimit:
    """Reads the body of a request that may have one before handing it on whole."""

    def __init__(self, app: ASGIApp, deadline_s: float = BODY_DEADLINE_S) -> None:
        self._app = app
        self._deadline_s = deadline_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if declared_size(scope) > MAX_BODY_SIZE:
            await problem(TOO_LARGE)(scope, receive, send)
            return
        if scope["method"] in READING:
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._deadline_s):
                body = await read(receive)
        except BodyTooLarge:
            await problem(TOO_LARGE)(scope, receive, send)
        except TimeoutError:
            await problem(TOO_SLOW)(scope, receive, send)
        else:
            if body is not None:
                await self._app(scope, replay(body, receive), send)


def declared_size(scope: Scope) -> int:
    """What Content-Length says; 0 when it is absent or no number (the server refuses those)."""
    values = [value for name, value in scope["headers"] if name == b"content-length"]
    return max((int(value) for value in values if value.isdigit()), default=0)


async def read(receive: Receive) -> bytes | None:
    """The whole body; None when the peer went before its end. Raises `BodyTooLarge`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY_SIZE:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once, then what the server has to say (a disconnect)."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed
