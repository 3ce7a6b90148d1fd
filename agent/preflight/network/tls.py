"""`network.tls`: the server proves that it is the one we mean, and nobody stands in between."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import timedelta

from agent.errors import SourceUnavailable
from agent.model.preflight import Finding, Who
from agent.preflight.findings import failed, passed, warned
from agent.preflight.network.certificates import PUBLIC_HOSTS, Origin, is_public
from agent.preflight.network.line import line, who_is_there
from agent.preflight.network.peers import Peer, Way
from agent.preflight.network.talk import Trouble
from agent.sources.transport.tls import client_context

SOON = timedelta(days=30)

# X509_V_ERR_… of OpenSSL's x509_vfy.h
_EARLY, _EXPIRED = 9, 10
_NAMES = (62, 64)  # HOSTNAME_MISMATCH, IP_ADDRESS_MISMATCH
_UNKNOWN = (18, 19, 20, 21)  # self-signed, in the chain or alone; issuer not at hand; chain incomplete


@dataclass(frozen=True)
class Tls:
    """`public`: domains of clouds whose certificates come from public authorities alone."""

    public: tuple[str, ...] = PUBLIC_HOSTS

    def __call__(self, peer: Peer, way: Way) -> Finding:
        if not peer.tls:
            return passed("network.tls_local", host=peer.host)
        try:
            context = client_context(way.settings.ca_file)
        except SourceUnavailable:
            return failed("network.ca_file", Who.TECHNICIAN, file=way.settings.ca_file)
        try:
            with line(peer, way) as found:
                found.secure(context, peer.host)
                origin = Origin(found.certificate())
        except Trouble as trouble:
            return trouble.finding
        except ssl.SSLCertVerificationError as error:
            return self._unproven(error, peer, way)
        except OSError:
            return failed("network.tls_none", Who.EXCHANGE_ADMIN, host=peer.place)
        return self._proven(origin, peer, way)

    def _proven(self, origin: Origin, peer: Peer, way: Way) -> Finding:
        if is_public(peer.host, self.public):
            if origin.public:
                return passed("network.tls", host=peer.host, issuer=origin.issuer)
            return warned("network.tls_inspected", Who.NETWORK, host=peer.host, issuer=origin.issuer)
        left = origin.ends - way.clock.now() if origin.ends else SOON * 2
        if origin.ends and left <= SOON:
            ends, days = f"{origin.ends:%Y-%m-%d}", str(max(left.days, 0))
            return warned("network.tls_ends", Who.EXCHANGE_ADMIN, host=peer.host, ends=ends, days=days)
        return passed("network.tls", host=peer.host, issuer=origin.issuer)

    def _unproven(self, error: ssl.SSLCertVerificationError, peer: Peer, way: Way) -> Finding:
        origin = who_is_there(peer, way)
        said = {"host": peer.host, "issuer": origin.issuer, "names": ", ".join(origin.names[:3]) or "?"}
        said["ends"] = f"{origin.ends:%Y-%m-%d}" if origin.ends else "?"
        code = error.verify_code
        if code in _UNKNOWN and is_public(peer.host, self.public) and not origin.public:
            return failed("network.tls_intercepted", Who.NETWORK, **said)
        if code in _UNKNOWN:
            return failed("network.tls_authority", Who.EXCHANGE_ADMIN, **said)
        if code in _NAMES:
            return failed("network.tls_name", Who.EXCHANGE_ADMIN, **said)
        if code == _EXPIRED:
            return failed("network.tls_expired", Who.EXCHANGE_ADMIN, **said)
        if code == _EARLY:
            return failed("network.tls_early", Who.TECHNICIAN, **said)
        return failed("network.tls_refused", Who.EXCHANGE_ADMIN, reason=error.verify_message, **said)
