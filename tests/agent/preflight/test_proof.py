"""`network.clock` and `network.tls`: the time, and who is at the other end."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.model.preflight import Status, Who
from agent.preflight.network.certificates import Origin, is_public
from agent.preflight.network.clock import read_clock
from agent.preflight.network.line import who_is_there
from agent.preflight.network.tls import Tls
from tests.agent.preflight.authority import FUTURE, PAST, Authority
from tests.agent.preflight.looking import ews, said, way
from tests.agent.preflight.proxy import proxy
from tests.agent.sources.loopback import Answer, loopback
from tests.fakes.clock import FakeClock

THERE = datetime(2026, 11, 23, 11, 59, 58, tzinfo=UTC)  # what loopback servers say
GRAPH = "https://graph.microsoft.com"


class TestClock:
    @pytest.mark.parametrize(
        ("apart", "status", "code", "difference"),
        [
            (timedelta(seconds=-60), Status.PASS, "network.clock", "0:01:00"),
            (timedelta(seconds=61), Status.WARN, "network.clock_ahead", "0:01:01"),
            (timedelta(seconds=-61), Status.WARN, "network.clock_behind", "0:01:01"),
            (timedelta(seconds=301), Status.FAIL, "network.clock_ahead", "0:05:01"),
            (timedelta(hours=-25), Status.FAIL, "network.clock_behind", "25:00:00"),
            (timedelta(days=-9000), Status.FAIL, "network.clock_behind", "9000 d"),
        ],
    )
    def test_the_difference_is_judged_and_said(
        self, apart: timedelta, status: Status, code: str, difference: str
    ) -> None:
        with loopback() as server:
            found = read_clock(ews(server.url), way(FakeClock(THERE + apart)))

        assert (said(found), found.values["difference"]) == ((status, code), difference)

    def test_a_server_that_nobody_trusts_may_still_say_the_time(self, authority: Authority) -> None:
        with loopback(authority.server("other.example")) as server:
            found = read_clock(ews(server.url), way(FakeClock(THERE)))

        assert said(found) == (Status.PASS, "network.clock")

    @pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Nov 2026 11:59:58 GMT", "x" * 100_000])
    def test_a_date_that_is_none_is_no_alarm(self, date: str) -> None:
        with loopback() as server:
            server.always = Answer(headers={"Date": date})
            found = read_clock(ews(server.url), way())

        assert said(found) == (Status.WARN, "network.clock_unknown")

    def test_a_server_that_hangs_up_tells_no_time(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            found = read_clock(ews(f"https://127.0.0.1:{mute.getsockname()[1]}"), way(deadline_s=0.2))

        assert found.code == "network.clock_unknown"


class TestCertificates:
    def look(
        self, authority: Authority, name: str, *, known: bool = True, clock: FakeClock | None = None, **tls: Any
    ) -> Any:
        settings = {"ca_file": str(authority.ca_file)} if known else {}
        with loopback(authority.server(name, **tls)) as server:
            return Tls()(ews(f"https://localhost:{server.server_port}/"), way(clock, **settings))

    def test_a_server_that_proves_who_it_is(self, authority: Authority) -> None:
        found = self.look(authority, "localhost")

        assert said(found) == (Status.PASS, "network.tls")
        assert found.values["issuer"] == "Contoso Web Security CA"

    def test_an_authority_that_nobody_gave_us_is_named(self, authority: Authority) -> None:
        found = self.look(authority, "localhost", known=False)

        assert (said(found), found.who) == ((Status.FAIL, "network.tls_authority"), Who.EXCHANGE_ADMIN)
        assert found.values["issuer"] == "Contoso Web Security CA"

    def test_a_certificate_for_another_name(self, authority: Authority) -> None:
        found = self.look(authority, "other.example")

        assert (said(found), found.values["names"]) == ((Status.FAIL, "network.tls_name"), "other.example")

    def test_a_certificate_that_has_expired_says_when(self, authority: Authority) -> None:
        found = self.look(authority, "localhost", ends=PAST + timedelta(days=30))

        assert (said(found), found.values["ends"]) == ((Status.FAIL, "network.tls_expired"), "2020-01-31")

    def test_a_certificate_of_the_future(self, authority: Authority) -> None:
        found = self.look(authority, "localhost", begins=FUTURE - timedelta(days=1))

        assert (said(found), found.who) == ((Status.FAIL, "network.tls_early"), Who.TECHNICIAN)

    def test_a_certificate_is_announced_to_end_thirty_days_before(self, authority: Authority) -> None:
        at_thirty = self.look(authority, "localhost", clock=FakeClock(FUTURE - timedelta(days=30)))
        before = self.look(authority, "localhost", clock=FakeClock(FUTURE - timedelta(days=30, seconds=1)))

        assert (said(at_thirty), at_thirty.values["days"]) == ((Status.WARN, "network.tls_ends"), "30")
        assert before.code == "network.tls"

    def test_a_server_without_tls(self) -> None:
        with loopback() as server:
            found = Tls()(ews(server.url.replace("http:", "https:")), way())

        assert said(found) == (Status.FAIL, "network.tls_none")

    def test_a_server_that_never_shakes_hands_is_left_at_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            found = Tls()(ews(f"https://127.0.0.1:{mute.getsockname()[1]}"), way(deadline_s=0.2))

        assert said(found) == (Status.FAIL, "network.tls_none")

    def test_on_the_machine_itself_none_is_needed(self) -> None:
        assert Tls()(ews("http://127.0.0.1:8000/EWS"), way()).code == "network.tls_local"

    @pytest.mark.parametrize("content", [None, "no certificate"])
    def test_a_ca_file_that_cannot_be_read(self, nowhere: Path, content: str | None) -> None:
        if content is not None:
            nowhere.write_text(content)

        assert said(Tls()(ews(), way(ca_file=str(nowhere)))) == (Status.FAIL, "network.ca_file")


class TestInterception:
    def test_who_opens_the_traffic_to_a_public_cloud_is_named(self, authority: Authority) -> None:
        with loopback(authority.server("graph.microsoft.com")) as middle, proxy(middle.server_port) as through:
            found = Tls()(ews(GRAPH), way(proxy=through.url))

        assert (said(found), found.who) == ((Status.FAIL, "network.tls_intercepted"), Who.NETWORK)
        assert found.values["issuer"] == "Contoso Web Security CA"
        assert not middle.asked

    @pytest.mark.parametrize("encrypted", [False, True])
    def test_one_whose_authority_is_trusted_is_named_too(self, encrypted: bool, authority: Authority) -> None:
        tls = authority.server("localhost") if encrypted else None
        with loopback(authority.server("graph.microsoft.com")) as middle, proxy(middle.server_port, tls=tls) as through:
            found = Tls()(ews(GRAPH), way(proxy=through.url, ca_file=str(authority.ca_file)))

        assert said(found) == (Status.WARN, "network.tls_inspected")

    def test_an_issuer_that_signs_for_clouds_is_none(self, tmp_path: Path) -> None:
        public = Authority("Microsoft Azure RSA TLS Issuing CA 03", tmp_path)
        with loopback(public.server("graph.microsoft.com")) as server, proxy(server.server_port) as through:
            trusted = Tls()(ews(GRAPH), way(proxy=through.url, ca_file=str(public.ca_file)))
            unknown = Tls()(ews(GRAPH), way(proxy=through.url))

        assert (trusted.code, unknown.code) == ("network.tls", "network.tls_authority")

    def test_a_certificate_without_any_name_is_for_nobody(self) -> None:
        assert not Origin(None).is_for("localhost")
        assert not Origin(b"no certificate").is_for("")

    @pytest.mark.parametrize(
        ("host", "its"),
        [
            ("mail.contoso.example", True),
            ("MAIL.contoso.example", True),
            ("a.mail.contoso.example", False),
            ("contoso.example", False),
        ],
    )
    def test_a_certificate_may_be_for_all_hosts_of_a_domain(self, authority: Authority, host: str, its: bool) -> None:
        with loopback(authority.server("*.contoso.example")) as server, proxy(server.server_port) as through:
            assert who_is_there(ews(), way(proxy=through.url)).is_for(host) is its

    @pytest.mark.parametrize(
        ("host", "public"),
        [("outlook.office365.com", True), ("office365.com", True), ("notoffice365.com", False), ("10.0.0.1", False)],
    )
    def test_public_clouds_are_known_by_their_domains(self, host: str, public: bool) -> None:
        assert is_public(host) is public

    def test_an_issuer_of_any_length_and_alphabet_is_shown_short_and_plain(self, tmp_path: Path) -> None:
        strange = Authority("A\x07\x1b[31m\u202e" + "x" * 50, tmp_path)
        with loopback(strange.server("localhost")) as server:
            found = Tls()(ews(f"https://localhost:{server.server_port}"), way())

        assert found.values["issuer"] == "A[31m" + "x" * 50
