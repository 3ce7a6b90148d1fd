"""The Host header names us: the wall against DNS rebinding (reliability.md L5, S-8)."""

from __future__ import annotations

from agent.front.guard.asked import Asked, parse_address
from agent.front.problems import Refusal
from agent.front.settings import FrontSettings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
UNKNOWN_HOST = Refusal(421, "host.unknown")


def split_host(value: str) -> tuple[str, int | None] | None:
    """Name in lower case without brackets, and port; None when it is not `name[:port]` with a port in range."""
    if value.startswith("["):
        name, bracket, rest = value[1:].partition("]")
        if not bracket or parse_address(name) is None:
            return None
    else:
        name, _, rest = value.partition(":")
        rest = value[len(name) :]
    if not rest:
        return (name.lower(), None) if name else None
    digits = rest[1:]
    if not name or rest[0] != ":" or not (digits.isascii() and digits.isdigit() and len(digits) <= 5):
        return None
    return (name.lower(), int(digits)) if 0 < int(digits) < 65536 else None


def is_ours(host: str, default_port: int | None, asked: Asked, settings: FrontSettings) -> bool:
    """Whether `name[:port]` is an address of this front.

    The literal address the connection came in on is as good as a name: an address cannot be rebound. A missing port
    stands for `default_port`, or for any of ours where that is None.
    """
    parts = split_host(host)
    if parts is None:
        return False
    name, port = parts[0], parts[1] or default_port
    ports = {asked.port, *settings.ports}
    named = name in LOOPBACK or name in {known.lower() for known in settings.hosts}
    addressed = asked.local is not None and parse_address(name) == asked.local
    return (named or addressed) and (port is None or port in ports)


def known_host(asked: Asked, settings: FrontSettings) -> Refusal | None:
    """Exactly one Host header, with a name and port of ours."""
    host = asked.only(b"host")
    return None if host is not None and is_ours(host, None, asked, settings) else UNKNOWN_HOST
