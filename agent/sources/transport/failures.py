"""Network trouble in our words. Decided by exception class; texts of libraries are never passed on."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
import urllib3

from agent.errors import SourceUnavailable

UNREACHABLE = "calendar.unreachable"
TIMEOUT = "calendar.timeout"
TLS = "calendar.tls"
PROXY = "calendar.proxy"
TOO_LARGE = "calendar.answer_too_large"

NETWORK = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, EOFError)
"""What requests, urllib3 and ssl raise on a bad connection."""

_TIMEOUTS = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
_PROXY = (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)
_HUNG_UP = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_TLS = (requests.exceptions.SSLError, urllib3.exceptions.SSLError, ssl.SSLError)


def host_of(url: str | None) -> str:
    """The host and port of a URL, for messages; never its path or credentials."""
    parts = urlsplit(url or "")
    return parts.netloc.rpartition("@")[2] or "the server"


def too_slow(host: str) -> SourceUnavailable:
    return SourceUnavailable(TIMEOUT, f"{host}: the answer took too long; check network and server")


def hung_up(error: Exception) -> bool:
    """Whether the other side ended the connection before it said a word."""
    return any(isinstance(cause, _HUNG_UP) for cause in _chain(error))


def translate(error: Exception, host: str, *, deadline_passed: bool = False) -> SourceUnavailable:
    """Our error for a failed exchange with `host`; the causes in the chain decide before the outermost class."""
    chain = tuple(_chain(error))
    if deadline_passed or any(_is_timeout(cause) for cause in chain):
        return too_slow(host)
    if any(isinstance(cause, _PROXY) for cause in chain):
        return SourceUnavailable(PROXY, f"{host}: the proxy refused or is not there; check [network] proxy")
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceUnavailable(
                TLS, f"{host}: its certificate is not trusted ({cause.verify_message}); check ca_file and the host name"
            )
    if any(isinstance(cause, _TLS) for cause in chain):
        return SourceUnavailable(TLS, f"{host}: no TLS 1.2 or newer could be agreed on; check server and port")
    if any(isinstance(cause, socket.gaierror) for cause in chain):
        return SourceUnavailable(UNREACHABLE, f"{host}: this name has no address; check the name and DNS")
    return SourceUnavailable(UNREACHABLE, f"{host}: no connection, or it broke ({_name(chain)}); check the network")


def _is_timeout(cause: BaseException) -> bool:
    """A refused connection is one too in urllib3's hierarchy."""
    return isinstance(cause, _TIMEOUTS) and not isinstance(cause, urllib3.exceptions.NewConnectionError)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was made of: causes, contexts, wrapped arguments and `reason`s. Bounded."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 32:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [argument for argument in current.args if isinstance(argument, BaseException)]
        reason = getattr(current, "reason", None)  # of urllib3's MaxRetryError
        inner += [reason] if isinstance(reason, BaseException) else []
        waiting += [*inner, current.__cause__, current.__context__]


def _name(chain: tuple[BaseException, ...]) -> str:
    return chain[-1].__class__.__name__
