"""HTTP servers inside our own event loop: uvicorn with deadlines, limits and the peer's identity.

What uvicorn lacks and an appliance needs: deadlines for peers that drip their request, never end a TLS handshake or do
not read their answer, limits of connections, the uid at the other end of a unix socket (SO_PEERCRED, put into the ASGI
scope as `scope["state"]["peer_uid"]`), and no signal handlers, since several servers share the loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from pathlib import Path

import uvicorn
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.errors import UsageError
from agent.system.accepting import BoundedListener
from agent.system.crowd import Crowd
from agent.system.protocol import GuardedProtocol
from agent.system.refusals import AMBIGUOUS, TOO_LARGE, UNSUPPORTED, HeadRefusal

MAX_HEADER_BYTES = 16 * 1024
GRACE_S = 1
HANDSHAKE_DEADLINE_S = 5.0
GOODBYE_DEADLINE_S = 2.0
ACCEPTED_AT_ONCE = 16
"""Between two turns of the loop: whoever asks something is read before many more newcomers are let in."""
WAITING = 512
SEND_BUFFER = 128 * 1024
"""What the kernel keeps for a peer that does not read; by itself it would keep megabytes."""


class _Heads:
    """Refuses what h11 lets through: a head that is too large but came in one piece, and one that says twice how long
    its body is, which others on the way may have understood otherwise (RFC 9112, 6.1), or speaks no HTTP/1."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = _refusal_of(scope) if scope["type"] == "http" else None
        if refusal is None:
            await self._app(scope, receive, send)
        else:
            await Response(refusal.body, refusal.status, refusal.headers)(scope, receive, send)


def _refusal_of(scope: Scope) -> HeadRefusal | None:
    if scope["http_version"] not in ("1.0", "1.1"):
        return UNSUPPORTED
    names = [name for name, _ in scope["headers"]]
    if b"content-length" in names and b"transfer-encoding" in names:
        return AMBIGUOUS
    fields = sum(len(name) + len(value) for name, value in scope["headers"])
    too_large = fields + len(scope["raw_path"]) + len(scope["query_string"]) > MAX_HEADER_BYTES
    return TOO_LARGE if too_large else None


class _Uvicorn(uvicorn.Server):
    """Listens itself: uvicorn has no words for the deadlines of TLS, nor for how many are accepted at once."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        config, loop, self.servers = self.config, asyncio.get_running_loop(), []
        for listener in sockets or ():
            server = await loop.create_server(
                lambda: config.http_protocol_class(  # type: ignore[call-arg]
                    config=config, server_state=self.server_state, app_state=self.lifespan.state
                ),
                sock=listener,
                backlog=ACCEPTED_AT_ONCE,
                ssl=config.ssl,
                ssl_handshake_timeout=HANDSHAKE_DEADLINE_S if config.ssl else None,
                ssl_shutdown_timeout=GOODBYE_DEADLINE_S if config.ssl else None,
            )
            listener.listen(WAITING)
            self.servers.append(server)
        self.started = True


class Server:
    """One listening socket and the ASGI app behind it. `run` serves until `stop`, then ends open answers within 1 s."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        *,
        tls: ssl.SSLContext | None = None,
        per_peer: int = 64,
        total: int = 128,
    ) -> None:
        config = uvicorn.Config(
            _Heads(app),
            http=type("Protocol", (GuardedProtocol,), {"crowd": Crowd(per_peer, total)}),
            ws="none",
            lifespan="auto",
            interface="asgi3",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=GRACE_S,
            h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        )
        config.load()
        config.ssl = tls
        self._server = _Uvicorn(config)
        if listener.family != socket.AF_UNIX:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # the connections inherit it
        self._listener = BoundedListener(listener, per_peer=2 * per_peer, total=total) if tls else listener

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
        for connection in [*self._server.server_state.connections]:
            connection.transport.abort()  # a TLS peer may never say good-bye
        await asyncio.sleep(0)  # sockets are closed in the loop's next turn

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
