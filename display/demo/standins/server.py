"""Serves the stand-ins on loopback, by host and path as the services have them. Chromium is told to look there with
`Standins.chromium_flags`."""

from __future__ import annotations

import json
import re
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from display.demo.standins.certificate import context

HOSTS = (
    *("teams.microsoft.com", "zoom.us", "*.zoom.us", "zoom-x.de", "*.zoom-x.de", "meet.google.com"),
    *("webex.com", "*.webex.com", "meet.jit.si"),
)
_TEAMS, _ZOOM = r"teams\.microsoft\.com", r"(?:.*\.)?zoom(?:\.us|-x\.de)"
_PAGES = tuple(
    (re.compile(host), re.compile(path), page)
    for host, path, page in (
        (_TEAMS, r"/(?:l/meetup-join/.*|meet/\d+|light-meetings/launch)", "teams.html"),
        (_ZOOM, r"/(?:j/\d+|wc/join/\d+|wc/\d+/join|wc|wc/leave)", "zoom.html"),
        (r"meet\.google\.com", r"/[a-z]{3}-[a-z]{4}-[a-z]{3}", "meet.html"),
        (r"web\.webex\.com", r"/meeting", "webex_client.html"),
        (r".*\.webex\.com", r"/(?:[\w-]+/j\.php|meet/[\w.-]+)", "webex.html"),
        (r"meet\.jit\.si", r"/(?:static/close3\.html|[\w.-]+)", "jitsi.html"),
    )
)
_ASSETS = {"/standin/standin.css": "text/css", "/standin/standin.js": "text/javascript"}
_SEEN = "/standin/seen"
_LARGEST, _KEPT = 10_000, 10_000


class Standins:
    """The server, while entered. `port`: where; `seen`: what the pages tell of themselves, for tests: each has the
    page's `case` parameter, its `screen`, and what was typed and how it was pressed."""

    def __init__(self) -> None:
        settings, self._key = context(HOSTS)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.socket = settings.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.port = int(self._server.server_address[1])

    @property
    def seen(self) -> list[dict[str, Any]]:
        return list(self._server.seen)

    def chromium_flags(self) -> list[str]:
        """With these Chromium finds every host here and trusts this server's key, and no other one's."""
        return [
            f"--host-resolver-rules=MAP * 127.0.0.1:{self.port}",
            f"--ignore-certificate-errors-spki-list={self._key}",
        ]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.seen: list[dict[str, Any]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is nothing to tell."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _Server

    def do_GET(self) -> None:
        host, path = self.headers.get("Host", "").partition(":")[0].lower(), urlsplit(self.path).path
        if path in _ASSETS:
            self._answer(HTTPStatus.OK, _ASSETS[path], _page(path.rpartition("/")[2]))
            return
        for hosts, paths, page in _PAGES:
            if hosts.fullmatch(host) and paths.fullmatch(path):
                self._answer(HTTPStatus.OK, "text/html", _page(page))
                return
        self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"No stand-in here.")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        body = self.rfile.read(int(length)) if length.isdigit() and int(length) <= _LARGEST else b""
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if urlsplit(self.path).path == _SEEN and isinstance(told, dict) and len(self.server.seen) < _KEPT:
            self.server.seen.append(told)
        self._answer(HTTPStatus.NO_CONTENT, "text/plain", b"")

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        """Nothing: what is asked for is a page's business."""


def _page(name: str) -> bytes:
    return (files(__package__) / "pages" / name).read_bytes()
