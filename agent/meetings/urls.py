"""Web addresses, parsed strictly. What is not plainly an address of one host is refused, and what leaves this module
is rebuilt from its parsed parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote

from agent.meetings import limits

WEB = frozenset({"http", "https"})
NATIVE = frozenset({"zoommtg", "msteams"})

_SPLIT = re.compile(
    r"(?:([a-z][a-z0-9+.-]{1,20}):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.DOTALL
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?){1,20}")
_PORT = re.compile(r"[0-9]{1,5}")
_DOTS = frozenset({".", ".."})
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """A parsed address. `scheme` and `host` are lower case; `path` starts with "/"; `query` and `fragment` are without
    their marks, None when absent. `scheme` "" means it was printed without one."""

    scheme: str
    host: str
    path: str
    port: int | None = None
    query: str | None = None
    fragment: str | None = None

    def __str__(self) -> str:
        port = f":{self.port}" if self.port is not None else ""
        query = f"?{_quoted(self.query)}" if self.query is not None else ""
        fragment = f"#{_quoted(self.fragment)}" if self.fragment is not None else ""
        return f"{self.scheme}://{self.host}{port}{_quoted(self.path)}{query}{fragment}"

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments, undecoded; a slash at the end counts for nothing."""
        parts = self.path.split("/")[1:]
        return tuple(parts[:-1] if parts and not parts[-1] else parts)

    def parameter(self, name: str) -> str | None:
        """The first query parameter of this name (any case), percent-decoded once; "+" stays."""
        for pair in (self.query or "").split("&"):
            key, _, value = pair.partition("=")
            if key.lower() == name:
                return unquote(value)
        return None

    def with_parameters(self, **values: str) -> Url:
        """The same address with these query parameters at the end; one that is there already keeps its value."""
        present = {pair.partition("=")[0].lower() for pair in (self.query or "").split("&")}
        added = [f"{name}={quote(value, safe='')}" for name, value in values.items() if name.lower() not in present]
        return replace(self, query="&".join([*([self.query] if self.query else []), *added])) if added else self

    def without_parameters(self, *names: str) -> Url:
        """The same address without these query parameters (lower case), all others untouched."""
        if self.query is None:
            return self
        kept = [pair for pair in self.query.split("&") if pair.partition("=")[0].lower() not in names]
        return replace(self, query="&".join(kept) or None)

    def secured(self) -> Url:
        """The same address over https, without a default port."""
        return replace(self, scheme="https", port=None if self.port in (80, 443) else self.port)


def parse(text: str) -> Url | None:
    """The address, or None when it is not one we would open: other schemes, user-info, a backslash, an escape or a
    non-ASCII character in the host, `xn--` names, a host that is no name, dot segments."""
    if len(text) > limits.URL or "\\" in text:
        return None
    found = _SPLIT.fullmatch(text)
    if found is None:
        return None
    scheme, authority, path = (found[1] or "").lower(), found[2], found[3]
    if scheme in NATIVE and authority is None:
        return Url(scheme=scheme, host="", path=path, query=found[4], fragment=found[5]) if path[:1] == "/" else None
    if not scheme and authority is None:
        authority, slash, rest = path.partition("/")
        path = slash + rest
    if authority is None or (scheme and scheme not in WEB | NATIVE):
        return None
    place = _host_and_port(authority)
    if place is None or any(unquote(segment) in _DOTS for segment in path.split("/")):
        return None
    host, port = place
    port = None if (scheme, port) in {("https", 443), ("http", 80)} else port
    return Url(scheme=scheme, host=host, port=port, path=path or "/", query=found[4], fragment=found[5])


def _host_and_port(authority: str) -> tuple[str, int | None] | None:
    host, _, port = authority.lower().partition(":")
    host = host.removesuffix(".")
    if len(host) > 253 or not _HOST.fullmatch(host) or "xn--" in host:
        return None
    if port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
        return None
    return host, int(port) if port else None


def _quoted(part: str) -> str:
    """Characters that may not stand in an address as UTF-8 escapes; escapes already there stay as they are."""
    return quote(part, safe=_KEPT, errors="replace")
