"""mpv's JSON IPC: a line each for commands, answers and events, over a connected socket.

https://mpv.io/manual/stable/#json-ipc
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

log = logging.getLogger(__name__)

ANSWER_S = 2.0
_LONGEST = 1024 * 1024

Message = Mapping[str, Any]


class NoAnswer(Exception):
    """mpv did not answer in time."""


class Closed(Exception):
    """The connection is gone."""


class Refused(Exception):
    """mpv answered that it cannot do that; the message is its own."""


class Ipc:
    """A connection to mpv. `event` is called with each of its events, in order. What it sends that is not an object of
    JSON is left out; a line without an end closes the connection."""

    def __init__(self, event: Callable[[Message], None]) -> None:
        self._event = event
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self, end: socket.socket) -> None:
        """Use our end of the connection. Takes the socket over."""
        self._reader, self._writer = await asyncio.open_unix_connection(sock=end, limit=_LONGEST)

    async def run(self) -> None:
        """Listen until mpv closes the connection."""
        try:
            while self._reader is not None and (line := await self._reader.readline()):
                self._take(line)
        except (ConnectionError, ValueError) as error:
            log.warning("the player's connection broke: %s", type(error).__name__)
        finally:
            self.close()

    def close(self) -> None:
        """End the connection, on which mpv ends itself; whoever waits for an answer gets Closed."""
        if self._writer is not None:
            self._writer.close()
        waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            each.cancel()

    async def ask(self, command: Sequence[Any] | Mapping[str, Any], within: float | None = None) -> Any:
        """The data of mpv's answer, within so many seconds. Raises Refused, NoAnswer and Closed."""
        if self._writer is None or self._writer.is_closing():
            raise Closed
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"command": command, "request_id": number}).encode() + b"\n")
        try:
            done, _ = await asyncio.wait([answer], timeout=ANSWER_S if within is None else within)
        finally:
            self._waiting.pop(number, None)
        if not done:
            raise NoAnswer
        if answer.cancelled():
            raise Closed
        reply = answer.result()
        if reply.get("error") != "success":
            raise Refused(str(reply.get("error"))[:200])
        return reply.get("data")

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line.decode("utf-8", "replace"))  # file names and tags may hold anything
        except (ValueError, RecursionError):
            return
        if not isinstance(message, dict):
            return
        if "event" in message:
            self._event(message)
        elif isinstance(number := message.get("request_id"), int) and number in self._waiting:
            answer = self._waiting[number]
            if not answer.done():
                answer.set_result(message)
