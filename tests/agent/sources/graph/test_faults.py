"""Every way a tenant or the network can say no: which code, which kind, and how much is asked meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
    SyncTokenInvalid,
)
from agent.sources.graph.client import GraphClient
from agent.sources.transport.session import Transport
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.loopback import Answer, Loopback
from tests.fakes.clock import FakeClock
from tests.fakes.recordings import GRAPH, recorded

PATH = "/users/room@contoso.example/calendarView"


class FakeTokens:
    """`agent.sources.transport.tokens.TokenSource` without a service."""

    def __init__(self, token: str = "T") -> None:
        self.value, self.forgotten = token, 0

    def token(self) -> str:
        return self.value

    def forget(self) -> None:
        self.forgotten += 1


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def client(tls_server: Loopback, ca_file: Path, tokens: FakeTokens) -> Iterator[GraphClient]:
    transport = Transport(HttpSettings(ca_file=str(ca_file), deadline_s=5))
    client = GraphClient(tls_server.url, tokens, transport, FakeClock())
    yield client
    client.close()


def refusal(status: int, code: str, message: str = "hidden", **headers: str) -> Answer:
    error = {"code": code, "message": f"{message} person@contoso.example", "innerError": {"request-id": "r-1"}}
    return Answer(json.dumps({"error": error}), status, {name.replace("_", "-"): v for name, v in headers.items()})


CASES: list[tuple[Answer, type[SourceError], str]] = [
    (refusal(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
     AccessDenied, "calendar.graph_access_denied"),
    (refusal(403, "ErrorAccessDenied", "Access to OData is disabled."), AccessDenied, "calendar.mailbox_out_of_scope"),
    (refusal(403, "ErrorAccessDenied", "[RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."),
     AccessDenied, "calendar.mailbox_out_of_scope"),
    (refusal(403, "Authorization_RequestDenied"), AccessDenied, "calendar.app_role_missing"),
    (Answer("<html>blocked</html>", 403), SourceUnavailable, "calendar.not_graph"),
    (refusal(404, "ErrorInvalidUser"), MailboxNotFound, "calendar.mailbox_not_found"),
    (refusal(404, "Request_ResourceNotFound"), MailboxNotFound, "calendar.mailbox_not_found"),
    (refusal(404, "ResourceNotFound"), MailboxNotFound, "calendar.mailbox_not_found"),
    (refusal(404, "MailboxNotEnabledForRESTAPI"), MailboxNotFound, "calendar.mailbox_not_in_cloud"),
    (refusal(403, "MailboxNotEnabledForRESTAPI"), MailboxNotFound, "calendar.mailbox_not_in_cloud"),
    (Answer("", 404), SourceUnavailable, "calendar.not_graph"),
    (refusal(400, "ErrorInvalidParameter"), SourceUnavailable, "calendar.request_refused"),
    (refusal(410, "SyncStateNotFound"), SyncTokenInvalid, "calendar.sync_token_invalid"),
    (Answer("", 410), SyncTokenInvalid, "calendar.sync_token_invalid"),
    (refusal(500, "ErrorInternalServerTransientError"), SourceUnavailable, "calendar.server_error"),
    (refusal(502, "UnknownError"), SourceUnavailable, "calendar.server_error"),
    (Answer("<html>Bad gateway</html>", 502), SourceUnavailable, "calendar.server_error"),
    (Answer("", 504), SourceUnavailable, "calendar.server_timeout"),
    (Answer("", 511), SourceUnavailable, "calendar.not_graph"),
    (Answer("", 302, {"Location": "https://elsewhere.example/"}), SourceUnavailable, "calendar.not_graph"),
    (Answer("<html>Guest Wi-Fi</html>"), SourceUnavailable, "calendar.not_graph"),
    (Answer("[1, 2]"), SourceUnavailable, "calendar.not_graph"),
    (Answer("[" * 100_000), SourceUnavailable, "calendar.not_graph"),
    (Answer('{"value": ['), SourceUnavailable, "calendar.not_graph"),
    (Answer('{"error": "text"}', 500), SourceUnavailable, "calendar.server_error"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "kind", "code"), CASES)
def test_every_refusal_has_its_code_and_tells_no_person(
    client: GraphClient, tls_server: Loopback, answer: Answer, kind: type[SourceError], code: str
) -> None:
    tls_server.always = answer
    with pytest.raises(kind) as caught:
        client.get(PATH)
    assert caught.value.code == code
    assert "person" not in str(caught.value)
    assert len(tls_server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refusal(429, "TooManyRequests", Retry_After="2.128"), 2.128),
        (refusal(429, "ApplicationThrottled", Retry_After="30"), 30),
        (refusal(503, "ServiceUnavailable", Retry_After="17"), 17),
        (refusal(423, "Locked"), None),
        (refusal(429, "TooManyRequests", Retry_After="-1"), None),
        (refusal(429, "TooManyRequests", Retry_After="86400"), 600),
        (Answer("busy", 503, {"Retry-After": "Mon, 23 Nov 2026 12:00:28 GMT"}), 30),
        (Answer("busy", 503), None),
    ],
)
def test_server_that_asks_to_wait_is_obeyed(
    client: GraphClient, tls_server: Loopback, answer: Answer, wait: float | None
) -> None:
    tls_server.always = answer
    with pytest.raises(SourceThrottled) as caught:
        client.get(PATH)
    assert caught.value.retry_after_s == wait


def test_refused_token_is_replaced_once(client: GraphClient, tls_server: Loopback, tokens: FakeTokens) -> None:
    tls_server.answers.append(refusal(401, "InvalidAuthenticationToken"))
    tls_server.always = Answer('{"value": []}')
    assert client.get(PATH) == {"value": []}
    assert tokens.forgotten == 1


def test_token_refused_twice_is_a_failed_sign_in(client: GraphClient, tls_server: Loopback) -> None:
    tls_server.always = refusal(401, "InvalidAuthenticationToken")
    with pytest.raises(SignInFailed) as caught:
        client.get(PATH)
    assert caught.value.code == "calendar.token_refused"
    assert len(tls_server.asked) == 2


def test_refusal_in_spite_of_a_tenant_wide_role_is_a_policys(
    client: GraphClient, tls_server: Loopback, tokens: FakeTokens
) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"roles": ["Calendars.Read"]}).encode()).decode().rstrip("=")
    tokens.value = f"e30.{claims}.sig"
    tls_server.always = refusal(403, "ErrorAccessDenied", "Access is denied.")
    with pytest.raises(AccessDenied) as caught:
        client.get(PATH)
    assert caught.value.code == "calendar.mailbox_out_of_scope"


@pytest.mark.parametrize("token", ["e30.!!!.sig", "e30.W10.sig", "a.b.c", "..", "e30.eyJyb2xlcyI6IDF9.s"])
def test_token_that_is_no_jwt_says_nothing(
    client: GraphClient, tls_server: Loopback, tokens: FakeTokens, token: str
) -> None:
    tokens.value = token
    tls_server.always = refusal(403, "ErrorAccessDenied", "Access is denied.")
    with pytest.raises(AccessDenied) as caught:
        client.get(PATH)
    assert caught.value.code == "calendar.graph_access_denied"


def test_the_id_that_support_asks_for_is_in_the_message(client: GraphClient, tls_server: Loopback) -> None:
    tls_server.always = refusal(500, "UnknownError")
    with pytest.raises(SourceUnavailable, match="request r-1"):
        client.get(PATH)


def test_only_the_configured_host_sees_the_token(client: GraphClient, tls_server: Loopback) -> None:
    tls_server.always = Answer('{"value": []}')
    client.get(client.own_link("https://evil.example/v1.0/users/x/calendarView?$skip=10"))
    assert tls_server.asked[0].path == "/v1.0/users/x/calendarView?$skip=10"
    assert tls_server.asked[0].headers["Authorization"] == "Bearer T"


@pytest.mark.parametrize(
    "link",
    [None, 7, "", "https://graph.microsoft.com/beta/users", "//x", "https://x/v1.0/a\r\nX: y", "/v1.0/" + "a" * 20_000],
)
def test_link_that_leads_elsewhere_is_refused(client: GraphClient, link: object) -> None:
    with pytest.raises(SourceUnavailable) as caught:
        client.own_link(link)
    assert caught.value.code == "calendar.wrong_answer"


def test_every_request_asks_for_utc_and_lasting_ids(client: GraphClient, tls_server: Loopback) -> None:
    tls_server.always = Answer('{"value": []}')
    client.get(PATH, {"$select": "id,start", "startDateTime": "2026-11-23T00:00:00Z"}, "odata.maxpagesize=100")
    sent = tls_server.asked[0]
    assert sent.headers["Prefer"] == 'outlook.timezone="UTC", IdType="ImmutableId", odata.maxpagesize=100'
    assert sent.headers["User-Agent"].startswith("RoomAgent/")
    assert sent.path.endswith("?$select=id,start&startDateTime=2026-11-23T00:00:00Z")


@pytest.mark.skipif(not GRAPH.is_dir(), reason="the recordings are not on this machine")
@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("doc-error-403", AccessDenied, "calendar.mailbox_out_of_scope"),
        ("doc-error-429", SourceThrottled, "calendar.throttled"),
        ("doc-error-400", SourceUnavailable, "calendar.request_refused"),
        ("error-401-token", SignInFailed, "calendar.token_refused"),
    ],
)
def test_recorded_refusals(
    client: GraphClient, tls_server: Loopback, name: str, kind: type[SourceError], code: str
) -> None:
    status = {"doc-error-403": 403, "doc-error-429": 429, "doc-error-400": 400, "error-401-token": 401}[name]
    headers, body = recorded(name)
    tls_server.always = Answer(body, status, headers)
    with pytest.raises(kind) as caught:
        client.get(PATH)
    assert caught.value.code == code
    if isinstance(caught.value, SourceThrottled):
        assert caught.value.retry_after_s == 2.128
