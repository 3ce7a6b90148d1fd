"""Every field of the set-up: what is taken, what is refused and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.config import Config
from agent.setup.fields import FieldProblem, looks_alike
from agent.setup.steps import STEPS, Answer, fields_of, validate
from agent.setup.to_config import config_data, config_text
from agent.texts import catalogue
from agent.wire.setup import SETUP_STEPS
from tests.agent.setup.walking import EWS, PASSWORD

GRAPH = {"cloud": "other", "endpoint": "https://graph.contoso.example", "authority": "https://login.contoso.example",
         "tenant_id": "contoso.example", "client_id": "b7f1c9de", "auth": "secret", "client_secret": "s3cret",
         "client_secret_expires": "2027-03-31", "mailbox": "sjroom@contoso.example", "ca": ""}  # fmt: skip
OAUTH = {"endpoint": "https://outlook.office365.com/EWS/Exchange.asmx", "auth": "oauth", "tenant_id": "contoso.example",
         "client_id": "b7f1c9de", "method": "secret", "client_secret": "s3cret",
         "mailbox": "sjroom@contoso.example"}  # fmt: skip
GOOD = [(step, "ews", values) for step, values in EWS.items()] + [
    ("network", "", {"proxy": "http://proxy.contoso.example:3128", "proxy_username": "box", "proxy_password": "p",
                     "no_proxy": ["10.0.0.0/8", ".contoso.example"]}),
    ("account", "graph", GRAPH),
    ("account", "ews", OAUTH),
    ("summary", "ews", {}),
]  # fmt: skip


def taken(step: str, raw: dict[str, Any], source: str = "ews", **known: Any) -> Answer:
    found = validate(step, raw, source=source, previous=known.get("previous", {}), kept=known.get("kept", ()))
    assert isinstance(found, Answer), found
    return found


def refused(step: str, raw: dict[str, Any], source: str = "ews") -> dict[str, str]:
    found = validate(step, raw, source=source, previous={}, kept=())
    assert isinstance(found, list), found
    return {each.field: each.code for each in found}


@pytest.mark.parametrize(("step", "source", "values"), GOOD)
def test_good_answers_are_taken_and_secrets_apart_from_them(step: str, source: str, values: dict[str, Any]) -> None:
    answer = taken(step, values, source)
    secrets = [values[name] for name in ("password", "client_secret", "pin", "proxy_password") if name in values]

    assert not set(secrets) & {each for each in answer.values.values() if isinstance(each, str)}
    assert len(answer.secrets) == len(secrets)
    assert "s3cret" not in repr(answer)
    assert PASSWORD not in repr(answer)


def test_every_step_of_the_contract_has_its_questions() -> None:
    assert {*STEPS, "account"} == set(SETUP_STEPS)


WRONG: list[tuple[str, str, Any, str]] = [
    ("language", "language", "", "setup.field_missing"),
    ("language", "language", "../en", "setup.language_wrong"),
    ("language", "language", 7, "setup.field_type"),
    ("language", "timezone", "W. Europe Standard Time", "setup.timezone_wrong"),
    ("language", "timezone", "../../etc/passwd", "setup.timezone_wrong"),
    ("language", "timezone", "Europe", "setup.timezone_wrong"),
    ("network", "proxy", "proxy.contoso.example", "setup.proxy_wrong"),
    ("network", "proxy", "http://user:pw@proxy:3128", "setup.proxy_wrong"),
    ("network", "no_proxy", ["a b"], "setup.no_proxy_wrong"),
    ("network", "no_proxy", "host", "setup.field_type"),
    ("network", "no_proxy", ["x"] * 101, "setup.field_long"),
    ("calendar", "source", "imap", "setup.choice_wrong"),
    ("account", "mailbox", "San José <sj@contoso.example>", "setup.mailbox_wrong"),
    ("account", "mailbox", "sj\u200broom@contoso.example", "setup.field_characters"),
    ("account", "mailbox", "sjr\u043e\u043em@contoso.example", "setup.field_lookalike"),
    ("account", "mailbox", "sjroom@c\uff4fntoso.example", "setup.field_lookalike"),
    ("account", "endpoint", "http://mail.contoso.example/EWS", "setup.url_insecure"),
    ("account", "endpoint", "ftp://mail.contoso.example/", "setup.url_wrong"),
    ("account", "endpoint", "https://user:pw@mail.contoso.example/", "setup.url_wrong"),
    ("account", "endpoint", "https://mail.contoso.example/?a=b", "setup.url_wrong"),
    ("account", "endpoint", "https://mail.cont\u043eso.example/", "setup.field_lookalike"),
    ("account", "endpoint", "https://[::1/", "setup.url_wrong"),
    ("account", "endpoint", "javascript:alert(1)", "setup.url_wrong"),
    ("account", "auth", "kerberos", "setup.choice_wrong"),
    ("account", "username", "", "setup.field_missing"),
    ("account", "username", "a\nb", "setup.field_characters"),
    ("account", "password", "", "setup.field_missing"),
    ("account", "password", "two\nlines", "setup.field_characters"),
    ("account", "password", ["a"], "setup.field_type"),
    ("account", "ca", "not a certificate", "setup.pem_wrong"),
    ("account", "ca", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "setup.pem_private"),
    ("account", "ca", "x" * 60_000, "setup.field_long"),
    ("room", "mailbox", "", "setup.field_missing"),
    ("room", "mailbox", "nobody", "setup.mailbox_wrong"),
    ("screen", "inputs", [{"name": "HDMI 1"}], "setup.inputs_wrong"),
    ("screen", "inputs", [{"name": "a"}, {"name": "a"}], "setup.inputs_wrong"),
    ("screen", "inputs", [{"name": "a", "kind": "scart"}], "setup.inputs_wrong"),
    ("screen", "inputs", [{"name": "a", "edid_file": "/etc/shadow"}], "setup.inputs_wrong"),
    ("screen", "inputs", [[]], "setup.field_type"),
    ("screen", "content", "window", "setup.choice_wrong"),
    ("policies", "show_subject", "all", "setup.choice_wrong"),
    ("policies", "private_join", "yes", "setup.field_type"),
    ("policies", "private_join", 1, "setup.field_type"),
    ("policies", "join_lead_min", 121, "setup.number_wrong"),
    ("policies", "join_lead_min", -1, "setup.number_wrong"),
    ("policies", "join_lead_min", 1.5, "setup.field_type"),
    ("policies", "join_lead_min", True, "setup.field_type"),
    ("policies", "join_lead_min", 10**400, "setup.number_wrong"),
    ("policies", "release_after_min", "5", "setup.field_type"),
    ("policies", "pin", "12345", "setup.pin_form"),
    ("policies", "pin", "1" * 17, "setup.pin_form"),
    ("policies", "pin", "\u0661\u0662\u0663\u0664\u0665\u0666", "setup.pin_form"),
    ("policies", "pin", "", "setup.field_missing"),
    ("policies", "pin", 123456, "setup.field_type"),
]


@pytest.mark.parametrize(("step", "field", "value", "code"), WRONG)
def test_a_wrong_answer_is_named_at_its_field(step: str, field: str, value: Any, code: str) -> None:
    assert refused(step, {**EWS[step], field: value}) == {field: code}


@pytest.mark.parametrize(("step", "source", "values"), GOOD)
def test_ten_kilobytes_fit_into_no_text(step: str, source: str, values: dict[str, Any]) -> None:
    for field in fields_of(step, source, values):
        if isinstance(values.get(field.name), str):
            assert field.name in refused(step, {**values, field.name: "x" * 10_240}, source)


def test_unknown_fields_are_refused_without_being_repeated() -> None:
    assert refused("language", {**EWS["language"], "evil": 1}) == {"": "setup.field_unknown"}


def test_what_people_copy_along_is_trimmed_but_a_password_stays_as_it_is() -> None:
    account = {**EWS["account"], "mailbox": " sjroom@contoso.example\u00a0\n", "password": " blank ",
               "endpoint": "\ufeff" + EWS["account"]["endpoint"]}  # fmt: skip
    answer = taken("account", account)

    assert answer.values["mailbox"] == "sjroom@contoso.example"
    assert answer.values["endpoint"] == EWS["account"]["endpoint"]
    assert answer.secrets == {"calendar.ews.password": " blank "}


def test_http_is_for_loopback_alone_and_never_with_oauth() -> None:
    assert taken("account", {**EWS["account"], "endpoint": "http://127.0.0.1:8081/EWS/Exchange.asmx"})
    assert refused("account", {**OAUTH, "endpoint": "http://127.0.0.1/EWS"}) == {"endpoint": "setup.url_wrong"}
    assert refused("account", {**GRAPH, "authority": "http://127.0.0.1"}, "graph") == {"authority": "setup.url_wrong"}


def test_what_the_chosen_way_to_sign_in_does_not_ask_is_dropped() -> None:
    answer = taken("account", {**EWS["account"], "tenant_id": "contoso.example", "client_secret": "s3cret"})

    assert not {"tenant_id", "client_secret"} & set(answer.values)
    assert set(answer.secrets) == {"calendar.ews.password"}


def test_a_secret_that_is_there_need_not_be_given_again_and_answers_left_out_stay() -> None:
    previous = taken("account", EWS["account"]).values
    answer = taken("account", {"username": "CONTOSO\\svc"}, previous=previous, kept=["calendar.ews.password"])

    assert (answer.values["endpoint"], answer.values["username"]) == (EWS["account"]["endpoint"], "CONTOSO\\svc")
    assert answer.secrets == {}


def test_a_proxys_name_and_password_are_one_secret() -> None:
    proxy = {"proxy": "http://proxy.contoso.example:3128", "proxy_username": "box"}
    key = "network.proxy_credentials"

    assert taken("network", {**proxy, "proxy_password": "p:w"}).secrets == {key: "box:p:w"}
    assert refused("network", proxy) == {"proxy_password": "setup.field_missing"}
    assert refused("network", {"proxy_password": "p"}) == {"proxy_username": "setup.field_missing"}
    assert refused("network", {"proxy_username": "a", "proxy_password": "p"}) == {"proxy": "setup.field_missing"}
    assert taken("network", proxy, previous=proxy, kept=[key]).secrets == {}
    elsewhere = {**proxy, "proxy": "http://elsewhere.example:3128"}
    assert validate("network", elsewhere, source="ews", previous=proxy, kept=[key]) == [
        FieldProblem("proxy_password", "setup.field_missing")
    ]


@pytest.mark.parametrize(("text", "alike"), [("contoso.example", False), ("müller.example", False),
    ("пример.рф", False), ("раypal.example", True), ("ｃontoso", True), ("会議室", False),
    ("a-1.b_2@c", False)])  # fmt: skip
def test_a_name_in_one_script_is_itself(text: str, alike: bool) -> None:
    assert looks_alike(text) is alike


def test_every_code_has_its_sentences_in_both_catalogues() -> None:
    source = "".join(
        (Path("agent/setup") / name).read_text() for name in ("fields.py", "steps.py", "rooms.py", "answers.py")
    )
    logged = ("admin_pin", "pairing_locked", "paired", "activated", "applied", "reset", "certificate_made")
    codes = {part.partition('"')[0] for part in source.split('"setup.')[1:]} - set(logged)

    for language in ("en", "de"):
        assert {f"setup.{code}" for code in codes} <= set(catalogue(language))


ANY = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
                   lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
                   max_leaves=6)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_comes_makes_a_configuration_or_a_list_of_fields(data: st.DataObject) -> None:
    step = data.draw(st.sampled_from(SETUP_STEPS))
    source = data.draw(st.sampled_from(["ews", "graph", "demo"]))
    good = EWS.get(step, {}) if source != "graph" or step != "account" else GRAPH
    raw = {
        **good,
        **{name: data.draw(ANY) for name in data.draw(st.lists(st.sampled_from([*good, "ca", "x"]), max_size=3))},
    }

    found = validate(step, raw, source=source, previous={}, kept=())

    if isinstance(found, list):
        assert found
        assert all(isinstance(each, FieldProblem) and each.code in catalogue("en") for each in found)
        asked = {each.name for each in fields_of(step, source, raw)}
        assert {each.field for each in found} <= {*good, "ca", "mailbox", ""} | asked

    else:
        json.dumps(dict(found.values)).encode()
        answers = {"calendar": {"source": source or "ews"}, step: found.values}
        Config.model_validate(config_data({}, answers, {}))
        config_text(config_data({}, answers, {}), 1).encode()
