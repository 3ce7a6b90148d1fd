"""A listener that counts its connections from accept to close, for TLS.

A protocol hears of a TLS connection after the handshake, for which asyncio waits a minute: without this count a peer
that never begins one could hold thousands of descriptors, of a process that serves the room's screen as well.
"""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

REFUSED_AT_ONCE = 16


class _Counted(socket.socket):
    """A connection that says when it is closed, once."""

    ended: Callable[[], None] | None = None

    def close(self) -> None:
        super().close()
        if self.ended is not None:
            ended, self.ended = self.ended, None
            ended()


class BoundedListener(socket.socket):
    """Takes the place of a listening socket; closes at once what is above `per_peer` connections of an address or
    above `total`."""

    def __init__(self, listener: socket.socket, *, per_peer: int, total: int) -> None:
        super().__init__(fileno=listener.detach())
        self.setblocking(False)
        self._most = per_peer, total
        self._open = Counter[str]()

    def accept(self) -> tuple[socket.socket, Any]:
        """As of a socket. Raises BlockingIOError where nobody waits, or nobody who may come in; of many such, the loop
        asks again after it has looked after the others."""
        for _ in range(REFUSED_AT_ONCE):
            accepted, address = super().accept()
            peer = str(address[0])
            if self._open[peer] < self._most[0] and self._open.total() < self._most[1]:
                break
            accepted.close()
        else:
            raise BlockingIOError
        connection = _Counted(fileno=accepted.detach())
        self._open[peer] += 1
        connection.ended = lambda: self._left(peer)
        return connection, address

    def _left(self, peer: str) -> None:
        self._open[peer] -= 1
        if not self._open[peer]:
            del self._open[peer]
