"""What the core knows for the fronts: the settings of the configuration in effect, the certificate, the bearer token.

A front has no configuration, no state directory and on a box no network of its own, so that the certificate is made
here, with the addresses of this machine.
"""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import structlog

from agent.app.box import Box
from agent.config import split_listen
from agent.errors import ConfigError
from agent.system.addresses import own_addresses
from agent.system.certificate import fingerprint, self_signed, server_context
from agent.wire.front import BEARER_TOKEN, FrontFacts, FrontTls

log = structlog.get_logger()


class ForFronts:
    """`agent.api.parts.FrontSide` over the box that is in effect. May be asked by several threads."""

    def __init__(self, box: Callable[[], Box]) -> None:
        self._box = box
        self._one = threading.Lock()
        self._said = ""
        self._wizard_port: int | None = None

    def facts(self, wizard_port: int | None = None) -> FrontFacts:
        box = self._box()
        web = box.config.web
        self._wizard_port = wizard_port or self._wizard_port
        found = self.tls()
        return FrontFacts(
            hosts=_as_sent(web.hosts),
            hostname=socket.gethostname().lower(),
            wizard=web.setup_listen if wizard_on_network(box) else "",
            remote=web.remote_listen,
            settings=box.config.set_up,
            certificate=hashlib.sha256(f"{found.certificate}{found.key}".encode()).hexdigest() if found else "",
        )

    def tls(self) -> FrontTls | None:
        box = self._box()
        try:
            with self._one:
                certificate, key = tls_files(box)
                return FrontTls(certificate=certificate.read_text("ascii"), key=key.read_text("ascii"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            if self._said != str(error):
                self._said = str(error)
                log.warning("front.no_certificate", reason=str(error))
            return None

    def status_token(self) -> str:
        box = self._box()
        return require_status_token(box) if box.config.web.remote_listen else ""

    def wizard_urls(self) -> list[str]:
        """Where a technician's browser finds the wizard: at each address of this box, on the port that a front has
        said, or on the configured one. Empty where it is closed, or while there is no network."""
        web = self._box().config.web
        host, configured = split_listen(web.setup_listen) if web.setup_listen else ("", 0)
        port = self._wizard_port or configured
        if not host or not port:
            return []
        addresses = own_addresses() if ip_address(host).is_unspecified else [host]
        return [f"https://{f'[{each}]' if ':' in each else each}:{port}/setup" for each in addresses]

    def fingerprint(self) -> str:
        """SHA-256 of the certificate there, in pairs of hex digits; empty while there is none."""
        found = self.tls()
        try:
            return fingerprint(found.certificate.encode()) if found else ""
        except ValueError:
            return ""


def wizard_on_network(box: Box) -> bool:
    """Whether a technician's browser may set this box up: nobody has yet, by wizard or by a file of their own."""
    return not box.config.set_up and not box.places.managed and bool(box.config.web.setup_listen)


def require_fronts(box: Box) -> None:
    """Raises ConfigError where fronts could not serve the network as configured: no token, or no usable certificate."""
    web = box.config.web
    if web.remote_listen:
        require_status_token(box)
        if web.certificate_file:
            server_context(Path(web.certificate_file), Path(web.key_file))


def require_status_token(box: Box) -> str:
    """What opens status and metrics to the network. Raises ConfigError when there is none, or none that can be sent."""
    token = box.secrets.read("web.status_token", box.config.web.status_token_file)
    if not BEARER_TOKEN.fullmatch(token):
        raise ConfigError(
            "web.status_token: expected one word of at most 256 visible ASCII characters, such as openssl rand -hex 32"
            " prints; nobody could send this one",
            "secret.unusable",
        )
    return token


def _as_sent(hosts: Iterable[str]) -> list[str]:
    """Host names as browsers send them and certificates hold them: `räum.example` is `xn--rum-qla.example` (RFC 5891).
    What has no such form is left out: nobody can ask for it."""
    found = []
    for host in hosts:
        with suppress(UnicodeError):
            found.append(host.encode("idna").decode("ascii"))
    return found


def tls_files(box: Box) -> tuple[Path, Path]:
    """The administrator's certificate and key, else the box's own, which are made when a listener needs them. They need
    not be there. Raises OSError when they cannot be made."""
    web = box.config.web
    if web.certificate_file:
        return Path(web.certificate_file), Path(web.key_file)
    folder = box.places.state / "tls"
    if not (web.remote_listen or wizard_on_network(box)):
        return folder / "server.pem", folder / "server.key"
    host = split_listen(web.remote_listen)[0] if web.remote_listen else ""
    named = (host,) if host and not ip_address(host).is_unspecified else ()
    names = (*_as_sent(web.hosts), *named, socket.gethostname(), "localhost", "127.0.0.1", *own_addresses())
    return self_signed(folder, names, box.clock.now())
