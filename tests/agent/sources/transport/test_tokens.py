"""Tokens for an app, from a service that is the demo's or a script."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from agent.demo.certificates import Certificates
from agent.demo.server import DemoServer
from agent.demo.world import Application, World
from agent.errors import SignInFailed, SourceThrottled, SourceUnavailable
from agent.sources.transport.session import Transport
from agent.sources.transport.settings import HttpSettings
from agent.sources.transport.tokens import App, Tokens
from agent.system.clock import SystemClock
from tests.agent.sources.loopback import Answer, Asked, Loopback
from tests.fakes.clock import FakeClock

TENANT, CLIENT, SCOPE = "t-1", "c-1", "https://outlook.office365.com/.default"

Make = Callable[..., Tokens]


@pytest.fixture
def make(ca_file: Path) -> Make:
    def make(
        authority: str,
        *,
        secret: Callable[[], str] | None = None,
        certificate: str | bytes = "",
        password: str | None = None,
    ) -> Tokens:
        app = App(
            authority=authority,
            tenant_id=TENANT,
            client_id=CLIENT,
            scope=SCOPE,
            client_secret=secret,
            certificate=(lambda: certificate) if certificate else None,
            certificate_password=(lambda: password) if password is not None else None,
        )
        return Tokens(app, Transport(HttpSettings(ca_file=str(ca_file))), FakeClock())

    return make


class Script:
    """A token service: metadata, then `answer` for each token asked for."""

    def __init__(self, server: Loopback) -> None:
        self.server = server
        self.answer = Answer(json.dumps({"access_token": "T", "expires_in": 3600, "token_type": "Bearer"}))
        self.metadata = {
            name: f"{server.url}/{TENANT}/oauth2/v2.0/{name.partition('_')[0]}"
            for name in ("authorization_endpoint", "token_endpoint", "issuer")
        }
        server.always = self

    def __call__(self, asked: Asked) -> Answer:
        return Answer(json.dumps(self.metadata)) if asked.method == "GET" else self.answer

    @property
    def posts(self) -> list[Asked]:
        return [asked for asked in self.server.asked if asked.method == "POST"]


@pytest.fixture
def script(tls_server: Loopback) -> Script:
    return Script(tls_server)


def test_token_is_asked_for_once_and_kept(make: Make, script: Script) -> None:
    tokens = make(script.server.url, secret=lambda: "s")
    assert [tokens.token(), tokens.token()] == ["T", "T"]
    assert len(script.posts) == 1
    assert script.posts[0].path == f"/{TENANT}/oauth2/v2.0/token"
    assert b"client_secret=s" in script.posts[0].body


def test_nothing_goes_out_before_the_first_token(make: Make, script: Script) -> None:
    make(script.server.url, secret=lambda: "s")
    assert not script.server.asked


def test_forgotten_token_is_got_anew_with_the_secret_of_now(make: Make, script: Script) -> None:
    secrets = iter(["old", "new"])
    tokens = make(script.server.url, secret=lambda: next(secrets))
    tokens.token()
    tokens.forget()
    tokens.token()
    assert b"client_secret=new" in script.posts[1].body


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (7000215, "calendar.sign_in_failed"),
        (7000222, "calendar.secret_expired"),
        (700016, "calendar.app_unknown"),
        (7000112, "calendar.app_disabled"),
        (90002, "calendar.tenant_unknown"),
        (700027, "calendar.certificate_refused"),
        (500011, "calendar.wrong_cloud"),
        (53003, "calendar.conditional_access"),
        (65001, "calendar.consent_missing"),
        (4711, "calendar.sign_in_failed"),
    ],
)
def test_refusal_keeps_the_number_and_posts_once(make: Make, script: Script, number: int, code: str) -> None:
    refusal = {"error": "invalid_client", "error_codes": [number], "error_description": "person@contoso.example"}
    script.answer = Answer(json.dumps(refusal), 401)
    with pytest.raises(SignInFailed) as caught:
        make(script.server.url, secret=lambda: "hunter2").token()
    assert caught.value.code == code
    assert f"AADSTS{number}" in str(caught.value)
    assert "person" not in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(script.posts) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_service_that_asks_to_wait_is_obeyed(make: Make, script: Script, status: int) -> None:
    script.answer = Answer("{}", status, {"Retry-After": "17"})
    with pytest.raises(SourceThrottled) as caught:
        make(script.server.url, secret=lambda: "s").token()
    assert caught.value.retry_after_s == 17


@pytest.mark.parametrize(
    "answer",
    [
        Answer("<html>portal</html>"),
        Answer("{}", 500),
        Answer("{}", 503),
        Answer("", 302, {"Location": "https://x.example/"}),
        Answer("[]"),
    ],
)
def test_service_that_makes_no_sense_is_unreachable(make: Make, script: Script, answer: Answer) -> None:
    script.answer = answer
    with pytest.raises(SourceUnavailable) as caught:
        make(script.server.url, secret=lambda: "s").token()
    assert caught.value.code == "calendar.token_service_unreachable"
    assert len(script.posts) == 1


def test_metadata_that_makes_no_sense_is_unreachable(make: Make, script: Script) -> None:
    script.server.always = Answer("<html>portal</html>")
    with pytest.raises(SourceUnavailable) as caught:
        make(script.server.url, secret=lambda: "s").token()
    assert caught.value.code == "calendar.token_service_unreachable"


def test_service_that_is_down_is_unreachable_and_comes_back(make: Make, script: Script) -> None:
    tokens = make("https://127.0.0.1:1", secret=lambda: "s")
    with pytest.raises(SourceUnavailable) as caught:
        tokens.token()
    assert caught.value.code == "calendar.token_service_unreachable"


@pytest.mark.parametrize("codes", [5, "7000222", {"7000222": 1}, ["7000222", None], None])
def test_refusal_with_nonsense_for_its_numbers_is_still_one(make: Make, script: Script, codes: object) -> None:
    script.answer = Answer(json.dumps({"error": "invalid_client", "error_codes": codes}), 401)
    with pytest.raises(SignInFailed) as caught:
        make(script.server.url, secret=lambda: "s").token()
    assert caught.value.code == "calendar.sign_in_failed"


def test_unknown_tenant_is_a_refusal(make: Make, script: Script) -> None:
    script.server.always = Answer(json.dumps({"error": "invalid_tenant", "error_codes": [90002]}), 400)
    with pytest.raises(SignInFailed) as caught:
        make(script.server.url, secret=lambda: "s").token()
    assert caught.value.code == "calendar.tenant_unknown"


@pytest.fixture(scope="module")
def key_pair() -> tuple[str, str]:
    """A private key and its certificate, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "room agent")])
    now = SystemClock().now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now.replace(year=now.year + 1, day=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return pem.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def demo(pems: Certificates, key_pair: tuple[str, str]) -> Iterator[DemoServer]:
    world = World(SystemClock())
    world.directory.applications.append(Application(tenant_id=TENANT, client_id=CLIENT, certificate=key_pair[1]))
    with DemoServer(world, directory=pems.ca_file.parent) as server:
        yield server


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_certificate_signs_in(make: Make, demo: DemoServer, key_pair: tuple[str, str], order: tuple[int, int]) -> None:
    pem = "".join(key_pair[part] for part in order)
    token = make(demo.authority, certificate=pem).token()
    assert demo.tokens.application(token) is not None


@pytest.mark.parametrize("part", [0, 1])
def test_certificate_file_with_one_half_missing_is_refused(make: Make, key_pair: tuple[str, str], part: int) -> None:
    with pytest.raises(SignInFailed):
        make("https://127.0.0.1:1", certificate=key_pair[part]).token()


def test_certificate_that_is_garbage_is_refused(make: Make, script: Script, key_pair: tuple[str, str]) -> None:
    garbage = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + key_pair[1]
    with pytest.raises(SignInFailed):
        make(script.server.url, certificate=garbage).token()


def _objects(key_pair: tuple[str, str]) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = serialization.load_pem_private_key(key_pair[0].encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key, x509.load_pem_x509_certificate(key_pair[1].encode())


@pytest.mark.parametrize("password", ["", "pfx pässword"])
def test_pfx_signs_in_with_its_password(make: Make, demo: DemoServer, key_pair: tuple[str, str], password: str) -> None:
    sealed = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    pfx = serialization.pkcs12.serialize_key_and_certificates(b"room", *_objects(key_pair), None, sealed)
    token = make(demo.authority, certificate=pfx, password=password).token()
    assert demo.tokens.application(token) is not None


def test_encrypted_key_signs_in_with_its_password(make: Make, demo: DemoServer, key_pair: tuple[str, str]) -> None:
    sealed = serialization.BestAvailableEncryption(b"pw")
    key, _ = _objects(key_pair)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed).decode()
    token = make(demo.authority, certificate=pem + key_pair[1], password="pw").token()
    assert demo.tokens.application(token) is not None


@pytest.mark.parametrize("password", [None, "wrong"])
def test_pfx_that_cannot_be_opened_is_said_so_without_asking_anybody(
    make: Make, script: Script, key_pair: tuple[str, str], password: str | None
) -> None:
    sealed = serialization.BestAvailableEncryption(b"right")
    pfx = serialization.pkcs12.serialize_key_and_certificates(b"room", *_objects(key_pair), None, sealed)
    with pytest.raises(SignInFailed, match="password") as caught:
        make(script.server.url, certificate=pfx, password=password).token()
    assert caught.value.code == "calendar.certificate_unusable"
    assert not script.server.asked


def test_certificate_of_another_key_is_refused(make: Make, key_pair: tuple[str, str]) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    with pytest.raises(SignInFailed, match="belongs to its private key"):
        make("https://127.0.0.1:1", certificate=pem + key_pair[1]).token()
