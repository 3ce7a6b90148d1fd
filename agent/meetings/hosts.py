"""Which host names belong to whom. Compared whole or by dot-suffix, never by substring."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")

_COUNTRY = re.compile(r"(.+?)\.(?:com?\.[a-z]{2}|com|[a-z]{2})")


class HostIndex(Generic[T]):
    """Values by host pattern: `zoom.us` (that host), `*.zoom.us` (any name below it), `www.google.*` (that name with
    `com` or a country's ending: only where the host is not what is trusted, since anybody may own one of them)."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._by_pattern: dict[str, list[T]] = {}
        for pattern, value in entries:
            self._by_pattern.setdefault(pattern, []).append(value)

    def find(self, host: str) -> list[T]:
        """All values whose pattern fits, the most specific pattern first."""
        found = list(self._by_pattern.get(host, ()))
        country = _COUNTRY.fullmatch(host)
        if country is not None:
            found += self._by_pattern.get(f"{country[1]}.*", ())
        dot = host.find(".")
        while dot >= 0:
            found += self._by_pattern.get(f"*{host[dot:]}", ())
            dot = host.find(".", dot + 1)
        return found
