"""A proxy that takes CONNECT to anywhere, and leads to one loopback server whatever the name."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy(socketserver.ThreadingTCPServer):
    """`refusal`: a whole answer in place of the tunnel. `asked`: the heads that came."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, to_port: int, refusal: bytes, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.to_port, self.refusal, self.tls = to_port, refusal, tls
        self.asked: list[str] = []
        self.url = f"{'http' if tls is None else 'https'}://localhost:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is part of the test."""


class _Connection(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        if self.server.tls is None:
            self._serve(self.request)
            return
        with self.server.tls.wrap_socket(self.request, server_side=True) as client:
            self._serve(client)

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (more := client.recv(4096)):
            head += more
        self.server.asked.append(head.decode("latin-1"))
        if self.server.refusal:
            client.sendall(self.server.refusal)
            return
        with socket.create_connection(("127.0.0.1", self.server.to_port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def proxy(to_port: int = 1, refusal: bytes = b"", tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """A proxy while entered."""
    server = Proxy(to_port, refusal, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
