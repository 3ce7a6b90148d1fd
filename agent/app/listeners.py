"""The sockets at which a front listens: its own, or those that systemd passes."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from agent.config import split_listen
from agent.errors import UsageError
from agent.supervise import Part
from agent.system import places
from agent.system.serve import Server, listen_tcp

WIZARD, REMOTE = "wizard", "remote"
"""Kinds of listeners to the network, and the names under which systemd passes them."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """`screen`: for this machine. `passed`: those to the network are systemd's, and no others are opened."""

    screen: Sequence[socket.socket] = ()
    wizard: Sequence[socket.socket] = ()
    remote: Sequence[socket.socket] = ()
    passed: bool = False

    def of(self, kind: str) -> Sequence[socket.socket]:
        """Those of a kind that were passed."""
        return self.wizard if kind == WIZARD else self.remote

    def close(self) -> None:
        """All of them. Harmless when called twice."""
        for listener in (*self.screen, *self.wizard, *self.remote):
            listener.close()


def passed_listeners(*, alone: bool) -> Listeners | None:
    """What systemd passed, sockets without a name of ours to the screen; None when it passed nothing. `alone`: to a
    front of its own, which opens no others then; an agent does, where it was passed the screen's only."""
    found = places.passed_sockets()
    named = {kind: [each for name, each in found if name == kind] for kind in (WIZARD, REMOTE)}
    screen = [each for name, each in found if name not in named]
    passed = alone or any(named.values())
    return Listeners(screen, **named, passed=passed) if found else None


def own_listeners(listen: str) -> Listeners:
    """The screen's at `web.listen`. Raises UsageError for a busy port."""
    return Listeners([listen_at("web.listen", listen)])


def home_url_at(listeners: Sequence[socket.socket]) -> str | None:
    """The home screen's address at the first TCP listener; None where there is none."""
    for each in listeners:
        if each.family in (socket.AF_INET, socket.AF_INET6):
            host, port = each.getsockname()[:2]
            loopback = "[::1]" if each.family == socket.AF_INET6 else "127.0.0.1"
            named = f"[{host}]" if ":" in host else host
            return f"http://{loopback if ip_address(host).is_unspecified else named}:{port}/"
    return None


def server_part(name: str, server: Server) -> Part:
    """A server as a task: ready when it listens, ended by its own stop."""
    return Part(name, server.run, stop=server.stop, started=lambda: server.started)


def listen_at(key_path: str, address: str, *, tries: int = 1) -> socket.socket:
    """A listener at an `address:port`, or one of the `tries` ports from there on. Raises UsageError naming the key."""
    host, port = split_listen(address)
    try:
        return listen_tcp(host, port, tries=tries)
    except OSError as error:
        raise UsageError(
            f'{key_path} = "{address}": cannot listen: {error.strerror}. Choose another or end the other program.',
            "web.port_taken",
        ) from error
