"""Between the display's own processes: a unix socket on which one tells its state, a JSON line at each change, and
takes requests, a JSON line each. Who may connect is the socket's mode: its owner."""

from __future__ import annotations

import asyncio
import json
import logging
import struct
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from socket import SO_PEERCRED, SOL_SOCKET
from socket import socket as Socket  # noqa: N812  beside paths of sockets
from typing import Any

log = logging.getLogger(__name__)

State = Mapping[str, Any]
AGAIN_S = 0.5
_CLIENTS = 8


class Teller:
    """The side that tells. `tell` a state whenever it changes; `asked` is called with every request."""

    def __init__(self, asked: Callable[[State], None]) -> None:
        self._asked = asked
        self._state: State = {}
        self._clients: set[asyncio.StreamWriter] = set()

    def tell(self, state: State) -> None:
        """Send the state to whoever listens; the same one again is not sent."""
        if state != self._state:
            self._state = dict(state)
            for client in self._clients:
                _send(client, self._state)

    @asynccontextmanager
    async def serving(self, socket: Path) -> AsyncIterator[None]:
        """Listen at `socket`, which is made anew; one that somebody else serves is taken over."""
        socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._talk, str(socket))
        socket.chmod(0o600)
        try:
            yield
        finally:
            server.close()
            for client in set(self._clients):
                client.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._clients) >= _CLIENTS:
            writer.close()
            return
        self._clients.add(writer)
        try:
            _send(writer, self._state)
            async for request in _states(reader):
                self._asked(request)
        except asyncio.CancelledError:  # the loop ends; asyncio would make a fault of it
            pass
        finally:
            self._clients.discard(writer)
            writer.close()


class Listener:
    """The other side. `state` is the newest one, empty while nobody tells; `changed` is called at each change."""

    def __init__(self, socket: Path, changed: Callable[[], None]) -> None:
        self._socket = socket
        self._changed = changed
        self._writer: asyncio.StreamWriter | None = None
        self.state: State = {}
        self.pid = 0
        """The process at the other end, as the kernel knows it; 0 when it has hung up."""

    @property
    def connected(self) -> bool:
        """Whether the other process is there."""
        return self._writer is not None

    def ask(self, request: State) -> bool:
        """Send a request; False where nobody is there to take it."""
        if self._writer is None or self._writer.is_closing():
            return False
        _send(self._writer, request)
        return True

    async def run(self) -> None:
        """Listen for good, over every break."""
        while True:
            with suppress(OSError):
                reader, self._writer = await asyncio.open_unix_connection(str(self._socket))
                self.pid = _peer(self._writer)
                try:
                    async for state in _states(reader):
                        self._is(state)
                    self.pid = 0
                finally:
                    self._writer.close()
                    self._writer = None
            self._is({})
            await asyncio.sleep(AGAIN_S)

    def _is(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self._changed()


def _peer(writer: asyncio.StreamWriter) -> int:
    socket: Socket = writer.get_extra_info("socket")
    return int(struct.unpack("3i", socket.getsockopt(SOL_SOCKET, SO_PEERCRED, struct.calcsize("3i")))[0])


def _send(writer: asyncio.StreamWriter, state: State) -> None:
    if not writer.is_closing():
        writer.write(json.dumps(state).encode() + b"\n")


async def _states(reader: asyncio.StreamReader) -> AsyncIterator[State]:
    """The objects of a connection. What is not one ends it."""
    with suppress(ValueError, ConnectionError, RecursionError):
        while line := await reader.readline():
            state = json.loads(line)
            if not isinstance(state, dict):
                break
            yield state
