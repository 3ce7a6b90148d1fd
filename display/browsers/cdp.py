"""The DevTools protocol over a pipe: JSON messages ended by NUL, read from the browser's fd 4, written to its fd 3.
No port, nobody but the owner of the pipe can use it; when it closes, Chromium ends."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

log = logging.getLogger(__name__)

ANSWER_S = 10.0
_LARGEST = 16 * 1024 * 1024
"""Bytes of one message; more ends the connection."""


class BrowserError(Exception):
    """The browser refused, does not answer, or is gone. The message holds no text of a page."""


class NoAnswer(BrowserError):
    """Not within the time."""


Handler = Callable[[str, Mapping[str, Any], str], None]
"""Told an event: its method, its parameters, and the session it is of ("" for the browser's own)."""


class Connection:
    """One pipe to a browser. `on_event` gets every event in the order of their arrival. `patience`: the seconds that a
    command may take where nothing else is said; one who starts a browser gives it more."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_event: Handler) -> None:
        self._reader = reader
        self._writer = writer
        self._on_event = on_event
        self._last = 0
        self.patience = ANSWER_S
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.closed = asyncio.Event()

    async def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        session: str = "",
        *,
        within: float | None = None,
    ) -> dict[str, Any]:
        """The result of a command, within so many seconds. Raises BrowserError."""
        if self.closed.is_set():
            raise BrowserError(f"{method}: the browser is gone")
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": dict(params or {})}
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._writer.write(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        try:
            async with asyncio.timeout(self.patience if within is None else within):
                return await answer
        except TimeoutError:
            raise NoAnswer(f"{method}: no answer") from None
        finally:
            del self._waiting[number]

    async def run(self) -> None:
        """Read until the browser closes the pipe."""
        try:
            while True:
                self._take((await self._reader.readuntil(b"\0"))[:-1])
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            pass
        finally:
            self.closed.set()
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(BrowserError("the browser is gone"))
            self._writer.close()

    def _take(self, raw: bytes) -> None:
        try:
            message = json.loads(raw)
        except (ValueError, RecursionError):  # frames in frames in frames
            log.warning("the browser sent something that is no JSON")
            return
        if "id" not in message:
            self._on_event(message.get("method", ""), message.get("params", {}), message.get("sessionId", ""))
            return
        answer = self._waiting.get(message["id"])
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(BrowserError(f"refused: {message['error'].get('code')}"))
        else:
            answer.set_result(message.get("result", {}))


async def connect(read_fd: int, write_fd: int, on_event: Handler) -> Connection:
    """A connection over our ends of the two pipes."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_LARGEST)
    reading, writing = os.fdopen(read_fd, "rb", buffering=0), os.fdopen(write_fd, "wb", buffering=0)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), reading)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, writing)
    return Connection(reader, asyncio.StreamWriter(transport, protocol, None, loop), on_event)
