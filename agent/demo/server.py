"""The demo Exchange as a server: HTTP and HTTPS on loopback in a thread of its own.

>>> with DemoServer(world) as server:
...     server.http_url, server.https_url, server.ca_file
...     server.faults.add(HttpStatus(503), times=1)
...     server.down()  # connections are refused …
...     server.up()  # … and accepted again, on the same ports
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
import threading
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from agent.demo import world as w
from agent.demo.certificates import certificates
from agent.demo.exchange.app import Observer
from agent.demo.exchange.auth import Connection
from agent.demo.http.options import Options
from agent.demo.service import DemoService

_HOST = "127.0.0.1"
_PATH = "/EWS/Exchange.asmx"
_PORTS_TRIED = 50
_KEEP_ALIVE_S = 120
_PATIENCE_S = 5.0


class _Protocol(H11Protocol):
    """uvicorn's HTTP, with something to remember a connection by: `scope["state"]["connection"]`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        self.app_state = {"connection": Connection(transport)}
        super().connection_made(transport)


class DemoServer:
    """An Exchange in front of `world`, and what it is steered and watched by.

    `faults`, `options`, `gate`, `graph` and `tokens` change how it behaves, `requests` and `streams` tell what
    happened.

    A wanted port that is taken is replaced by the next free one; 0 takes any. `directory` keeps the certificates;
    without one they last as long as the server. `observe`: see `ExchangeFace`.
    """

    def __init__(
        self,
        world: w.World,
        *,
        http_port: int = 0,
        https_port: int = 0,
        directory: Path | None = None,
        options: Options | None = None,
        observe: Observer | None = None,
    ) -> None:
        self.world = world
        self.options = options or Options()
        self._app = DemoService(world, self.options, observe)
        self.faults, self.requests, self.tokens = self._app.faults, self._app.requests, self._app.tokens
        self.graph = self._app.graph.answers
        exchange = self._app.exchange
        self.gate, self.subscriptions, self.streams = exchange.gate, exchange.subscriptions, exchange.streams
        self._ports = [http_port, https_port]
        self._directory = directory
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._listeners: list[asyncio.Server] = []
        self._reserved: list[socket.socket] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._state = ServerState()

    @property
    def http_url(self) -> str:
        """The EWS endpoint without TLS."""
        return f"http://{_HOST}:{self._ports[0]}{_PATH}"

    @property
    def https_url(self) -> str:
        """The EWS endpoint with TLS; the certificate is for localhost and 127.0.0.1."""
        return f"https://localhost:{self._ports[1]}{_PATH}"

    @property
    def authority(self) -> str:
        """Base of the OAuth endpoints, without a tenant; Graph is at the same host."""
        return f"https://localhost:{self._ports[1]}"

    @property
    def ca_file(self) -> Path:
        """PEM of the CA that signed the server's certificate."""
        assert self._directory is not None, "the server was not started"
        return self._directory / "ca.pem"

    @property
    def is_up(self) -> bool:
        return bool(self._listeners)

    def start(self) -> None:
        """Listen. Raises OSError, leaving nothing behind, when no port is free."""
        try:
            if self._directory is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="room-agent-demo-")
                self._directory = Path(self._temporary.name)
            for place, port in enumerate(self._ports):
                self._reserved.append(_bound(port))
                self._ports[place] = self._reserved[place].getsockname()[1]
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="demo-exchange", daemon=True)
            self._thread.start()
            self.up()
        except OSError:
            self.stop()
            raise

    def stop(self) -> None:
        """Close everything; harmless when called twice."""
        if self._loop is not None and self._thread is not None:
            self.down()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_PATIENCE_S)
            self._loop.close()
            self._loop = self._thread = None
        for reserved in self._reserved:
            reserved.close()
        self._reserved = []
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = self._directory = None

    def up(self) -> None:
        """Accept connections again, on the same ports; harmless when up."""
        self._run(self._listen())

    def down(self) -> None:
        """Break all connections and refuse new ones until `up`; the ports stay ours. Harmless when down."""
        self._run(self._hang_up())

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        assert self._loop is not None, "the server was not started"
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_S)

    async def _listen(self) -> None:
        if self._listeners:
            return
        assert self._directory is not None
        files = certificates(self._directory)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(files.certificate_file, files.key_file)
        config = uvicorn.Config(
            self._app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
        )
        config.load()
        loop = asyncio.get_running_loop()
        for reserved, context in zip(self._reserved, (None, tls), strict=True):
            listener = await loop.create_server(
                lambda: _Protocol(config, self._state, {}, loop), sock=reserved, ssl=context, backlog=64
            )
            self._listeners.append(listener)
        self._reserved = []

    async def _hang_up(self) -> None:
        if not self._listeners:
            return
        for listener in self._listeners:
            listener.close()
        self._listeners = []
        self._reserved = [_bound(port, tries=1) for port in self._ports]
        self._app.cancel_all()
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S / 2
        while self._state.connections and asyncio.get_running_loop().time() < deadline:
            for connection in list(self._state.connections):
                connection.transport.abort()
            await asyncio.sleep(0.005)
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*self._state.tasks, return_exceptions=True), _PATIENCE_S / 2)


def _bound(port: int, tries: int = _PORTS_TRIED) -> socket.socket:
    """A socket on this port or, if it is taken, the next free one; not listening yet, so connections are refused."""
    for candidate in range(port, port + tries):
        reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            reserved.bind((_HOST, candidate))
        except OSError:
            reserved.close()
            if candidate == port + tries - 1:
                raise
        else:
            return reserved
    raise AssertionError("not reached")
