"""`account.secret`: what is missing for signing in is said before anybody tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from agent.config import Config
from agent.errors import ConfigError
from agent.model.preflight import Finding, Status, Who
from agent.preflight.context import Notes, Target
from agent.preflight.secret import Secret
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings
from tests.agent.preflight.authority import FUTURE, PAST
from tests.agent.preflight.looking import EXCHANGE
from tests.fakes.clock import FakeClock


def found(account: EwsSettings | GraphSettings) -> Finding:
    return Secret()(Target(config=Config.default(), clock=FakeClock(), account=account), Notes())


def ews(auth: Auth, **secrets: Any) -> EwsSettings:
    return EwsSettings(mailbox="", endpoint=EXCHANGE, auth=auth, **secrets)


def graph(auth: GraphAuth, **secrets: Any) -> GraphSettings:
    return GraphSettings(mailbox="", tenant_id="t", client_id="c", auth=auth, **secrets)


def refuses(code: str) -> Callable[[], Any]:
    def read() -> str:
        raise ConfigError("calendar.ews.password: there is no secret; set a file", code)

    return read


@pytest.mark.parametrize(
    "account",
    [
        ews(Auth.BASIC, password=lambda: "x"),
        ews(Auth.OAUTH, client_secret=lambda: "x", password=refuses("secret.missing")),
        graph(GraphAuth.SECRET, client_secret=lambda: "x", certificate=refuses("secret.missing")),
        graph(GraphAuth.DEVICE_CODE, load_sign_in=lambda: "kept", client_secret=refuses("secret.missing")),
    ],
)
def test_a_secret_that_can_be_read_is_enough(account: EwsSettings | GraphSettings) -> None:
    assert (found(account).status, found(account).code) == (Status.PASS, "account.secret")


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (ews(Auth.NTLM, password=refuses("secret.missing")), "account.secret_missing"),
        (ews(Auth.BASIC, password=refuses("secret.empty")), "account.secret_unusable"),
        (graph(GraphAuth.SECRET, client_secret=refuses("secret.unreadable")), "account.secret_unusable"),
        (graph(GraphAuth.CERTIFICATE, certificate=refuses("secret.missing")), "account.secret_missing"),
        (graph(GraphAuth.CERTIFICATE, certificate=lambda: b"hunter2"), "account.certificate_unusable"),
        (ews(Auth.OAUTH, certificate=lambda: "-----BEGIN hunter2"), "account.certificate_unusable"),
        (graph(GraphAuth.DEVICE_CODE), "account.nobody_signed_in"),
    ],
)
def test_what_is_missing_is_the_technicians_to_mend(account: EwsSettings | GraphSettings, code: str) -> None:
    finding = found(account)

    assert (finding.status, finding.code, finding.who) == (Status.FAIL, code, Who.TECHNICIAN)
    assert "hunter2" not in str(finding.values)


def test_a_certificate_with_its_key_can_be_used() -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "room box")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), PAST, FUTURE)
    ).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    content = private + certificate.public_bytes(Encoding.PEM)

    assert found(graph(GraphAuth.CERTIFICATE, certificate=lambda: content)).status is Status.PASS
