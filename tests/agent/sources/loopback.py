"""An HTTP server on loopback that answers what a test scripted and keeps what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DATE = "Mon, 23 Nov 2026 11:59:58 GMT"


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`raw` instead of a body: writes to the connection itself, after status and headers."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[Callable[[bytes], None]], None] | None = None


Script = Answer | Callable[[Asked], Answer]


class Loopback(ThreadingHTTPServer):
    """`answers` are given in order, then `always`; `asked` is what came, in order."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None, address: str) -> None:
        super().__init__((address, 0), _Handler)
        self.answers: deque[Script] = deque()
        self.always: Script = Answer(status=500)
        self.asked: list[Asked] = []
        self.ended = threading.Event()
        self.url = f"{'http' if tls is None else 'https'}://{address}:{self.server_port}"
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        script = self.answers.popleft() if self.answers else self.always
        return script if isinstance(script, Answer) else script(asked)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, or refused the certificate, is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Loopback

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = self.server.answer(Asked(self.command, self.path, dict(self.headers), body))
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        headers = {"Date": DATE, "Content-Type": "text/xml", "Content-Length": str(len(body)), **answer.headers}
        self.send_response_only(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.raw is None:
            self._write(body)
        else:
            answer.raw(self._write)

    do_GET = do_HEAD = do_CONNECT = do_POST  # noqa: N815  names http.server looks for

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@contextmanager
def loopback(tls: ssl.SSLContext | None = None, address: str = "127.0.0.1") -> Iterator[Loopback]:
    """A server while entered; with `tls` it speaks HTTPS."""
    server = Loopback(tls, address)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
