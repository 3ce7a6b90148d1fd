"""A request as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.types import Scope

Address = IPv4Address | IPv6Address
READING = frozenset({"GET", "HEAD"})


def parse_address(text: str) -> Address | None:
    """The IP address a text is, IPv4 in IPv6 unwrapped; None for anything else."""
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@dataclass(frozen=True, slots=True)
class Asked:
    """Header names are lower case. `raw_path` is the path as it was sent, with its escapes. `peer` and `local` are None
    where the server cannot tell (a unix socket)."""

    method: str
    path: str
    raw_path: str
    query_size: int
    secure: bool
    headers: tuple[tuple[bytes, bytes], ...]
    peer: Address | None
    local: Address | None
    port: int | None

    @classmethod
    def from_scope(cls, scope: Scope) -> Asked:
        """The view of an ASGI `http` scope."""
        client, server = scope.get("client"), scope.get("server")
        return cls(
            method=scope["method"],
            path=scope["path"],
            raw_path=scope.get("raw_path", scope["path"].encode()).decode("latin-1"),
            query_size=len(scope.get("query_string", b"")),
            secure=scope.get("scheme") == "https",
            headers=tuple((bytes(name), bytes(value)) for name, value in scope["headers"]),
            peer=parse_address(client[0]) if client else None,
            local=parse_address(server[0]) if server else None,
            port=server[1] if server else None,
        )

    @property
    def reads(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.method in READING

    @property
    def from_loopback(self) -> bool:
        """Whether the peer is this machine; an unknown peer is not."""
        return self.peer is not None and self.peer.is_loopback

    def all(self, name: bytes) -> list[str]:
        """Every value of a header, in order."""
        return [value.decode("latin-1") for key, value in self.headers if key == name]

    def only(self, name: bytes) -> str | None:
        """The value of a header that must not come twice; None when it is absent or repeated."""
        values = self.all(name)
        return values[0] if len(values) == 1 else None
