"""HTTP over the core's unix socket: one request a connection, and streams of server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h11

ANSWER_S = 10.0
SILENT_S = 40.0
"""The core says something on every stream each 15 s."""
_CHUNK = 65_536
_LARGEST = 4 * 1024 * 1024
"""Bytes of an answer or of one event; more ends the connection."""


class CoreUnreachable(Exception):
    """The core does not answer, or not what was asked for. The message says what happened, for the log."""


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    name: str
    data: str

    def json(self) -> Any:
        """Its data. Raises ValueError."""
        return _parsed(self.data)


class CoreClient:
    """Requests to the core at `socket`. Every method raises CoreUnreachable."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    async def get(self, path: str) -> Any:
        """The JSON answer of a GET."""
        return await self._whole("GET", path, b"")

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer of a POST; None where there is none."""
        return await self._whole("POST", path, json.dumps(body).encode())

    async def _whole(self, method: str, path: str, body: bytes) -> Any:
        try:
            async with asyncio.timeout(ANSWER_S), self._answer(method, path, body) as parts:
                text = bytearray()
                async for part in parts:
                    text += part
                    if len(text) > _LARGEST:
                        raise CoreUnreachable(f"{path}: the answer is too long")
                return _parsed(bytes(text)) if text else None
        except (TimeoutError, OSError, ValueError) as error:
            raise CoreUnreachable(f"{path}: {str(error) or 'no answer in time'}") from None

    async def events(self, path: str) -> AsyncIterator[Event]:
        """The events of a stream, until it ends; silence counts as its end."""
        try:
            async with self._answer("GET", path, b"") as parts:
                name, data, size = "message", list[str](), 0
                async for line in _lines(parts):
                    size += len(line) + 1
                    if size > _LARGEST:
                        raise CoreUnreachable(f"{path}: an event is too long")
                    if not line:
                        if data:
                            yield Event(name, "\n".join(data))
                        name, data, size = "message", [], 0
                    elif line.startswith("event:"):
                        name = line[6:].strip()
                    elif line.startswith("data:"):
                        data.append(line[5:].removeprefix(" "))
        except (TimeoutError, OSError, ValueError) as error:
            raise CoreUnreachable(f"{path}: {str(error) or 'silence'}") from None

    @asynccontextmanager
    async def _answer(self, method: str, path: str, body: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        async with asyncio.timeout(ANSWER_S):
            reader, writer = await asyncio.open_unix_connection(str(self._socket))
        try:
            http = h11.Connection(h11.CLIENT)
            headers = [("Host", "core"), ("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
            request = h11.Request(method=method, target=path, headers=headers)
            for event in (request, h11.Data(data=body), h11.EndOfMessage()):
                writer.write(http.send(event) or b"")
            yield _body(http, reader, path)
        finally:
            writer.close()


def _parsed(text: str | bytes) -> Any:
    """JSON. Raises ValueError, also for what is nested too deep to be read."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


async def _body(http: h11.Connection, reader: asyncio.StreamReader, path: str) -> AsyncIterator[bytes]:
    while True:
        try:
            event = http.next_event()
        except h11.RemoteProtocolError as error:
            raise CoreUnreachable(f"{path}: {error}") from None
        if event is h11.NEED_DATA:
            async with asyncio.timeout(SILENT_S):
                http.receive_data(await reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            if event.status_code >= 300:
                raise CoreUnreachable(f"{path}: answered {event.status_code}")
        elif isinstance(event, h11.Data):
            yield bytes(event.data)
        elif isinstance(event, h11.EndOfMessage | h11.ConnectionClosed):
            return


async def _lines(parts: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Lines, of which an empty one ends an event. Raises ValueError for one, or an event, without an end."""
    rest, length = b"", 0
    async for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            length = length + len(line) if line.strip() else 0
            yield line.removesuffix(b"\r").decode("utf-8", "replace")
        if length + len(rest) > _LARGEST:
            raise ValueError("an event without an end")
