"""The network's steps together: whom they ask, what they say of several, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agent.config import Config
from agent.model.preflight import Check, Status
from agent.preflight import network
from agent.preflight.catalogue import steps_for
from agent.preflight.context import Notes, Scope, Target
from agent.preflight.engine import run
from agent.preflight.network.peers import DEADLINE_S, Kind, Peer, peers_of, way_of
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.settings import HttpSettings
from tests.agent.preflight.authority import Authority
from tests.agent.preflight.looking import EXCHANGE, free_port
from tests.agent.preflight.proxy import proxy
from tests.agent.sources.loopback import Answer, Loopback, loopback
from tests.fakes.clock import FakeClock

IDS = ["dns", "proxy", "captive_portal", "tcp", "clock", "tls", "http"]
LOGIN = "https://login.microsoftonline.com"


def target(config: dict[str, Any] | None = None, **more: Any) -> Target:
    return Target(config=Config.model_validate(config or {}), clock=FakeClock(), scope=Scope.NETWORK, **more)


def ews(endpoint: str, auth: Auth = Auth.BASIC, **http: Any) -> EwsSettings:
    return EwsSettings(mailbox="", endpoint=endpoint, auth=auth, tenant_id="t", http=HttpSettings(**http))


def checks(of: Target, *well_known: str) -> dict[str, Check]:
    report = run(network.steps(of, well_known), of, "en", lambda _: None)
    return {check.id.removeprefix("network."): check for check in report.checks}


def statuses(found: dict[str, Check]) -> list[str]:
    return [found[name].status.value for name in IDS]


def refusing(server: Loopback, authority: Authority) -> dict[str, Any]:
    server.always = Answer(status=401)
    return {"endpoint": server.url.replace("127.0.0.1", "localhost"), "ca_file": str(authority.ca_file)}


def test_an_exchange_that_is_well_passes_everything(authority: Authority) -> None:
    with loopback(authority.server("localhost")) as server:
        found = checks(target(account=ews(**refusing(server, authority))))

    assert list(found) == IDS
    assert [check.code for check in found.values() if check.status is not Status.PASS] == []
    assert not any("Authorization" in asked.headers for asked in server.asked)


def test_an_exchange_behind_a_proxy_passes_everything(authority: Authority) -> None:
    with loopback(authority.server("mail.contoso.example")) as server, proxy(server.server_port) as through:
        server.always = Answer(status=401)
        way: dict[str, Any] = {
            "proxy": through.url,
            "proxy_credentials": lambda: "box:secret",
            "ca_file": str(authority.ca_file),
        }
        found = checks(target(account=ews(EXCHANGE, **way)))

    assert statuses(found) == ["pass"] * 7
    assert all("Basic Ym94OnNlY3JldA==" in asked for asked in through.asked)
    assert "secret" not in str(found)


def test_one_of_two_servers_that_fails_is_what_is_said(authority: Authority) -> None:
    with loopback(authority.server("localhost")) as server:
        good = refusing(server, authority)
        settings = ews(good["endpoint"], Auth.OAUTH, ca_file=good["ca_file"])
        found = checks(target(account=replace(settings, authority=f"https://localhost:{free_port()}")))

    assert (found["dns"].status, found["tcp"].code) == (Status.PASS, "network.tcp_refused")
    assert statuses(found) == ["pass", "pass", "pass", "fail", *["skipped"] * 3]
    assert found["dns"].detail.count("localhost") == 1  # what holds for both is said once


class TestWithoutAnEndpoint:
    def test_no_way_to_the_internet_is_a_warning_and_the_rest_is_left_alone(self) -> None:
        found = checks(target(), *[f"https://localhost:{free_port()}" for _ in range(2)])

        assert (found["tcp"].code, found["tcp"].title) == ("network.no_internet", "No way to the internet")
        assert statuses(found) == ["pass", "pass", "pass", "warn", *["skipped"] * 3]

    def test_names_that_do_not_exist_there_are_no_way_out_either(self) -> None:
        found = checks(target(), "https://a..example", "https://b..example")

        assert statuses(found) == ["warn", *["skipped"] * 6]
        assert "did not pass: network.dns." in found["http"].detail

    def test_one_that_is_reached_is_a_way_out(self, authority: Authority) -> None:
        with loopback(authority.server("localhost")) as server:
            http = HttpSettings(ca_file=refusing(server, authority)["ca_file"])
            one, other = f"https://localhost:{server.server_port}", f"https://localhost:{free_port()}"
            found = checks(target(http=http), one, other)

        assert (found["tcp"].status, found["tcp"].code) == (Status.WARN, "network.tcp_refused")
        assert found["tls"].status is Status.WARN

    def test_an_interception_is_a_warning_since_exchange_may_be_elsewhere(self, authority: Authority) -> None:
        with loopback(authority.server("login.microsoftonline.com")) as middle, proxy(middle.server_port) as through:
            found = checks(target(http=HttpSettings(proxy=through.url)), LOGIN)

        assert (found["tls"].status, found["tls"].code) == (Status.WARN, "network.tls_intercepted")
        assert "did not pass: network.tls." in found["http"].detail

    def test_a_proxy_that_refuses_the_password_is_a_failure_wherever_exchange_is(self) -> None:
        with proxy(refusal=b"HTTP/1.1 407 Who\r\n\r\n") as through:
            http = HttpSettings(proxy=through.url, proxy_credentials=lambda: "box:wrong")
            found = checks(target(http=http), LOGIN)

        assert (found["proxy"].status, found["proxy"].code) == (Status.FAIL, "network.proxy_refused")

    def test_a_proxy_that_forbids_the_cloud_is_a_warning(self) -> None:
        with proxy(refusal=b"HTTP/1.1 403 No\r\n\r\n") as through:
            found = checks(target(http=HttpSettings(proxy=through.url)), LOGIN)

        assert found["proxy"].code == "network.proxy_forbids"
        assert statuses(found) == ["pass", "warn", *["skipped"] * 5]


class TestPeers:
    def test_an_endpoint_that_is_named_is_asked_before_there_is_an_account(self) -> None:
        drafted = target({"calendar": {"ews": {"endpoint": EXCHANGE}}})

        assert peers_of(drafted, [LOGIN]) == (Peer(EXCHANGE, Kind.EWS),)

    def test_oauth_and_graph_need_the_token_service_too(self) -> None:
        graph = GraphSettings(mailbox="", tenant_id="t", client_id="c")
        sign_in = Peer(LOGIN, Kind.SIGN_IN, "t")

        assert peers_of(target(account=ews(EXCHANGE, Auth.OAUTH)), ()) == (Peer(EXCHANGE, Kind.EWS), sign_in)
        assert peers_of(target(account=graph), ()) == (Peer("https://graph.microsoft.com", Kind.GRAPH), sign_in)
        assert len(peers_of(target({"calendar": {"source": "graph"}}), ())) == 2

    def test_before_anybody_named_one_the_well_known_are_asked(self) -> None:
        assert peers_of(target(), [LOGIN]) == (Peer(LOGIN, Kind.WELL_KNOWN),)

    def test_nobody_waits_longer_than_a_quarter_of_a_minute(self) -> None:
        assert way_of(target(http=HttpSettings(deadline_s=600))).settings.deadline_s == DEADLINE_S
        assert way_of(target(account=ews(EXCHANGE, deadline_s=1))).settings.deadline_s == 1

    @pytest.mark.parametrize("proxied", ["proxy.example:3128", "http://proxy.example:3128"])
    def test_a_proxy_is_shown_by_its_place(self, proxied: str) -> None:
        assert way_of(target(http=HttpSettings(proxy=proxied))).proxy_place == "proxy.example:3128"


class TestCatalogue:
    def test_the_demo_has_no_network_to_check(self) -> None:
        demo = target({"calendar": {"source": "demo"}})
        report = run(steps_for(demo), demo, "en", lambda _: None)

        assert {(check.status, check.code) for check in report.checks} == {(Status.SKIPPED, "network.demo")}
        assert (len(report.checks), report.ok) == (len(IDS), True)

    def test_the_networks_steps_come_alone_while_there_is_no_account(self) -> None:
        assert [step.id for step in steps_for(target())] == [f"network.{name}" for name in IDS]
        assert [step.id for step in steps_for(target(account=ews(EXCHANGE)))] == [f"network.{name}" for name in IDS]

    def test_nothing_signs_in_without_a_secret_or_towards_a_server_without_proof(self) -> None:
        whole = replace(target(account=ews(EXCHANGE)), scope=Scope.ROOM)
        steps = [step for step in steps_for(whole) if not step.id.startswith("network.")]

        assert steps[0].id == "account.secret"
        assert all({"account.secret", "network.tls"} <= set(step.needs) for step in steps[1:])

    def test_a_preflight_that_is_given_up_asks_nobody_any_more(self) -> None:
        notes = Notes()
        notes.cancelled.set()

        assert network.steps(target())[2](target(), notes).status is Status.SKIPPED
