"""A hard end for an HTTP exchange.

Socket timeouts count the silence between two packets, so a server that sends one byte at a time is waited for without
end (reliability.md 1.2). When the time is up, the sockets are shut down and whoever reads from them gets an error.
"""

from __future__ import annotations

import socket
import threading
import weakref
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Connections:
    """The connections an adapter opened: `opened` counts them, `shut_down` ends what goes on over any of them."""

    def __init__(self) -> None:
        self._alive: weakref.WeakSet[Any] = weakref.WeakSet()
        self.opened = 0

    def watched(self, connection_class: Any) -> Any:
        """The urllib3 connection class, its instances known here from before they connect."""
        if issubclass(connection_class, _Watched):
            return connection_class
        return type(connection_class.__name__, (_Watched, connection_class), {"watcher": self})

    def add(self, connection: Any) -> None:
        self._alive.add(connection)
        self.opened += 1

    def shut_down(self) -> None:
        for connection in list(self._alive):
            for sock in (connection.sock, connection.connected_sock):
                if sock is not None:
                    with suppress(OSError):  # never connected, or closed by now
                        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # also below TLS: no goodbye needed


class _Watched:
    """A urllib3 connection that keeps hold of its socket: of an answer that ends the connection, http.client forgets it
    while the body is still to be read."""

    watcher: Connections
    sock: socket.socket | None
    connected_sock: socket.socket | None = None

    def connect(self) -> None:
        self.watcher.add(self)
        super().connect()  # type: ignore[misc]  # mixed in before a urllib3 connection
        self.connected_sock = self.sock


class Deadline:
    """While entered, shuts the connections down after `seconds`; `passed` then says so."""

    def __init__(self, connections: Connections, seconds: float) -> None:
        self.passed = False
        self._connections = connections
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.passed = True
        self._connections.shut_down()
