"""Where a page may go. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address
from socket import inet_aton
from urllib.parse import urlsplit

INSIDE = ("about", "blob", "data")
"""Schemes whose pages a page made itself."""
_CHROMIUMS_OWN = ("", "devtools", "file", "filesystem", "ftp", "isolated-app", "javascript", "view-source")
_PORTS = {"http": 80, "https": 443}


class Verdict(Enum):
    EXPECTED = auto()
    OTHER = auto()  # a public host that the order did not name: sign-in, a redirect
    APP = auto()  # a link that another program would open: "zoommtg:"
    BLOCKED = auto()


Origin = tuple[str, str, int]
"""Scheme, host and port."""
Rules = Callable[[str], Verdict]


def scheme_of(url: str) -> str:
    """The scheme, in lower case; empty for what is no address."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def origin(url: str) -> Origin | None:
    """Where a web address leads; None for anything else."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    return parts.scheme, host, port or _PORTS[parts.scheme]


def is_local(host: str) -> bool:
    """Whether a host is this machine or its network by its very name: an address that no public host has, in any
    spelling a browser takes (`0x7f.1`, `[::ffff:127.0.0.1]`), or localhost. What other names resolve to is not asked:
    a meeting server of the house has a private address too."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        try:
            address = ip_address(inet_aton(name))
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """A meeting on `host` goes to public hosts only. `home`: where the room's own page is, which it never sees.
    `local_pages`: localhost counts as a public host, for the demo and tests."""

    host: str
    home: str = ""
    local_pages: bool = False

    def __call__(self, url: str) -> Verdict:
        scheme = scheme_of(url)
        if scheme in INSIDE:
            return Verdict.EXPECTED
        if scheme in _PORTS:
            return self._on_the_web(origin(url))
        own = scheme in _CHROMIUMS_OWN or scheme.startswith("chrome")
        return Verdict.BLOCKED if own else Verdict.APP

    def _on_the_web(self, place: Origin | None) -> Verdict:
        if place is None or place == origin(self.home):
            return Verdict.BLOCKED
        _scheme, host, _port = place
        if host == self.host:
            return Verdict.EXPECTED
        if is_local(host) and not (self.local_pages and host == "localhost"):
            return Verdict.BLOCKED
        return Verdict.OTHER


@dataclass(frozen=True, slots=True)
class HomeRules:
    """The home screen stays where it is."""

    home: str

    def __call__(self, url: str) -> Verdict:
        place = origin(url)
        stays = scheme_of(url) in INSIDE or (place is not None and place == origin(self.home))
        return Verdict.EXPECTED if stays else Verdict.BLOCKED


def may_open(url: str, host: str, *, local_pages: bool = False) -> bool:
    """Whether an order's address can be opened: a web address over TLS on the very host that the order names."""
    place = origin(url)
    if place is None or place[1] != host.lower().rstrip("."):
        return False
    if is_local(place[1]):
        return local_pages
    return place[0] == "https"
