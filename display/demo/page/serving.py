"""The page's HTTP server, inside our own event loop."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import ASGIApp

PORTS_TRIED = 20
_MOST_CONNECTIONS = 64
_LARGEST_HEAD = 16 * 1024


def listen(port: int) -> socket.socket:
    """A socket on loopback: the first free port from `port` on, any free one for 0. Raises OSError."""
    for offset in range(PORTS_TRIED):
        # asyncio sends without delay only on sockets that say they are TCP
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_CLOEXEC, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port + offset if port else 0))
            listener.listen(_MOST_CONNECTIONS)
        except OSError:
            listener.close()
            if offset == PORTS_TRIED - 1:
                raise
        else:
            listener.setblocking(False)
            return listener
    raise AssertionError


class Server:
    """`run` serves until `stop`; answers that are still open then end within a second."""

    def __init__(self, app: ASGIApp, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=1,
            h11_max_incomplete_event_size=_LARGEST_HEAD,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._listener = listener

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    @property
    def started(self) -> bool:
        return self._server.started

    async def run(self) -> None:
        # serve() would install signal handlers; who runs us owns the signals
        await self._server._serve([self._listener])  # noqa: SLF001  no public entry without them

    def stop(self) -> None:
        self._server.should_exit = True
