"""Keys that must fit together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from agent.config import Config
from agent.config.checks import cross_check

ROOM = {"mailbox": "sjroom@contoso.example"}
EWS = {"endpoint": "https://mail.contoso.example/EWS/Exchange.asmx", "username": "svc@contoso.example"}
OAUTH = {**EWS, "auth": "oauth", "tenant_id": "contoso.example", "client_id": "app"}
GRAPH = {"tenant_id": "contoso.example", "client_id": "app"}


def wrong(sections: Mapping[str, object], credentials: Collection[str] = ()) -> list[str]:
    """The key paths cross_check complains about."""
    return [problem.key for problem in cross_check(Config.model_validate(sections), credentials)]


def launcher(**keys: object) -> dict[str, object]:
    return {"join": {"launchers": [{"provider": "sip", **keys}]}}


def calendar(**keys: object) -> dict[str, object]:
    return {"room": ROOM, "calendar": keys}


@pytest.mark.parametrize(
    "good",
    [
        {},
        {"meetings": {"check_in": True}},
        {"requests": {"work_from": "08:00", "work_until": "18:00"}},
        {"requests": {"work_days": []}},
        calendar(ews=EWS),
        calendar(ews={**EWS, "endpoint": "http://127.0.0.1:8081/EWS/Exchange.asmx", "auth": "ntlm"}),
        calendar(ews=OAUTH),
        calendar(ews={**OAUTH, "certificate_file": "app.pem"}),
        calendar(source="graph", graph=GRAPH),
        calendar(source="graph", graph={**GRAPH, "auth": "certificate", "certificate_file": "app.pem"}),
        calendar(source="graph", graph={**GRAPH, "auth": "device_code"}),
        calendar(ews=EWS, fallback="graph", graph=GRAPH),
        calendar(source="demo"),
        {"display": {"dim_from": "22:00", "dim_until": "06:30"}},
        launcher(launcher="command", command=["linphonec", "-s", "sip:{sip}"]),
        launcher(launcher="details"),
    ],
)
def test_what_fits_is_left_alone(good: dict[str, object]) -> None:
    assert wrong(good) == []


@pytest.mark.parametrize(
    ("sections", "keys"),
    [
        ({"room": ROOM}, ["calendar.ews.endpoint", "calendar.ews.username"]),
        ({"calendar": {"ews": EWS}}, ["room.mailbox"]),
        ({"requests": {"work_from": "08:00"}}, ["requests.work_until"]),
        ({"requests": {"work_until": "08:00"}}, ["requests.work_from"]),
        ({"requests": {"work_from": "18:00", "work_until": "08:00"}}, ["requests.work_until"]),
        ({"requests": {"work_from": "08:00", "work_until": "18:00", "work_days": []}}, ["requests.work_days"]),
        (calendar(ews={**EWS, "username": ""}), ["calendar.ews.username"]),
        (calendar(ews={**EWS, "auth": "oauth"}), ["calendar.ews.tenant_id", "calendar.ews.client_id"]),
        (calendar(ews={**OAUTH, "endpoint": "http://localhost/EWS/Exchange.asmx"}), ["calendar.ews.endpoint"]),
        (calendar(ews={**OAUTH, "scope": ""}), ["calendar.ews.scope"]),
        (
            calendar(ews={**OAUTH, "client_secret_file": "s", "certificate_file": "c"}),
            ["calendar.ews.client_secret_file"],
        ),
        (calendar(source="graph"), ["calendar.graph.tenant_id", "calendar.graph.client_id"]),
        (
            calendar(source="graph", graph={**GRAPH, "client_secret_file": "s", "certificate_file": "c"}),
            ["calendar.graph.client_secret_file"],
        ),
        (calendar(source="graph", graph={**GRAPH, "certificate_file": "c"}), ["calendar.graph.auth"]),
        (
            calendar(source="graph", graph={**GRAPH, "auth": "certificate", "client_secret_file": "s"}),
            ["calendar.graph.auth"],
        ),
        (calendar(ews=EWS, fallback="ews"), ["calendar.fallback"]),
        (calendar(ews=EWS, fallback="graph"), ["calendar.graph.tenant_id", "calendar.graph.client_id"]),
        ({"network": {"proxy_credentials_file": "p"}}, ["network.proxy"]),
        ({"join": {"rules": [{"name": "a", "provider": "a"}]}}, ["join.rules[0].hosts"]),
        (
            {"join": {"rules": [{"name": "a", "provider": "a", "path": "/{id}", "sip_domain": "a.example"}]}},
            ["join.rules[0].hosts"],
        ),
        (
            {"join": {"rules": [{"name": "a", "provider": "a", "hosts": ["xn--zom-tna.example"]}]}},
            ["join.rules[0].hosts"],
        ),
        (
            {"join": {"rules": [{"name": "a", "provider": "a", "sip_domain": "xn--zom-tna.example"}]}},
            ["join.rules[0].sip_domain"],
        ),
        ({"web": {"remote_listen": "0.0.0.0:8443"}}, ["web.status_token_file"]),
        ({"web": {"certificate_file": "c"}}, ["web.key_file"]),
        ({"web": {"key_file": "k"}}, ["web.certificate_file"]),
        (launcher(launcher="command"), ["join.launchers[0].command"]),
        (launcher(launcher="command", command=[""]), ["join.launchers[0].command"]),
        (launcher(launcher="command", command=["/opt/{room_name}/dial", "{sip}"]), ["join.launchers[0].command"]),
        (launcher(launcher="browser", command=["linphonec"]), ["join.launchers[0].launcher"]),
        (
            {"join": {"launchers": [{"provider": "sip", "launcher": each} for each in ("browser", "details")]}},
            ["join.launchers[1].provider"],
        ),
        ({"display": {"dim_from": "22:00"}}, ["display.dim_until"]),
        ({"display": {"dim_until": "06:30"}}, ["display.dim_from"]),
        ({"display": {"dim_from": "06:30", "dim_until": "06:30"}}, ["display.dim_until"]),
    ],
)
def test_what_does_not_fit_is_named(sections: dict[str, object], keys: list[str]) -> None:
    assert wrong(sections) == keys


def test_a_systemd_credential_stands_in_for_the_token() -> None:
    assert wrong({"web": {"remote_listen": "0.0.0.0:8443"}}, ["web.status_token"]) == []
