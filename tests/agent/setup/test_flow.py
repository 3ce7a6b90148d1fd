"""Where the set-up is, and what makes what outdated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.config import Config
from agent.setup import flow
from agent.setup.flow import Draft, Verdict
from agent.setup.to_config import answers_of, config_data, config_text, generation_of
from agent.wire.setup import SETUP_STEPS
from tests.agent.setup.walking import EWS, ROOM

VALUES = {step: {name: value for name, value in values.items() if name not in ("password", "pin")}
          for step, values in EWS.items()}  # fmt: skip


def judged(draft: Draft, scope: str = "room", *, ok: bool = True) -> Draft:
    mailbox = draft.mailbox if scope == "room" else ""
    return flow.judged(draft, Verdict(scope=scope, account=flow.account_hash(draft), mailbox=mailbox, ok=ok))


def walked(until: str) -> Draft:
    draft = Draft()
    for step, values in VALUES.items():
        if step == until:
            return draft
        draft = flow.answered(draft, step, values, {"calendar.ews.password": "1"} if step == "account" else {})
        draft = judged(draft) if step == "account" else draft
    return draft


def test_a_walk_ends_at_the_summary() -> None:
    draft = walked("summary")

    assert (flow.current(draft), flow.complete(draft), flow.checked(draft)) == ("summary", True, "passed")
    assert [each.state for each in flow.steps(draft)] == ["done"] * 8 + ["current"]


def test_each_answer_that_signs_in_differently_outdates_the_checks() -> None:
    draft = walked("summary")
    others: list[Draft] = [
        flow.answered(draft, "network", {"proxy": "http://proxy.contoso.example:3128"}, {}),
        flow.answered(draft, "account", {**VALUES["account"], "auth": "ntlm"}, {}),
        flow.answered(draft, "account", VALUES["account"], {"calendar.ews.password": "2"}),
        flow.answered(draft, "account", {**VALUES["account"], "mailbox": "other@contoso.example"}, {}),
        flow.answered(draft, "room", {"mailbox": "other@contoso.example", "name": ""}, {}),
    ]

    assert {flow.checked(each) for each in others} == {"outdated"}
    assert not any(flow.complete(each) for each in others)


def test_looks_and_policies_outdate_nothing() -> None:
    draft = walked("summary")
    for step in ("language", "screen", "policies"):
        draft = flow.answered(draft, step, VALUES[step], {"setup.admin_pin": "2"} if step == "policies" else {})

    assert flow.complete(draft)


def test_what_failed_is_failed_until_it_passes() -> None:
    draft = flow.answered(walked("account"), "account", VALUES["account"], {})
    failed = judged(draft, ok=False)

    assert [flow.checked(each) for each in (draft, failed, judged(failed))] == ["never", "failed", "passed"]


def test_an_account_without_a_room_passes_its_own_checks_and_the_room_its_own() -> None:
    bare = {**VALUES["account"], "mailbox": ""}
    draft = judged(flow.answered(walked("account"), "account", bare, {}), "account")
    draft = flow.answered(draft, "preflight", {}, {})
    picked = flow.answered(draft, "room", {"mailbox": ROOM, "name": ""}, {})

    assert (flow.current(draft), flow.current(picked), flow.checked(picked)) == ("room", "room", "outdated")
    assert flow.current(flow.answered(judged(picked), "room", {"mailbox": ROOM, "name": ""}, {})) == "screen"


@given(st.lists(st.tuples(st.sampled_from(SETUP_STEPS), st.sampled_from(["ews", "graph", "demo"]), st.booleans())))
def test_whatever_the_order_one_step_is_current_and_all_before_it_are_done(
    moves: list[tuple[str, str, bool]],
) -> None:
    draft = Draft()
    for step, source, checks in moves:
        values: dict[str, Any] = {"source": source} if step == "calendar" else dict(VALUES.get(step, {}))
        if flow.reachable(draft, step):
            draft = flow.answered(draft, step, values, {})
        draft = judged(draft, ok=checks) if step == "preflight" else replace(draft, step=draft.step)
        states = [each.state for each in flow.steps(draft)]
        here = SETUP_STEPS.index(flow.current(draft))

        assert states.count("current") == 1
        assert all(flow.is_done(draft, each) for each in SETUP_STEPS[:here])


@given(st.fixed_dictionaries({"proxy": st.sampled_from(["", "http://proxy.contoso.example:3128"])}), st.booleans())
def test_answers_make_a_configuration_that_says_the_same_answers(network: dict[str, Any], certified: bool) -> None:
    account = {"endpoint": "https://graph.microsoft.us", "authority": "https://login.microsoftonline.us", "ca": "",
               "cloud": "us_gov", "tenant_id": "contoso.example", "client_id": "1", "mailbox": ROOM,
               "auth": "certificate" if certified else "secret", "client_secret_expires": "2027-03-31"}  # fmt: skip
    answers = {**VALUES, "network": {**network, "proxy_username": "", "no_proxy": [".contoso.example"]},
               "calendar": {"source": "graph"}, "account": account}  # fmt: skip
    config = Config.model_validate(config_data({}, answers, {}))
    said = answers_of(config)

    assert {name: said["account"][name] for name in account} == account
    assert said["network"] == answers["network"]
    assert said["screen"] == VALUES["screen"]
    assert said["policies"].items() >= VALUES["policies"].items()


def test_the_file_says_who_wrote_it() -> None:
    text = config_text({"room": {"name": "San José"}}, 7)

    assert text.startswith("# Written by room-agent's set-up")
    assert (generation_of(text), generation_of("[room]\n"), generation_of("")) == (7, 0, 0)


def test_another_way_to_sign_in_leaves_no_secret_of_the_one_before() -> None:
    base = {
        "calendar": {
            "source": "ews",
            "fallback": "graph",
            "ews": {"auth": "basic", "password_file": "a", "ca_file": "b"},
        }
    }
    account = {"auth": "oauth", "method": "certificate"}
    data = config_data(base, {"calendar": {"source": "ews"}, "account": account}, {"calendar.ews.certificate": "c"})
    other = config_data(base, {"calendar": {"source": "graph"}}, {})

    assert data["calendar"]["ews"] == {"auth": "oauth", "certificate_file": "c"}
    assert other["calendar"] == {"source": "graph", "ews": {"auth": "basic"}}
    assert config_data(base, {"network": {}}, {})["calendar"] == base["calendar"]
    assert base["calendar"]["ews"] == {"auth": "basic", "password_file": "a", "ca_file": "b"}
