"""ASGI in and out: bodies read with a limit, answers sent as whole or as a stream, and broken where a fault says so."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, MutableMapping, Sequence
from email.utils import format_datetime
from typing import Any, Protocol, TypeVar

from agent.demo.http.faults import Headers, Reply, Truncated, Wire
from agent.ports import Clock

Message = MutableMapping[str, Any]  # ASGI
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
T = TypeVar("T")


class Connection(Protocol):
    """What a face needs of the TCP connection: to break it."""

    @property
    def transport(self) -> asyncio.Transport: ...


class TooLarge(Exception):
    """The request body is larger than we read."""


class Disconnected(Exception):
    """The client left before its request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge
        if not message.get("more_body", False):
            return bytes(body)


def header(scope: Scope, name: str) -> str | None:
    """The first header of this name (lower case)."""
    wanted = name.encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), None)


class Sender:
    """One answer on its way. `wire` and `truncated` are the faults it suffers."""

    def __init__(
        self,
        send: Send,
        connection: Connection,
        clock: Clock,
        wire: Sequence[Wire] = (),
        truncated: Sequence[Truncated] = (),
    ) -> None:
        self._send = send
        self._connection = connection
        self._clock = clock
        self._wire = wire
        self._truncated = truncated
        self._sent = 0

    async def whole(self, reply: Reply) -> None:
        body = reply.body
        for cut in self._truncated:
            body = body[: cut.after]
        length = ("Content-Length", str(len(body)))
        await self._start(reply.status, [*reply.headers, ("Content-Type", reply.content_type), length])
        await self._write(body)
        await self._finish()

    async def stream(self, chunks: AsyncIterator[bytes], receive: Receive) -> None:
        """Send chunk by chunk until they end or the client leaves."""
        await self._start(200, [("Content-Type", "text/xml; charset=utf-8")])
        gone: asyncio.Future[Message] = asyncio.ensure_future(receive())
        following: asyncio.Future[bytes | None] | None = None
        try:
            while True:
                following = asyncio.ensure_future(anext(chunks, None))
                either: set[asyncio.Future[Any]] = {following, gone}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    return
                chunk = following.result()
                if chunk is None:
                    break
                await self._write(chunk)
        finally:
            await _cancelled(gone)
            if following is not None:
                await _cancelled(following)
        await self._finish()

    async def _start(self, status: int, headers: Headers) -> None:
        for wire in self._wire:
            await asyncio.sleep(wire.delay_s)
        if any(wire.lost for wire in self._wire):
            self._connection.transport.abort()
            raise Disconnected
        own = [
            ("Cache-Control", "private"),
            ("Server", "Microsoft-IIS/10.0"),
            ("request-id", str(uuid.uuid4())),
            ("Date", format_datetime(self._clock.now(), usegmt=True)),
        ]
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in [*own, *headers]]
        await self._send({"type": "http.response.start", "status": status, "headers": raw})

    async def _write(self, data: bytes) -> None:
        for piece in self._pieces(data):
            room = min((w.drop_after - self._sent for w in self._wire if w.drop_after is not None), default=None)
            if room is not None and len(piece) >= room:
                await self._body(piece[: max(room, 0)])
                await asyncio.sleep(0.01)  # lets what was written leave before the reset
                self._connection.transport.abort()
                raise Disconnected
            await self._body(piece)
            for wire in self._wire:
                await asyncio.sleep(wire.pause_s)

    async def _body(self, data: bytes) -> None:
        self._sent += len(data)
        await self._send({"type": "http.response.body", "body": data, "more_body": True})

    async def _finish(self) -> None:
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _pieces(self, data: bytes) -> Iterable[bytes]:
        size = min((w.piece for w in self._wire if w.piece), default=0) or len(data) or 1
        return [data[start : start + size] for start in range(0, len(data), size)]


async def _cancelled(waiting: asyncio.Future[T]) -> None:
    """Cancel what is not done yet and see it end."""
    if not waiting.done():
        waiting.cancel()
        await asyncio.wait({waiting})
