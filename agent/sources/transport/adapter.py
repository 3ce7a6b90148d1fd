"""The requests adapter all traffic goes through: bounded in time and size, and its failures said in our words."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from agent.errors import SourceUnavailable
from agent.sources.texts import line
from agent.sources.transport import failures
from agent.sources.transport.deadline import Connections, Deadline
from agent.sources.transport.limits import used_up
from agent.sources.transport.settings import HttpSettings

CHUNK = 64 * 1024
_ID_LETTERS = 64


_DATES = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC))
"""Between them a server's clock may be right."""


class Traffic:
    """What went over an account's connections: `requests` made, the last answer's Date header (`server_time`; None
    when it had none that makes sense), and when the server's certificate ends (`tls_ends`; None without TLS).
    `slowed`: how often a server asked us to slow down; `used`: the largest part of a limit that an answer told was used
    up, 1.0 for all of it, None when none told. `server_version`: what answers called their server's build.
    `request_id`: what the last answer called its request, "" where it did not.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.server_time: datetime | None = None
        self.tls_ends: datetime | None = None
        self.server_version: str | None = None
        self.slowed = 0
        self.used: float | None = None
        self.request_id = ""

    def note(self, response: requests.Response, sock: object) -> None:
        self.server_time = _date(response)
        self.request_id = line(response.headers.get("request-id"), _ID_LETTERS) or ""
        if isinstance(sock, ssl.SSLSocket):
            self.tls_ends = _ends(sock) or self.tls_ends
        self.slowed += response.status_code == requests.codes.too_many_requests or "Retry-After" in response.headers
        self.used = max((each for each in (self.used, used_up(response.headers)) if each is not None), default=None)


class BoundedAdapter(HTTPAdapter):
    """Reads each answer whole, within `deadline_s` and `max_answer`. Raises `SourceUnavailable` for network trouble.

    For one request at a time. A request may arrive twice, but where `may_repeat` says no: of those that write without
    asking, `agent.sources.write_check` removes whatever it finds. Good answers of streaming
    requests (`stream=True`) are handed over unread; their reader bounds them. Trust comes from the TLS context alone:
    requests' own bundle of authorities is left aside.
    """

    def __init__(
        self,
        settings: HttpSettings,
        context: ssl.SSLContext,
        traffic: Traffic,
        may_repeat: Callable[[], bool] = lambda: True,
    ) -> None:
        self._settings = settings
        self._context = context
        self._traffic = traffic
        self._may_repeat = may_repeat
        self._connections = Connections()
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        tls = {"ssl_context": self._context, "cert_reqs": "CERT_REQUIRED"} if host["scheme"] == "https" else {}
        return host, tls

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Adds nothing to what the TLS context trusts."""

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, proxy_ssl_context=self._context, **kwargs)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = self._connections.watched(pool.ConnectionCls)
        return pool

    def send(  # type: ignore[override]  # verify, cert and proxies go on as they came
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, **kwargs: Any
    ) -> requests.Response:
        host = failures.host_of(request.url)
        limits = (self._settings.connect_timeout_s, self._settings.silence_timeout_s)
        self._traffic.requests += 1
        deadline = Deadline(self._connections, self._settings.deadline_s)
        try:
            with deadline:
                if stream:
                    response = super().send(request, stream=True, timeout=timeout or limits, **kwargs)
                    self._note(response)
                    if response.status_code == requests.codes.ok:
                        return response
                    self._read(response, host)
                    return response
                response = self._send(request, deadline, timeout=limits, **kwargs)
                self._note(response)
                self._read(response, host)
        except failures.NETWORK as error:
            # without its cause, whose text may hold the proxy's password
            raise failures.translate(error, host, deadline_passed=deadline.passed) from None
        except (AttributeError, ValueError):  # what http.client raises when a socket is shut down under it
            if deadline.passed:
                raise failures.too_slow(host) from None
            raise
        if deadline.passed:  # a body without a length that was cut off looks complete
            raise failures.too_slow(host)
        return response

    def shut_down(self) -> None:
        """Ends what goes on, from any thread."""
        self._connections.shut_down()

    def _send(self, request: requests.PreparedRequest, deadline: Deadline, **kwargs: Any) -> requests.Response:
        """The answer's beginning. A kept connection may have been given up by the server just now: then the request is
        sent once more, on a new one (reliability.md N19).
        """
        opened = self._connections.opened
        try:
            return super().send(request, stream=True, **kwargs)
        except requests.ConnectionError as error:
            if self._connections.opened > opened or deadline.passed or not failures.hung_up(error):
                raise
            if not self._may_repeat():
                raise
        self._traffic.requests += 1
        return super().send(request, stream=True, **kwargs)

    def _note(self, response: requests.Response) -> None:
        """Remembers what later readers need of the connection, which is given back once the body is read."""
        sock = getattr(response.raw.connection, "sock", None)
        self._traffic.note(response, sock)
        response.connections_opened = self._connections.opened  # type: ignore[attr-defined]
        if response.status_code == requests.codes.unauthorized and isinstance(sock, ssl.SSLSocket):
            response.peer_certificate = sock.getpeercert(True)  # type: ignore[attr-defined]

    def _read(self, response: requests.Response, host: str) -> None:
        chunks: list[bytes] = []
        size = 0
        raw: urllib3.HTTPResponse = response.raw
        while chunk := raw.read(CHUNK, decode_content=True):
            size += len(chunk)
            if size > self._settings.max_answer:
                raw.close()
                raise SourceUnavailable(
                    failures.TOO_LARGE, f"{host}: the answer is larger than {self._settings.max_answer} bytes"
                )
            chunks.append(chunk)
        raw.release_conn()
        response._content = b"".join(chunks)  # noqa: SLF001  the way requests itself stores a body that was read
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001


def _date(response: requests.Response) -> datetime | None:
    try:
        date = parsedate_to_datetime(response.headers["Date"])
        date = date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)  # "-0000" is UTC too
    except (KeyError, ValueError, OverflowError):
        return None
    return date if _DATES[0] <= date < _DATES[1] else None


def _ends(sock: ssl.SSLSocket) -> datetime | None:
    """When the certificate at the other end expires."""
    try:
        certificate = sock.getpeercert() or {}
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    except (KeyError, ValueError, OSError, OverflowError):
        return None
