"""The core's event stream handed on byte by byte, for as long as both sides are there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from agent.front.core import Core, CoreUnreachable, kept_headers
from agent.front.problems import CORE_UNREACHABLE, problem

END = {"type": "http.response.body", "body": b"", "more_body": False}


class EventStream(Response):
    """Asks with `headers` and never buffers.

    When the client goes, the upstream request ends at once; when the core goes, the answer ends.
    """

    def __init__(self, core: Core, path: str, headers: Mapping[str, str]) -> None:
        super().__init__()
        self._core = core
        self._path = path
        self._started = False
        self._asked = {"Accept": "text/event-stream", **headers}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        relay = asyncio.create_task(self._relay(scope, receive, send))
        gone = asyncio.create_task(until_gone(receive))
        try:
            done, _ = await asyncio.wait((relay, gone), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The server stops and cancels what is still open: end the answer, or it would be reported as our failure.
            if self._started:
                await send(END)
            return
        finally:
            relay.cancel()
            gone.cancel()
        for task in done:
            task.result()

    async def _relay(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._core.listen(self._path, self._asked) as answer:
                await send(start_of(answer))
                self._started = True
                async for chunk in answer.aiter_raw():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except CoreUnreachable:
            if not self._started:
                await problem(CORE_UNREACHABLE)(scope, receive, send)
                return
        await send(END)


async def until_gone(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def start_of(answer: httpx.Response) -> dict[str, object]:
    """Status and kept headers of the core's answer as an ASGI message."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in kept_headers(answer).items()]
    return {"type": "http.response.start", "status": answer.status_code, "headers": headers}
