"""The data about the services' web clients: it can be read, and it says where it has it from."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from agent.meetings import conferences
from agent.meetings.conferences import CONFERENCES
from agent.meetings.extract import extract
from agent.meetings.opening import opening
from agent.meetings.web_clients import client, steps_of
from agent.model.event import Invitation
from display.prejoin.rules import TOTAL_S, read

_FOLDER = files(conferences) / "web_clients"
_SLUGS = sorted(one.name.removesuffix(".json") for one in _FOLDER.iterdir())
_STEP = {"id", "do", "find", "within_s", "after", "optional", "required_after", "value", "state", "times"}
_SIGN = {"id", "find", "without"}


def _host(slug: str) -> str:
    known = client(slug)
    return str(known["hosts"][0]).replace("*.", "acme.") if known["hosts"] else "meet.contoso.example"


def test_the_five_large_services_are_known() -> None:
    assert {"microsoft-teams", "zoom", "google-meet", "webex", "jitsi"} <= set(_SLUGS)


@pytest.mark.parametrize("slug", _SLUGS)
def test_a_file_has_its_sources_and_nothing_unknown(slug: str) -> None:
    raw: dict[str, Any] = json.loads((_FOLDER / f"{slug}.json").read_text("utf-8"))

    assert slug in {one.slug for one in CONFERENCES}
    assert set(raw) <= {"sources", "hosts", "steps", "left", "like"}
    assert raw["sources"]
    assert all(one.startswith("https://") for one in raw["sources"])
    assert all(set(step) <= _STEP for step in raw.get("steps", ()))
    assert all(set(sign) <= _SIGN for sign in raw.get("left", ()))


@pytest.mark.parametrize("slug", _SLUGS)
def test_the_display_understands_every_word_of_it(slug: str) -> None:
    known = client(slug)
    rules = read(json.loads(json.dumps(steps_of(slug, _host(slug)))))

    assert [step.id for step in rules.steps] == [step["id"] for step in known["steps"]]
    assert [sign.id for sign in rules.left] == [sign["id"] for sign in known["left"]]
    for step, raw in zip(rules.steps, known["steps"], strict=True):
        assert step.do == raw["do"]
        assert list(step.after) == raw.get("after", [])
        assert step.within_s == raw.get("within_s", step.within_s) <= TOTAL_S
        assert [len(find.names) for find in step.find] == [len(find.get("names", ())) for find in raw["find"]]
        assert step.value in ("", "room_name")


@pytest.mark.parametrize("slug", _SLUGS)
def test_its_hosts_are_those_of_the_provider_table(slug: str) -> None:
    table = {host for one in CONFERENCES if one.slug == slug for place in one.places for host in place.hosts}

    assert set(client(slug)["hosts"]) <= table | {"webexgov.us", "teams.live.com"}


def test_help_is_given_on_the_services_own_hosts_only() -> None:
    assert steps_of("zoom", "acme.zoom.us")
    assert steps_of("zoom", "zoom.us.evil.example") == ()
    assert steps_of("zoom", "evilzoom.us") == ()


def test_a_server_of_somebodys_own_is_helped_on_itself_alone() -> None:
    assert {tuple(step["hosts"]) for step in steps_of("jitsi", "jitsi.contoso.example")} == {("jitsi.contoso.example",)}


@pytest.mark.parametrize("slug", ["", "sip", "../zoom", "no-such-service"])
def test_of_an_unknown_service_nothing_is_known(slug: str) -> None:
    assert steps_of(slug, "meet.contoso.example") == ()


def test_what_is_opened_brings_its_steps() -> None:
    join = extract(Invitation(body="https://acme.zoom.us/j/81234567890?pwd=Ab1", body_type="text")).join
    assert join is not None
    opened = opening(join, "Zürich", CONFERENCES)
    assert opened is not None

    assert opened.host == "app.zoom.us"
    assert opened.steps == steps_of("zoom", "app.zoom.us") != ()
