"""Refusals that no application is asked for: a head that is none, too slow or too large, a connection too many.

They are `application/problem+json` (RFC 9457) like every other, with a stable code, and end the connection.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class HeadRefusal:
    """`detail`: one sentence, what to do."""

    status: int
    code: str
    detail: str
    retry_after_s: int | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Of the answer, besides its length."""
        wait = {} if self.retry_after_s is None else {"retry-after": str(self.retry_after_s)}
        return {"content-type": MEDIA_TYPE, "cache-control": "no-store", "connection": "close", **wait}

    @property
    def body(self) -> bytes:
        title = HTTPStatus(self.status).phrase
        said = {"type": "about:blank", "title": title, "status": self.status, "code": self.code, "detail": self.detail}
        return json.dumps(said).encode()

    @property
    def raw(self) -> bytes:
        """The whole answer, for a connection that no request has been read from."""
        fields = {**self.headers, "content-length": str(len(self.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n{head}\r\n".encode("ascii") + self.body


MALFORMED = HeadRefusal(400, "request.malformed", "This is not an HTTP/1.1 request.")
AMBIGUOUS = HeadRefusal(
    400, "request.ambiguous", "Send Content-Length or Transfer-Encoding, not both: they may say different lengths."
)
TOO_SLOW = HeadRefusal(408, "request.too_slow", "Send the request's head at once; it took longer than 5 seconds.")
TOO_LARGE = HeadRefusal(431, "headers.too_large", "Send at most 64 headers of 16 KiB together.")
UNSUPPORTED = HeadRefusal(505, "version.unsupported", "Speak HTTP/1.1.")
TOO_MANY = HeadRefusal(503, "connections.too_many", "Close some of the connections that are open already.", 1)
