"""`network.captive_portal` and `network.http`: what answers is what was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from agent.model.preflight import Status, Who
from agent.preflight.network.http import ask
from agent.preflight.network.peers import Kind, Peer
from agent.preflight.network.portal import Portal
from tests.agent.preflight.authority import Authority
from tests.agent.preflight.looking import ews, free_port, said, way
from tests.agent.sources.loopback import Answer, loopback

HTML = {"Content-Type": "text/html; charset=utf-8"}
TO_PORTAL = Answer(status=302, headers={"Location": "http://portal.hotel.example/login?to=mail"})


class TestPortal:
    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (TO_PORTAL, "network.captive_portal_at"),
            (Answer("<html>Welcome!</html>", headers=HTML), "network.captive_portal_page"),
            (Answer("<html>Sign in</html>", status=511, headers=HTML), "network.captive_portal_page"),
        ],
    )
    def test_a_portal_in_front_of_everything_is_named(self, answer: Answer, code: str) -> None:
        with loopback() as plain:
            plain.always = answer
            found = Portal(plain.server_port)(ews(f"https://localhost:{free_port()}/EWS"), way())

        assert (said(found), found.who) == ((Status.FAIL, code), Who.NETWORK)
        if answer is TO_PORTAL:
            assert found.values["portal"] == "portal.hotel.example"

    def test_a_portal_that_answers_for_https_too_cannot_prove_the_name(self, authority: Authority) -> None:
        with loopback() as plain, loopback(authority.server("portal.hotel.example")) as secure:
            plain.always = TO_PORTAL
            peer = ews(f"https://localhost:{secure.server_port}/EWS")
            found = Portal(plain.server_port)(peer, way(ca_file=str(authority.ca_file)))

        assert found.code == "network.captive_portal_at"

    @pytest.mark.parametrize("trusted", [True, False])
    def test_a_server_that_itself_leads_elsewhere_is_none(self, trusted: bool, authority: Authority) -> None:
        with loopback() as plain, loopback(authority.server("localhost")) as secure:
            plain.always = TO_PORTAL
            peer = ews(f"https://localhost:{secure.server_port}/EWS")
            found = Portal(plain.server_port)(peer, way(ca_file=str(authority.ca_file) if trusted else ""))

        assert said(found) == (Status.PASS, "network.captive_portal")

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(status=301, headers={"Location": "https://LOCALHOST/EWS"}),
            Answer(status=302, headers={"Location": "/owa"}),
            Answer(status=302, headers={"Location": "http://[broken"}),
            Answer("<html>403.4</html>", status=403, headers=HTML),
            Answer(b"x" * 10_000_000, headers=HTML),
        ],
        ids=["to https", "to a path", "to nowhere", "forbidden", "10 MB"],
    )
    def test_what_web_servers_say_to_plain_http_is_no_portal(self, answer: Answer) -> None:
        with loopback() as plain:
            plain.always = answer

            assert Portal(plain.server_port)(ews("https://localhost/EWS"), way()).status is Status.PASS

    def test_a_closed_port_is_no_portal(self) -> None:
        assert Portal(free_port())(ews("https://localhost/EWS"), way()).status is Status.PASS

    def test_beyond_a_proxy_nobody_asks_in_the_clear(self) -> None:
        dead = way(proxy=f"http://127.0.0.1:{free_port()}")

        assert Portal()(ews(), dead).status is Status.PASS


class TestHttp:
    @pytest.mark.parametrize(
        ("status", "headers", "found"),
        [
            (401, {}, (Status.PASS, "network.http")),
            (401, HTML, (Status.PASS, "network.http")),
            (400, {}, (Status.PASS, "network.http")),
            (405, {}, (Status.PASS, "network.http")),
            (200, HTML, (Status.FAIL, "network.http_page")),
            (200, {}, (Status.WARN, "network.http_unexpected")),
            (418, {}, (Status.WARN, "network.http_unexpected")),
            (429, {}, (Status.WARN, "network.http_busy")),
            (403, HTML, (Status.FAIL, "network.http_forbidden")),
            (404, HTML, (Status.FAIL, "network.http_not_found")),
            (500, HTML, (Status.FAIL, "network.http_server_error")),
            (503, {}, (Status.FAIL, "network.http_server_error")),
            (302, {"Location": "https://login.contoso.example/owa?x=y"}, (Status.FAIL, "network.http_redirect")),
        ],
    )
    def test_an_endpoint_is_judged_by_what_it_says_to_a_stranger(
        self, status: int, headers: Mapping[str, str], found: tuple[Status, str]
    ) -> None:
        with loopback() as server:
            server.always = Answer("<html>", status, headers)
            finding = ask(ews(f"{server.url}/EWS/Exchange.asmx"), way())

        asked = server.asked[0]
        assert (said(finding), asked.method, asked.path) == (found, "POST", "/EWS/Exchange.asmx")
        assert "Authorization" not in asked.headers
        if status == 302:
            assert finding.values["target"] == "login.contoso.example/owa"

    @pytest.mark.parametrize(
        ("kind", "path"),
        [
            (Kind.GRAPH, "/v1.0/me"),
            (Kind.SIGN_IN, "/contoso.example/v2.0/.well-known/openid-configuration"),
            (Kind.WELL_KNOWN, "/"),
        ],
    )
    def test_other_peers_are_asked_for_what_needs_no_token(self, kind: Kind, path: str) -> None:
        with loopback() as server:
            server.always = Answer("{}", 401 if kind is Kind.GRAPH else 200, {"Content-Type": "application/json"})
            finding = ask(Peer(server.url, kind, "contoso.example"), way())

        assert (said(finding), server.asked[0].path) == ((Status.PASS, "network.http"), path)

    def test_a_well_known_hosts_front_page_may_lead_anywhere(self) -> None:
        with loopback() as server:
            server.always = TO_PORTAL

            assert ask(Peer(server.url, Kind.WELL_KNOWN), way()).status is Status.PASS

    def test_an_unknown_tenant_is_the_accounts_business(self) -> None:
        with loopback() as server:
            server.always = Answer("{}", 404, {"Content-Type": "application/json"})

            assert ask(Peer(server.url, Kind.SIGN_IN, "nobody/../x"), way()).status is Status.PASS
        assert server.asked[0].path.startswith("/nobody%2F..%2Fx/")

    @pytest.mark.parametrize(
        ("raw", "code"),
        [
            (b"\x00\xffbinary" * 1000 + b"\n", "network.http_broken"),
            (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n", "network.http_broken"),
            (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 1_000_000, "network.http_broken"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + b"x" * 10_000_000, "network.http_too_large"),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "network.http_timeout"),
            (b"", "network.http_timeout"),
        ],
        ids=["binary", "endless headers", "a long header", "10 MB", "half an answer", "silence"],
    )
    def test_answers_that_are_none_are_named(self, raw: bytes, code: str, serving: Callable[[bytes], int]) -> None:
        found = ask(ews(f"http://127.0.0.1:{serving(raw)}/"), way(deadline_s=0.4))

        assert said(found) == (Status.FAIL, code)

    def test_a_server_that_is_not_proven_is_not_asked(self, authority: Authority, nowhere: Path) -> None:
        with loopback(authority.server("localhost")) as server:
            assert ask(ews(f"https://localhost:{server.server_port}"), way()).code == "network.http_broken"
            assert ask(ews(server.url), way(ca_file=str(nowhere))).code == "network.http_broken"
        assert not server.asked


@pytest.fixture
def serving() -> Callable[[bytes], int]:
    """A server that says these bytes and keeps the connection open, until the other side has gone."""

    def serve(raw: bytes) -> int:
        listener = socket.create_server(("127.0.0.1", 0))

        def answer() -> None:
            with listener, suppress(OSError):
                listener.settimeout(5)
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    connection.recv(4096)
                    connection.sendall(raw)
                    while connection.recv(4096):
                        pass

        threading.Thread(target=answer, daemon=True).start()
        return int(listener.getsockname()[1])

    return serve
