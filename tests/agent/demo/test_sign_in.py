from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from exchangelib import NTLM, OAUTH2, Identity, OAuth2AuthorizationCodeCredentials
from exchangelib.errors import ErrorInvalidExchangeImpersonationHeaderData, UnauthorizedError
from msal.oauth2cli.assertion import JwtAssertionCreator

from agent.demo.exchange.md4 import md4
from agent.demo.http.faults import NotXml
from agent.demo.world import Application
from tests.agent.demo.support import Open, at, trusting, view
from tests.fakes.exchange import ACCOUNT, CLIENT_ID, CLIENT_SECRET, PASSWORD, ROOM, TENANT, DemoExchange, booking

SCOPE = ["https://outlook.office365.com/.default"]


def auths(exchange: DemoExchange) -> Counter[tuple[str, bool]]:
    return Counter((record.auth, record.admitted) for record in exchange.server.requests.records())


def test_basic_signs_in_over_http_and_over_https(demo_exchange: DemoExchange, open_account: Open) -> None:
    demo_exchange.calendar.book(booking("Plan", at(9), at(10)))
    server = demo_exchange.server
    for endpoint in (server.http_url, server.https_url):
        account = open_account(endpoint=endpoint, adapter=trusting(server.ca_file))
        assert len(view(account, at(8), at(12), "subject")) == 1
    assert set(auths(demo_exchange)) == {("basic", True)}


def test_a_client_that_does_not_know_the_ca_gets_nowhere(demo_exchange: DemoExchange) -> None:
    with requests.Session() as session, pytest.raises(requests.exceptions.SSLError):
        session.post(demo_exchange.server.https_url, timeout=10)


@pytest.mark.parametrize("name", [ACCOUNT, ACCOUNT.upper(), "CONTOSO\\mailboxservice", "mailboxservice"])
@pytest.mark.parametrize("scheme", ["basic", NTLM])
def test_the_account_has_several_names(demo_exchange: DemoExchange, open_account: Open, name: str, scheme: str) -> None:
    assert view(open_account(username=name, auth_type=scheme), at(8), at(12), "subject") == []


def test_a_wrong_password_is_401_and_counted(demo_exchange: DemoExchange, open_account: Open) -> None:
    with pytest.raises(UnauthorizedError):
        view(open_account(password="wrong"), at(8), at(12), "subject")
    assert auths(demo_exchange) == {("basic", False): 1}
    (record,) = demo_exchange.server.requests.records()
    assert (record.status, record.operation) == (401, "GetFolder")


def test_without_credentials_the_server_says_what_it_offers(demo_exchange: DemoExchange) -> None:
    with requests.Session() as session:
        answer = session.post(demo_exchange.server.http_url, data=b"", timeout=10)
    assert answer.status_code == 401
    offered = answer.headers["WWW-Authenticate"]
    assert [scheme in offered for scheme in ("NTLM", "Basic", "Bearer")] == [True] * 3


def test_ntlm_shakes_hands_once_for_each_connection(demo_exchange: DemoExchange, open_account: Open) -> None:
    demo_exchange.server.gate.schemes = ("ntlm",)
    demo_exchange.calendar.book(booking("Plan", at(9), at(10)))
    account = open_account(auth_type=NTLM)
    assert [item.subject for item in view(account, at(8), at(12))] == ["Plan"]
    counted = auths(demo_exchange)
    assert counted[("ntlm-handshake", False)] == counted[("anonymous", False)] == 1
    assert counted[("ntlm", True)] == 4  # GetFolder twice, FindItem, GetItem


def test_ntlm_works_over_tls(demo_exchange: DemoExchange, open_account: Open) -> None:
    server = demo_exchange.server
    account = open_account(auth_type=NTLM, endpoint=server.https_url, adapter=trusting(server.ca_file))
    assert view(account, at(8), at(12), "subject") == []


def test_ntlm_refuses_a_wrong_password(demo_exchange: DemoExchange, open_account: Open) -> None:
    with pytest.raises((UnauthorizedError, PermissionError)):
        view(open_account(auth_type=NTLM, password="wrong"), at(8), at(12), "subject")
    assert not any(record.admitted for record in demo_exchange.server.requests.records())


@pytest.mark.parametrize("token", ["", "AAAA", "!", "TlRMTVNTUAADAAAA", "TlRMTVNTUAABAAAA"])
def test_ntlm_nonsense_is_401(demo_exchange: DemoExchange, token: str) -> None:
    with requests.Session() as session:
        answer = session.post(demo_exchange.server.http_url, headers={"Authorization": f"NTLM {token}"}, timeout=10)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
        ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_md4_gives_the_digests_of_rfc_1320(text: str, digest: str) -> None:
    assert md4(text.encode()).hex() == digest


class _Client:
    """What MSAL wants as HTTP client, with our CA (for each request: the environment outranks the session's)."""

    def __init__(self, ca_file: Path) -> None:
        self._session = requests.Session()
        self._ca_file = str(ca_file)

    def post(self, url: str, **more: Any) -> requests.Response:
        return self._session.post(url, **(more | {"timeout": 10, "verify": self._ca_file}))

    def get(self, url: str, **more: Any) -> requests.Response:
        return self._session.get(url, **(more | {"timeout": 10, "verify": self._ca_file}))

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def sign_in(demo_exchange: DemoExchange) -> Any:
    client = _Client(demo_exchange.server.ca_file)

    def sign_in(credential: Any, tenant: str = TENANT, client_id: str = CLIENT_ID) -> dict[str, Any]:
        application = msal.ConfidentialClientApplication(
            client_id,
            authority=f"{demo_exchange.server.authority}/{tenant}",
            client_credential=credential,
            instance_discovery=False,
            http_client=client,
        )
        result: dict[str, Any] = application.acquire_token_for_client(scopes=SCOPE)
        return result

    yield sign_in
    client.close()


def oauth_account(exchange: DemoExchange, open_account: Open, token: str, identity: str | None = ROOM) -> Any:
    credentials = OAuth2AuthorizationCodeCredentials(
        client_id="room-agent",
        identity=Identity(primary_smtp_address=identity) if identity else None,
        access_token={"access_token": "placeholder", "token_type": "Bearer"},
    )
    adapter = trusting(exchange.server.ca_file, bearer=token)
    endpoint = exchange.server.https_url
    return open_account(credentials=credentials, endpoint=endpoint, auth_type=OAUTH2, adapter=adapter)


def test_a_secret_buys_a_token_that_opens_the_room(
    demo_exchange: DemoExchange, open_account: Open, sign_in: Any
) -> None:
    token = sign_in(CLIENT_SECRET)["access_token"]
    account = oauth_account(demo_exchange, open_account, token)
    assert view(account, at(8), at(12), "subject") == []
    assert len(list(account.protocol.get_roomlists())) == 1
    assert set(auths(demo_exchange)) == {("oauth", False), ("bearer", True)}
    assert [record.status for record in demo_exchange.server.requests.records("token")] == [200]


def test_a_token_expires_and_can_be_revoked(demo_exchange: DemoExchange, open_account: Open, sign_in: Any) -> None:
    demo_exchange.server.options.token_life = timedelta(minutes=10)
    answer = sign_in(CLIENT_SECRET)
    assert answer["expires_in"] == 600
    account = oauth_account(demo_exchange, open_account, answer["access_token"])
    demo_exchange.clock.advance(599)
    view(account, at(8), at(12), "subject")
    demo_exchange.clock.advance(2)
    with pytest.raises(UnauthorizedError):
        view(account, at(8), at(12), "subject")


def test_a_bearer_token_needs_the_impersonation_header(
    demo_exchange: DemoExchange, open_account: Open, sign_in: Any
) -> None:
    account = oauth_account(demo_exchange, open_account, sign_in(CLIENT_SECRET)["access_token"], identity=None)
    with pytest.raises(ErrorInvalidExchangeImpersonationHeaderData):
        list(account.protocol.get_roomlists())


def test_refusals_carry_the_numbers_of_entra(demo_exchange: DemoExchange, sign_in: Any) -> None:
    wrong = sign_in("wrong")
    assert (wrong["error"], wrong["error_codes"]) == ("invalid_client", [7000215])
    assert wrong["error_description"].startswith("AADSTS7000215")
    assert sign_in(CLIENT_SECRET, client_id="unknown")["error_codes"] == [700016]
    with pytest.raises(ValueError, match="authority"):
        sign_in(CLIENT_SECRET, tenant="11111111-1111-1111-1111-111111111111")


def test_the_token_endpoint_can_fail_too(demo_exchange: DemoExchange, sign_in: Any) -> None:
    demo_exchange.server.faults.add(
        NotXml(b'{"error": "temporarily_unavailable"}', "application/json"), operation="token"
    )
    assert sign_in(CLIENT_SECRET)["error"] == "temporarily_unavailable"


def test_a_certificate_buys_a_token_too(demo_exchange: DemoExchange, sign_in: Any) -> None:
    key, other = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    certificate = _self_signed(key)
    applications = demo_exchange.world.directory.applications
    applications.append(Application(tenant_id=TENANT, client_id="by-certificate", certificate=certificate))
    demo_exchange.clock.set(datetime.now(UTC))  # noqa: TID251  # MSAL writes the time into its assertion
    good = sign_in({"private_key": _pem(key), "public_certificate": certificate}, client_id="by-certificate")
    assert good["token_type"] == "Bearer"
    bad = sign_in({"private_key": _pem(other), "public_certificate": certificate}, client_id="by-certificate")
    assert (bad["error"], bad["error_codes"]) == ("invalid_client", [700027])
    secret = sign_in("", client_id="by-certificate")
    assert secret["error"] == "invalid_client"
    creator = JwtAssertionCreator(_pem(key), algorithm="PS256", sha256_thumbprint="00" * 32)
    elsewhere = creator.create_normal_assertion("https://elsewhere.example/token", "by-certificate")
    assert sign_in({"client_assertion": lambda: elsewhere}, client_id="by-certificate")["error_codes"] == [700027]


def test_tokens_are_not_given_out_without_tls(demo_exchange: DemoExchange) -> None:
    base = demo_exchange.server.http_url.removesuffix("/EWS/Exchange.asmx")
    with requests.Session() as session:
        answer = session.post(f"{base}/{TENANT}/oauth2/v2.0/token", data={"client_id": CLIENT_ID}, timeout=10)
    assert answer.status_code == 404


def test_nothing_secret_shows_in_the_log_of_requests(demo_exchange: DemoExchange, open_account: Open) -> None:
    view(open_account(), at(8), at(12), "subject")
    shown = json.dumps([repr(record) for record in demo_exchange.server.requests.records()])
    assert PASSWORD not in shown
    assert PASSWORD not in repr(demo_exchange.world.directory.accounts)


def _pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _self_signed(key: rsa.RSAPrivateKey) -> str:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "room-agent")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = builder.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=3650))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
