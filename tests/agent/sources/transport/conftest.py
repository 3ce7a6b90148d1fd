from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.demo.certificates import Certificates, certificates
from tests.agent.sources.loopback import Loopback, loopback


@pytest.fixture(scope="session")
def pems(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA and a certificate for localhost and 127.0.0.1."""
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def tls(pems: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pems.certificate_file, pems.key_file)
    return context


@pytest.fixture
def ca_file(pems: Certificates) -> Path:
    return pems.ca_file


@pytest.fixture
def server() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


@pytest.fixture
def tls_server(tls: ssl.SSLContext) -> Iterator[Loopback]:
    with loopback(tls) as server:
        yield server
