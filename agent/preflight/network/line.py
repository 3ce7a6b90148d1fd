"""A connection to a peer by the way that its traffic takes, for looking at who answers. No secret goes over it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed
from agent.preflight.network.certificates import Origin
from agent.preflight.network.peers import Peer, Way
from agent.preflight.network.talk import Line, Trouble, first_of
from agent.preflight.network.tunnel import open_tunnel
from agent.sources.transport.deadline import Connections, Deadline


@contextmanager
def line(peer: Peer, way: Way) -> Iterator[Line]:
    """A connection to the peer, through the proxy where one is meant for it, shut down when the time is up.

    Raises `Trouble`; whoever uses the connection gets OSError or an end when it breaks.
    """
    found, connections = Line(way.settings.user_agent), Connections()
    connections.add(found)
    with Deadline(connections, way.settings.deadline_s):
        found.take(_tcp(peer, way))
        try:
            if way.proxied(peer):
                open_tunnel(found, peer, way)
            yield found
        finally:
            if found.sock is not None:
                found.sock.close()


def unproven() -> ssl.SSLContext:
    """A context that believes anybody: to see who answers and what time it is there, never to send a secret."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def who_is_there(peer: Peer, way: Way) -> Origin:
    """Whose certificate is shown at a peer that may not have the right to it."""
    try:
        with line(peer, way) as found:
            found.secure(unproven(), peer.host)
            return Origin(found.certificate())
    except (Trouble, OSError):
        return Origin(None)


def _tcp(peer: Peer, way: Way) -> socket.socket:
    proxied = way.proxied(peer)
    parts = urlsplit(way.proxy)
    at = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        sock = first_of(*(at if proxied else (peer.host, peer.port)), way.settings.connect_timeout_s)
    except OSError as error:
        if proxied:
            raise Trouble(failed("network.proxy_unreachable", Who.NETWORK, proxy=way.proxy_place)) from error
        raise Trouble(_unreached(error, peer)) from error
    sock.settimeout(way.settings.silence_timeout_s)
    return sock


def _unreached(error: OSError, peer: Peer) -> Finding:
    if isinstance(error, socket.gaierror):
        return failed("network.dns_unknown", Who.TECHNICIAN, host=peer.host)
    if isinstance(error, ConnectionRefusedError):
        return failed("network.tcp_refused", Who.NETWORK, host=peer.place)
    if isinstance(error, TimeoutError):
        return failed("network.tcp_timeout", Who.NETWORK, host=peer.place)
    return failed("network.tcp_failed", Who.NETWORK, host=peer.place, error=error.strerror or type(error).__name__)
