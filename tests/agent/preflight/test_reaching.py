"""`network.dns`, `network.proxy`, `network.tcp`: what can be in the way before a server has said a word."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.errors import ConfigError
from agent.model.preflight import Status, Who
from agent.preflight.network.dns import Names, networked
from agent.preflight.network.tcp import connect, try_proxy
from tests.agent.preflight.authority import Authority
from tests.agent.preflight.looking import ews, free_port, said, way
from tests.agent.preflight.proxy import proxy
from tests.agent.sources.loopback import loopback


def unknown(_host: str) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def silent(_host: str) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


class TestNames:
    def test_a_name_is_found_with_its_addresses(self) -> None:
        found = Names()(ews("https://localhost/"), way())

        assert said(found) == (Status.PASS, "network.dns")
        assert "127.0.0.1" in found.values["found"] or "::1" in found.values["found"]

    def test_an_address_needs_no_lookup(self) -> None:
        assert Names(resolve=unknown)(ews("https://127.0.0.1/"), way()).code == "network.dns_address"

    @pytest.mark.parametrize("name", ["mail.contoso.example", "a" * 64 + ".example", "mail..contoso.example"])
    def test_a_name_that_does_not_exist_or_cannot(self, name: str) -> None:
        resolve = unknown if name.startswith("mail.c") else Names.resolve
        found = Names(resolve=resolve)(ews(f"https://{name}/"), way())

        assert said(found) == (Status.FAIL, "network.dns_unknown")
        assert found.who is Who.TECHNICIAN

    def test_name_servers_that_do_not_answer(self) -> None:
        found = Names(resolve=silent, networked=lambda: True)(ews(), way())

        assert (said(found), found.who) == ((Status.FAIL, "network.dns_silent"), Who.NETWORK)

    def test_a_resolver_that_never_comes_back_is_left_behind(self) -> None:
        over = threading.Event()

        def hangs(_host: str) -> Sequence[str]:
            over.wait()
            return ()

        found = Names(resolve=hangs, networked=lambda: True, patience_s=0.05)(ews(), way())
        over.set()

        assert found.code == "network.dns_silent"

    def test_a_box_without_any_network(self) -> None:
        assert Names(resolve=silent, networked=lambda: False)(ews(), way()).code == "network.no_network"

    def test_routes_say_whether_there_is_a_network(self, tmp_path: Path) -> None:
        routes = tmp_path / "route"
        routes.write_text("Iface\tDestination\n" + "eth0\t00000000\n")

        assert networked(routes)
        assert not networked(tmp_path / "no such file")

    def test_of_a_proxied_peer_the_proxys_name_is_looked_up(self) -> None:
        asked = []

        def resolve(host: str) -> Sequence[str]:
            asked.append(host)
            return unknown(host)

        found = Names(resolve=resolve)(ews(), way(proxy="http://proxy.contoso.example:3128"))

        assert (asked, found.code) == (["proxy.contoso.example"], "network.proxy_unknown")


class TestConnections:
    def test_a_server_that_takes_connections(self) -> None:
        with loopback() as server:
            found = connect(ews(server.url), way())

        assert (said(found), found.values) == ((Status.PASS, "network.tcp"), {"host": server.url[len("http://") :]})

    def test_a_port_where_nothing_listens(self) -> None:
        assert said(connect(ews(f"https://127.0.0.1:{free_port()}/"), way())) == (Status.FAIL, "network.tcp_refused")

    def test_a_firewall_that_drops_the_connection(self) -> None:
        with socket.socket() as full, socket.socket() as first:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            first.connect(full.getsockname())  # the queue is full: the next one hears nothing
            others = [socket.socket() for _ in range(2)]
            for other in others:
                other.setblocking(False)
                other.connect_ex(full.getsockname())
            found = connect(ews(f"https://127.0.0.1:{full.getsockname()[1]}/"), way(connect_timeout_s=0.2))
            for other in others:
                other.close()

        assert said(found) == (Status.FAIL, "network.tcp_timeout")

    def test_a_network_that_leads_nowhere(self) -> None:
        found = connect(ews("https://[fe80::1]/"), way(connect_timeout_s=0.2))  # link-local, and of no link

        assert said(found) == (Status.FAIL, "network.tcp_failed")
        assert found.values["error"]


class TestProxy:
    def test_without_a_proxy_there_is_nothing_to_try(self) -> None:
        assert try_proxy(ews(), way()).code == "network.proxy_none"

    def test_a_host_on_the_list_goes_without(self) -> None:
        found = try_proxy(ews(), way(proxy="http://proxy.contoso.example:3128", no_proxy=("contoso.example",)))

        assert said(found) == (Status.PASS, "network.proxy_exempt")

    @pytest.mark.parametrize("encrypted", [False, True])
    def test_a_proxy_that_lets_us_through(self, encrypted: bool, authority: Authority) -> None:
        tls = authority.server("localhost") if encrypted else None
        with loopback() as server, proxy(server.server_port, tls=tls) as through:
            by_it = way(proxy=through.url, proxy_credentials=lambda: "box:secret", ca_file=str(authority.ca_file))

            assert said(try_proxy(ews(), by_it)) == (Status.PASS, "network.proxy")
            assert said(connect(ews(), by_it)) == (Status.PASS, "network.tcp")

        assert through.asked[0].startswith("CONNECT mail.contoso.example:443 HTTP/1.1\r\n")
        assert "Proxy-Authorization: Basic Ym94OnNlY3JldA==" in through.asked[0]

    def test_a_proxy_that_is_not_there(self) -> None:
        found = try_proxy(ews(), way(proxy=f"http://127.0.0.1:{free_port()}"))

        assert (said(found), found.who) == ((Status.FAIL, "network.proxy_unreachable"), Who.NETWORK)

    @pytest.mark.parametrize(
        ("head", "credentials", "code"),
        [
            ("407 Who\r\nProxy-Authenticate: Basic realm=x", "", "network.proxy_credentials"),
            (
                "407 Who\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: Basic realm=x",
                "",
                "network.proxy_credentials",
            ),
            ("407 Who", "", "network.proxy_credentials"),
            ("407 Who\r\nProxy-Authenticate: Basic realm=x", "box:wrong", "network.proxy_refused"),
            ("407 Who\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM", "b:w", "network.proxy_scheme"),
            ("403 Forbidden", "", "network.proxy_forbids"),
            ("302 Found\r\nLocation: https://login.proxy.example/", "", "network.proxy_forbids"),
        ],
    )
    def test_a_proxy_that_refuses_says_how(self, head: str, credentials: str, code: str) -> None:
        answer = f"HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n".encode()
        with proxy(refusal=answer) as refusing:
            found = try_proxy(ews(), way(proxy=refusing.url, proxy_credentials=lambda: credentials))

        assert said(found) == (Status.FAIL, code)
        assert "wrong" not in str(found.values)
        if "Negotiate" in head:
            assert found.values["schemes"] == "Negotiate, NTLM"

    def test_a_server_that_the_proxy_does_not_reach_is_not_the_proxys_fault(self) -> None:
        with proxy(refusal=b"HTTP/1.1 502 Bad Gateway\r\n\r\n") as blind:
            by_it = way(proxy=blind.url)

            assert said(try_proxy(ews(), by_it)) == (Status.PASS, "network.proxy")
            assert said(connect(ews(), by_it)) == (Status.FAIL, "network.tcp_behind_proxy")

    @pytest.mark.parametrize(
        "answer",
        [
            b"SSH-2.0-OpenSSH_9.2\r\n",
            b"\x00\xff" * 5000,
            b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
            b"HTTP/1.1 200 OK\r\nX: " + b"y" * 10_000_000,
            b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
        ],
        ids=["ssh", "binary", "endless headers", "10 MB", "endless continues"],
    )
    def test_what_is_no_proxy_is_named_whatever_it_says(self, answer: bytes) -> None:
        with proxy(refusal=answer) as strange:
            found = try_proxy(ews(), way(proxy=strange.url))

        assert said(found) == (Status.FAIL, "network.proxy_no_proxy")

    def test_a_proxy_that_says_nothing_is_left_at_the_deadline(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            found = try_proxy(ews(), way(proxy=f"http://127.0.0.1:{mute.getsockname()[1]}", deadline_s=0.2))

        assert said(found) == (Status.FAIL, "network.proxy_no_proxy")

    def test_credentials_that_cannot_be_read(self) -> None:
        def missing() -> str:
            raise ConfigError("network.proxy_credentials_file: there is no file x", "secret.missing")

        with proxy() as through:
            found = try_proxy(ews(), way(proxy=through.url, proxy_credentials=missing))

        assert said(found) == (Status.FAIL, "network.proxy_secret")
