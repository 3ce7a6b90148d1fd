"""HTTP by hand over raw sockets, for everything a polite library would not do."""

from __future__ import annotations

import gzip
import socket
import socketserver
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate

from lxml import etree

_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"


@dataclass
class Asked:
    """A request as it came. `connection` counts the connections, `credentials` is the Authorization header."""

    operation: str
    headers: Mapping[str, str]
    body: bytes
    connection: int
    at: float

    @property
    def credentials(self) -> str:
        return self.headers.get("authorization", "")


@dataclass
class Reply:
    """`drip_s`: seconds between two bytes. `cut`: the connection ends after so many bytes of the body."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drip_s: float = 0.0
    cut: int | None = None
    hang_up: bool = False


@dataclass
class Http:
    """How answers travel. `close`: each one ends its connection; `drop_reused`: a second request on one connection is
    read and never answered, as when an idle connection had just been given up; `challenge`: the first request of each
    connection is answered 401 when it carries no credentials of the scheme.
    """

    version: str = "HTTP/1.1"
    framing: str = "length"
    gzip: bool = False
    close: bool = False
    drop_reused: bool = False
    interim: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    date: Callable[[], str | None] = lambda: formatdate(usegmt=True)
    challenges: tuple[str, ...] = ("Negotiate", "NTLM", 'Basic realm="mail"')


class Server(socketserver.ThreadingTCPServer):
    """On loopback, on a free port; a thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, http: Http, answer: Callable[[Asked], Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.http = http
        self.answer = answer
        self.connections = 0
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        for each in list(self.open):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is part of the test."""


class _Connection(socketserver.StreamRequestHandler):
    server: Server
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1
        self.number = self.server.connections
        self.server.open.add(self.request)

    def finish(self) -> None:
        self.server.open.discard(self.request)
        super().finish()

    def handle(self) -> None:
        http, answered = self.server.http, 0
        while (asked := self._read()) is not None:
            if http.drop_reused and answered:
                return
            answered += 1
            if not self._write(self.server.answer(asked)) or http.close:
                return

    def _read(self) -> Asked | None:
        line = self.rfile.readline()
        headers: dict[str, str] = {}
        while line.strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
            line = self.rfile.readline()
        if not headers:
            return None
        if headers.get("expect", "").lower() == "100-continue" or self.server.http.interim:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self.rfile.read(int(headers.get("content-length", "0")))
        return Asked(_operation(body), headers, body, self.number, time.monotonic())

    def _write(self, reply: Reply) -> bool:
        """Whether the connection may go on."""
        if reply.hang_up:
            return False
        http = self.server.http
        body = gzip.compress(reply.body) if http.gzip else reply.body
        headers = {"Content-Type": "text/xml; charset=utf-8", **http.headers, **reply.headers}
        if (date := http.date()) is not None:
            headers.setdefault("Date", date)
        if http.gzip:
            headers["Content-Encoding"] = "gzip"
        if http.framing == "length":
            headers["Content-Length"] = str(len(body))
        elif http.framing == "chunked":
            headers["Transfer-Encoding"] = "chunked"
        lines = [f"{http.version} {reply.status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
        if reply.status == 401 and "WWW-Authenticate" not in headers:
            lines += [f"WWW-Authenticate: {each}" for each in http.challenges]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if reply.cut is not None:
            self.wfile.write(body[: reply.cut])
            return False
        if reply.drip_s:
            for position in range(len(body)):
                self.wfile.write(body[position : position + 1])
                time.sleep(reply.drip_s)  # the fault itself
        else:
            self.wfile.write(_chunked(body) if http.framing == "chunked" else body)
        return http.framing != "close" and http.version != "HTTP/1.0"


def _chunked(body: bytes) -> bytes:
    parts = [body[begin : begin + 777] for begin in range(0, len(body), 777)]
    return b"".join(f"{len(part):x};x=y\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def _operation(body: bytes) -> str:
    try:
        found = etree.fromstring(body).find(f"{_SOAP}Body")
    except etree.XMLSyntaxError:
        return ""
    return "" if found is None or len(found) == 0 else etree.QName(found[0]).localname
