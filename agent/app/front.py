"""The front: the public pages and paths, on the screen's own listener and, where asked for, on one for the network."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from pathlib import Path

from starlette.types import ASGIApp

from agent.app.box import Box
from agent.errors import UsageError
from agent.front.app import create_front
from agent.front.settings import FrontSettings
from agent.supervise import Part
from agent.system import places
from agent.system.certificate import self_signed, server_context
from agent.system.serve import Server, listen_tcp

REMOTE_PEER_LIMIT = 16


def front_parts(box: Box, core_socket: Path) -> list[Part]:
    """Listeners of the front. Sockets passed by systemd win over `web.listen`. Raises UsageError for a busy port."""
    web = box.config.web
    app = front_app(box, core_socket)
    local = places.passed_sockets() or [_listen("web.listen", web.listen)]
    servers = [Server(app, each) for each in local]
    if web.remote_listen:
        servers.append(_remote(box, app))
    return [server_part("front", server) for server in servers]


def front_app(box: Box, core_socket: Path, *, linked: bool = False) -> ASGIApp:
    """The front's ASGI app as configured. `linked`: another page of this machine links to it."""
    web = box.config.web
    token = box.secrets.read("web.status_token", web.status_token_file) if web.remote_listen else ""
    return create_front(FrontSettings(hosts=web.hosts, status_token=token, linked=linked), core_socket)


def server_part(name: str, server: Server) -> Part:
    """A server as a task: ready when it listens, ended by its own stop."""
    return Part(name, server.run, stop=server.stop, started=lambda: server.started)


def _remote(box: Box, app: ASGIApp) -> Server:
    web = box.config.web
    if web.certificate_file:
        files = Path(web.certificate_file), Path(web.key_file)
    else:
        host = web.remote_listen.rpartition(":")[0].strip("[]")
        named = () if ip_address(host).is_unspecified else (host,)
        files = self_signed(box.places.state / "tls", (*web.hosts, *named, socket.gethostname()), box.clock.now())
    listener = _listen("web.remote_listen", web.remote_listen)
    return Server(app, listener, tls=server_context(*files), per_peer=REMOTE_PEER_LIMIT)


def _listen(key_path: str, address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    try:
        return listen_tcp(host.strip("[]"), int(port))
    except OSError as error:
        raise UsageError(
            f'{key_path} = "{address}": cannot listen: {error.strerror}. Choose another or end the other program.',
            "web.port_taken",
        ) from error
