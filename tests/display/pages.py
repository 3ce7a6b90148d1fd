"""Pages for browsers under test, on a server of this machine without TLS."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Pages:
    """`texts` by path; "{port}" in them is the server's. `asked` are the paths in the order of the requests."""

    port: int
    texts: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@contextmanager
def served(texts: Mapping[str, str]) -> Iterator[Pages]:
    """A server of these pages, which answers 200 to /readyz and offers /file as a download."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            pages.asked.append(path)
            text = pages.texts.get(path, "ok" if path in ("/readyz", "/file") else None)
            body = (text or "").replace("{port}", str(pages.port)).encode()
            self.send_response(404 if text is None else 200)
            self.send_header("Content-Type", "application/octet-stream" if path == "/file" else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        pages = Pages(server.server_port, dict(texts))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield pages
        finally:
            server.shutdown()
            thread.join()
