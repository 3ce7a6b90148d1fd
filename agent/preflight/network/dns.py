"""`network.dns`: the addresses behind the names."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed, passed
from agent.preflight.network.peers import Peer, Way

PATIENCE_S = 8.0
_UNKNOWN = (socket.EAI_NONAME, socket.EAI_NODATA)
_ROUTES = Path("/proc/self/net/route")  # also where /proc shows processes alone (ProcSubset=pid)

Resolve = Callable[[str], Sequence[str]]


def resolve(host: str) -> Sequence[str]:
    """The addresses of a name as the system finds them. Raises `socket.gaierror`."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def networked(routes: Path = _ROUTES) -> bool:
    """Whether any interface but loopback leads anywhere (proc(5): a heading, then a line a route)."""
    try:
        if len(routes.read_text("ascii").splitlines()) > 1:
            return True
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(("2001:db8::1", 9))  # of a datagram: asks for the route, sends nothing
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Names:
    """Looks a peer's name up, or that of the proxy, which looks up the others. The system's own resolver knows no
    deadline, so it is left behind when it takes longer than `patience_s`."""

    resolve: Resolve = resolve
    networked: Callable[[], bool] = networked
    patience_s: float = PATIENCE_S

    def __call__(self, peer: Peer, way: Way) -> Finding:
        proxied = way.proxied(peer)
        host = (urlsplit(way.proxy).hostname or "") if proxied else peer.host
        if _is_address(host):
            return passed("network.dns_address", host=host)
        try:
            addresses = self._bounded(host)
        except (socket.gaierror, UnicodeError) as error:
            if isinstance(error, UnicodeError) or error.errno in _UNKNOWN:  # no name that could be asked for
                code = "network.proxy_unknown" if proxied else "network.dns_unknown"
                return failed(code, Who.TECHNICIAN, host=host)
            return self._silent(host)
        if addresses is None:
            return self._silent(host)
        return passed("network.dns", found=f"{host} ({', '.join(addresses[:3])})")

    def _silent(self, host: str) -> Finding:
        if self.networked():
            return failed("network.dns_silent", Who.NETWORK, host=host)
        return failed("network.no_network", Who.TECHNICIAN)

    def _bounded(self, host: str) -> Sequence[str] | None:
        answers: list[Sequence[str] | Exception] = []

        def look() -> None:
            try:
                answers.append(self.resolve(host))
            except (OSError, UnicodeError) as error:
                answers.append(error)

        thread = threading.Thread(target=look, name="resolver", daemon=True)
        thread.start()
        thread.join(self.patience_s)
        answer = answers[0] if answers else None
        if isinstance(answer, Exception):
            raise answer
        return answer


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
