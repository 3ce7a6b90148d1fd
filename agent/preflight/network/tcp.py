"""`network.proxy` and `network.tcp`: the proxy lets us through, and the server takes the connection."""

from __future__ import annotations

from agent.model.preflight import Finding
from agent.preflight.findings import passed
from agent.preflight.network.line import line
from agent.preflight.network.peers import Peer, Way
from agent.preflight.network.talk import Trouble


def try_proxy(peer: Peer, way: Way) -> Finding:
    """Whether the proxy does what it is for. That it cannot reach the server is not its fault."""
    if not way.proxy:
        return passed("network.proxy_none")
    if not way.proxied(peer):
        return passed("network.proxy_exempt", host=peer.host)
    try:
        with line(peer, way):
            return passed("network.proxy", proxy=way.proxy_place)
    except Trouble as trouble:
        behind = trouble.finding.code == "network.tcp_behind_proxy"
        return passed("network.proxy", proxy=way.proxy_place) if behind else trouble.finding


def connect(peer: Peer, way: Way) -> Finding:
    """Whether there is a connection, by the way that calendar traffic takes."""
    try:
        with line(peer, way):
            return passed("network.tcp", host=peer.place)
    except Trouble as trouble:
        return trouble.finding
