"""How to reach a server: plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Way and limits of one account's requests.

    `ca_file`: PEM certificates trusted in addition to the system's. `proxy`: URL without credentials, empty for none;
    `proxy_credentials` reads "user:password". `no_proxy`: hosts, domains (also "*.x" and ".x") and networks that are
    reached directly; loopback always is. Times are seconds: to connect, for the server's silence, for the whole
    exchange. `max_answer` is the largest answer read, in bytes after decompression.
    """

    ca_file: str = ""
    proxy: str = ""
    proxy_credentials: Callable[[], str] | None = field(default=None, repr=False)
    no_proxy: tuple[str, ...] = ()
    user_agent: str = "RoomAgent/1.0"
    connect_timeout_s: float = 10.0
    silence_timeout_s: float = 30.0
    deadline_s: float = 60.0
    max_answer: int = 32 * MIB
