"""HTTP servers inside our own event loop: uvicorn with deadlines, limits and the peer's identity.

What uvicorn lacks and an appliance needs: a deadline for request headers (a peer that drips a byte a minute would
hold a connection for ever), a limit of connections per peer, the uid at the other end of a unix socket (SO_PEERCRED,
put into the ASGI scope as `scope["state"]["peer_uid"]`), and no signal handlers, since several servers share the loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections import Counter
from pathlib import Path
from typing import ClassVar

import h11
import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from agent.errors import UsageError

HEADER_DEADLINE_S = 5.0
MAX_HEADER_BYTES = 16 * 1024
GRACE_S = 1
_TIMEOUT = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n"


class _Limits:
    """Open connections of one listener by peer."""

    def __init__(self, per_peer: int) -> None:
        self.per_peer = per_peer
        self.open: Counter[str] = Counter()


class _GuardedProtocol(H11Protocol):
    """uvicorn's protocol with a header deadline, a per-peer limit and the peer's uid."""

    limits: ClassVar[_Limits]
    _deadline: asyncio.TimerHandle | None = None
    _peer: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._peer = self.client[0] if self.client else "local"
        self.limits.open[self._peer] += 1
        if self.limits.open[self._peer] > self.limits.per_peer:
            transport.write(_TOO_MANY)
            transport.close()
            return
        uid = _peer_uid(transport.get_extra_info("socket"))
        if uid is not None:
            self.app_state = {**self.app_state, "peer_uid": uid}
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        if self._peer is not None:
            self.limits.open[self._peer] -= 1
            if self.limits.open[self._peer] <= 0:
                del self.limits.open[self._peer]
            self._peer = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._arm()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._disarm()

    def on_response_complete(self) -> None:
        """The next request may have begun to arrive during this one's answer (pipelining): its deadline begins now."""
        super().on_response_complete()
        if self._deadline is None and self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._arm()

    def _arm(self) -> None:
        self._deadline = self.loop.call_later(HEADER_DEADLINE_S, self._too_slow)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.write(_TIMEOUT)
            self.transport.close()


def _peer_uid(connection: socket.socket | None) -> int | None:
    if connection is None or connection.family != socket.AF_UNIX:
        return None
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    uid: int = struct.unpack("3i", credentials)[1]
    return uid


class _HeaderLimit:
    """Refuses requests whose head is too large: h11 limits only heads that arrive in pieces."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            fields = sum(len(name) + len(value) for name, value in scope["headers"])
            if fields + len(scope["raw_path"]) + len(scope["query_string"]) > MAX_HEADER_BYTES:
                await Response(status_code=431, headers={"Connection": "close"})(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Server:
    """One listening socket and the ASGI app behind it. `run` serves until `stop`, then ends open answers within 1 s."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        *,
        tls: ssl.SSLContext | None = None,
        per_peer: int = 64,
        total: int = 256,
    ) -> None:
        config = uvicorn.Config(
            _HeaderLimit(app),
            http=type("Protocol", (_GuardedProtocol,), {"limits": _Limits(per_peer)}),
            ws="none",
            lifespan="auto",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=total,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        )
        config.load()
        config.ssl = tls
        self._server = uvicorn.Server(config)
        self._listener = listener

    @property
    def port(self) -> int:
        """The TCP port, 0 for a unix socket."""
        name = self._listener.getsockname()
        return int(name[1]) if isinstance(name, tuple) else 0

    @property
    def started(self) -> bool:
        return self._server.started

    async def run(self) -> None:
        # serve() would install signal handlers; several servers share this loop and the supervisor owns the signals
        await self._server._serve([self._listener])  # noqa: SLF001  # no public entry without signal handlers

    def stop(self) -> None:
        self._server.should_exit = True


def listen_tcp(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A listening TCP socket on the first free port of `tries` from `port` on. Raises OSError when none is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for offset in range(tries):
        # asyncio sends without delay (TCP_NODELAY) only on sockets that say they are TCP; else every answer after a
        # connection's first waits for the client's delayed acknowledgement, 40 ms
        listener = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_CLOEXEC, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port + offset if port else 0))
            listener.listen(128)
        except OSError:
            listener.close()
            if offset == tries - 1:
                raise
        else:
            listener.setblocking(False)
            return listener
    msg = "tries must be at least 1"
    raise ValueError(msg)


def listen_unix(path: Path, mode: int = 0o600) -> socket.socket:
    """A listening unix socket at `path`, replacing a stale one; who may connect is said by `mode`.

    Raises UsageError when there can be none.
    """
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        path.unlink(missing_ok=True)
        listener.bind(str(path))
        path.chmod(mode)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"{path}: cannot listen there: {error.strerror}. Remove what is in the way or choose another --state-dir.",
            "core.socket_unusable",
        ) from error
    listener.setblocking(False)
    return listener
