"""Requests as a calendar source makes them: bounded, trusting only whom it should, by the way it was told."""

from __future__ import annotations

import gzip
import resource
import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from agent.demo.certificates import Certificates
from agent.errors import SourceUnavailable
from agent.sources.ews.signin import NtlmAuth
from agent.sources.transport.proxy import goes_direct
from agent.sources.transport.session import Transport
from agent.sources.transport.settings import MIB, HttpSettings
from agent.sources.transport.tls import client_context
from tests.agent.sources.loopback import Answer, Loopback, loopback


def fetch(url: str, settings: HttpSettings | None = None) -> bytes:
    session = Transport(settings or HttpSettings()).session(url)
    try:
        return session.get(url, allow_redirects=False).content
    finally:
        session.close()


def failure(url: str, settings: HttpSettings | None = None) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        fetch(url, settings)
    return caught.value


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


class TestLimits:
    def test_answers_requests_and_the_servers_time_are_counted(self, server: Loopback) -> None:
        server.always = Answer("hello")
        transport = Transport(HttpSettings())
        with transport.session(server.url) as session:
            assert session.get(server.url).text == "hello"
            assert session.get(server.url).text == "hello"
        assert transport.traffic.requests == 2
        assert transport.traffic.server_time == datetime(2026, 11, 23, 11, 59, 58, tzinfo=UTC)

    @pytest.mark.parametrize(("told", "known"), [("a1-b2", "a1-b2"), ("a\tb" + 99 * "c", "a b" + 61 * "c"), ("", "")])
    def test_what_the_server_calls_a_request_is_known_and_bounded(
        self, server: Loopback, told: str, known: str
    ) -> None:
        server.always = Answer("hello", headers={"request-id": told} if told else {})
        transport = Transport(HttpSettings())
        with transport.session(server.url) as session:
            session.get(server.url)
        assert transport.traffic.request_id == known

    @pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 11:59:58 GMT"])
    def test_date_that_is_none_is_ignored(self, server: Loopback, date: str) -> None:
        server.always = Answer("hello", headers={"Date": date})
        transport = Transport(HttpSettings())
        with transport.session(server.url) as session:
            session.get(server.url)
        assert transport.traffic.server_time is None

    @pytest.mark.parametrize(
        "headers", [{"Content-Length": "100000"}, {"Connection": "close", "Content-Length": "100000"}]
    )
    def test_server_that_drips_is_left_at_the_deadline(self, server: Loopback, headers: dict[str, str]) -> None:
        def drip(write: Callable[[bytes], None]) -> None:
            while not server.ended.wait(0.02):
                write(b"x")

        server.always = Answer(raw=drip, headers=headers)
        begun = time.monotonic()
        assert failure(server.url, HttpSettings(deadline_s=0.3)).code == "calendar.timeout"
        assert time.monotonic() - begun < 2

    def test_server_that_drips_headers_is_left_at_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
            begun = time.monotonic()
            assert failure(url, HttpSettings(deadline_s=0.3)).code == "calendar.timeout"
            assert time.monotonic() - begun < 2

    def test_answer_larger_than_allowed_is_refused(self, server: Loopback) -> None:
        server.always = Answer(b"x" * 3 * MIB)
        assert failure(server.url, HttpSettings(max_answer=2 * MIB)).code == "calendar.answer_too_large"

    def test_session_is_usable_after_any_failure(self, server: Loopback) -> None:
        server.answers.extend(
            [Answer(b"x" * 3 * MIB), Answer("no gzip", headers={"Content-Encoding": "gzip"}), Answer("ok")]
        )
        with Transport(HttpSettings(max_answer=2 * MIB)).session(server.url) as session:
            for _ in range(2):
                with pytest.raises(SourceUnavailable):
                    session.get(server.url)
            assert session.get(server.url).text == "ok"

    def test_compressed_bomb_is_refused_without_unpacking_it(self, server: Loopback) -> None:
        bomb = gzip.compress(gzip.compress(bytes(160 * MIB)))
        server.always = Answer(bomb, headers={"Content-Encoding": "gzip, gzip"})
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert failure(server.url).code == "calendar.answer_too_large"
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024

    def test_answer_cut_short_is_no_answer(self, server: Loopback) -> None:
        server.always = Answer("half", headers={"Content-Length": "8", "Connection": "close"})
        assert failure(server.url, HttpSettings(silence_timeout_s=0.5)).code in (
            "calendar.unreachable",
            "calendar.timeout",
        )

    def test_garbage_in_place_of_compression_is_no_answer(self, server: Loopback) -> None:
        server.always = Answer("not gzip", headers={"Content-Encoding": "gzip"})
        assert failure(server.url).code == "calendar.unreachable"

    def test_refused_connection_says_so(self) -> None:
        assert failure(f"http://127.0.0.1:{free_port()}").code == "calendar.unreachable"

    def test_environment_plays_no_part(self, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
        server.always = Answer("hello")
        assert fetch(server.url) == b"hello"


class TestTrust:
    def test_certificate_of_an_unknown_authority_is_not_trusted(self, tls_server: Loopback) -> None:
        assert failure(tls_server.url).code == "calendar.tls"
        assert not tls_server.asked

    def test_authority_in_the_ca_file_is_trusted(self, tls_server: Loopback, ca_file: Path) -> None:
        tls_server.always = Answer("hello")
        assert fetch(tls_server.url, HttpSettings(ca_file=str(ca_file))) == b"hello"

    def test_certificate_for_another_host_is_not_trusted(self, tls: ssl.SSLContext, ca_file: Path) -> None:
        with loopback(tls, "127.0.0.2") as server:
            assert failure(server.url, HttpSettings(ca_file=str(ca_file))).code == "calendar.tls"
            assert not server.asked

    def test_server_without_tls_behind_https_says_so(self, server: Loopback) -> None:
        assert failure(server.url.replace("http:", "https:")).code == "calendar.tls"

    def test_system_store_stays_trusted_beside_the_ca_file(self, ca_file: Path) -> None:
        plain, added = client_context(""), client_context(str(ca_file))
        assert len(added.get_ca_certs()) == len(plain.get_ca_certs()) + 1
        assert plain.minimum_version == ssl.TLSVersion.TLSv1_2
        assert plain.check_hostname

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_ca_file_that_cannot_be_read_says_so(self, tmp_path: Path, content: str | None) -> None:
        path = tmp_path / "ca.pem"
        if content is not None:
            path.write_text(content)
        assert failure("https://127.0.0.1/", HttpSettings(ca_file=str(path))).code == "calendar.tls"


class TestProxy:
    URL = "https://mail.contoso.example/EWS/Exchange.asmx"

    def test_proxy_is_asked_to_connect_and_signed_in_to(self, server: Loopback) -> None:
        server.always = Answer(status=407)
        settings = HttpSettings(proxy=server.url, proxy_credentials=lambda: "user:p@ss:word")
        assert failure(self.URL, settings).code == "calendar.proxy"
        (asked,) = server.asked
        assert (asked.method, asked.path) == ("CONNECT", "mail.contoso.example:443")
        assert asked.headers["Proxy-Authorization"] == "Basic dXNlcjpwQHNzOndvcmQ="

    def test_dead_proxy_says_so_without_its_password(self) -> None:
        settings = HttpSettings(proxy=f"127.0.0.1:{free_port()}", proxy_credentials=lambda: "user:hunter2")
        problem = failure(self.URL, settings)
        assert problem.code == "calendar.proxy"
        assert "hunter2" not in str(problem)
        assert problem.__cause__ is None

    def test_loopback_is_reached_directly(self, server: Loopback) -> None:
        server.always = Answer("hello")
        assert fetch(server.url, HttpSettings(proxy=f"http://127.0.0.1:{free_port()}")) == b"hello"

    @pytest.mark.parametrize(
        ("host", "entries", "direct"),
        [
            ("mail.contoso.example", ("contoso.example",), True),
            ("mail.contoso.example", (".contoso.example",), True),
            ("mail.contoso.example", ("*.Contoso.example",), True),
            ("MAIL.contoso.example.", ("mail.contoso.example",), True),
            ("evilcontoso.example", ("contoso.example",), False),
            ("10.1.2.3", ("10.0.0.0/8",), True),
            ("11.1.2.3", ("10.0.0.0/8", "contoso.example"), False),
            ("mail.contoso.example", ("10.0.0.0/8", ""), False),
            ("mail.contoso.example", ("*",), True),
            ("localhost", (), True),
            ("::1", (), True),
        ],
    )
    def test_direct_hosts(self, host: str, entries: tuple[str, ...], direct: bool) -> None:
        assert goes_direct(host, entries) is direct


def test_refusal_over_tls_keeps_the_certificate_for_ntlm_to_bind_to(
    tls_server: Loopback, ca_file: Path, pems: Certificates
) -> None:
    tls_server.always = Answer(status=401)
    with Transport(HttpSettings(ca_file=str(ca_file))).session(tls_server.url) as session:
        response = session.get(tls_server.url)
    server_certificate = x509.load_pem_x509_certificate(pems.certificate_file.read_bytes())
    assert NtlmAuth("user", "password")._get_server_cert(response) == server_certificate.fingerprint(hashes.SHA256())
