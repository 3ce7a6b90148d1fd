from __future__ import annotations

from tests.agent.sources.transport.conftest import ca_file, pems, tls, tls_server
from tests.fakes.exchange import demo_certificates

__all__ = ["ca_file", "demo_certificates", "pems", "tls", "tls_server"]
