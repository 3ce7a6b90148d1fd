"""Which addresses are of an expected host."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """The host of an https address or origin, lower case; "" for every other."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").removesuffix(".") if parts.scheme == "https" else ""
    except ValueError:
        return ""


def expected(host: str, patterns: Iterable[str]) -> bool:
    """Whether the host is one of them; `*.` in front stands for any name below."""
    return bool(host) and any(
        host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern for pattern in patterns
    )
