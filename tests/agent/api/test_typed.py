"""What a person typed, asked of the core's API with the parts of the real composition."""

from __future__ import annotations

import os
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from agent.app.joining import make_typed
from agent.config import load
from agent.meetings.typed import typed_ways
from agent.state.typed import typed_state
from agent.wire import Typed
from tests.agent.api.test_core_api import Room, serving, until_finished
from tests.builders import policy

TYPED = "/api/v1/typed"
JOIN = "/api/v1/commands/join"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def ask(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post(TYPED, json={"text": text})


@pytest.mark.anyio
async def test_the_ways_are_answered_whole_and_never_cached(room: Room) -> None:
    async with serving(room) as client:
        answer = await ask(client, "912 3456 7890, passcode: 428913")
        nothing = await ask(client, "")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {
        "ways": [
            {
                "provider": "zoom",
                "provider_name": "Zoom",
                "url": "https://zoom.us/j/91234567890",
                "meeting_id": "91234567890",
                "passcode": "428913",
                "sip": None,
                "h323": None,
                "dial_in": [],
                "trusted": True,
                "launcher": "browser",
                "label": "Zoom · zoom.us",
            }
        ]
    }
    assert (nothing.status_code, nothing.json()) == (200, {"ways": []})


@pytest.mark.anyio
@pytest.mark.parametrize("payload", [{}, {"text": 5}, {"text": None}, {"text": "x" * 2001}, {"text": "", "x": 1}, []])
async def test_what_is_no_text_is_refused(room: Room, payload: object) -> None:
    async with serving(room) as client:
        answer = await client.post(TYPED, json=payload)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.anyio
@pytest.mark.parametrize("payload", [{"text": "123 456 789"}, {"text": "123 456 789", "way": 1}])
async def test_what_is_recognised_can_be_joined(room: Room, payload: dict[str, object]) -> None:
    async with serving(room) as client:
        answer = await client.post(JOIN, json=payload)
        assert answer.status_code == 202
        state = await until_finished(client, answer.json()["id"])
    assert (state["name"], state["state"], state["problem"]) == ("join", "done", None)


@pytest.mark.anyio
async def test_before_there_is_a_state_nobody_is_answered(room: Room) -> None:
    app = room.app()

    async def by_our_own_user(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"peer_uid": os.geteuid()}}, receive, send)

    transport = httpx.ASGITransport(by_our_own_user)
    async with httpx.AsyncClient(transport=transport, base_url="http://core") as client:
        for path in (TYPED, JOIN):
            answer = await client.post(path, json={"text": "912 3456 7890"})
            assert (answer.status_code, answer.json()["code"]) == (503, "room.starting")
    room.store.close()


@pytest.mark.anyio
async def test_nothing_of_it_is_logged(room: Room) -> None:
    secret = "912 3456 7890, passcode: MARKED"
    with capture_logs() as logs:
        async with serving(room) as client:
            await ask(client, secret)
            await client.post(JOIN, json={"text": secret})
            refused = await client.post(JOIN, json={"text": f"MARKED {secret} MARKED", "way": 7})
    assert "MARKED" not in repr(logs) + refused.text
    assert "3456" not in repr(logs)


def configured(folder: Path, toml: str) -> Typed:
    (folder / "config.toml").write_text(toml)
    return make_typed(load(folder / "config.toml", {}, complete=False))("4711")


def test_the_rules_of_the_configuration_take_ids(tmp_path: Path) -> None:
    rule = (
        '[[join.rules]]\nname = "Our Pexip"\nprovider = "pexip"\nhosts = ["vc.contoso.example"]\npath = "/webapp/{id}"'
    )
    assert [way.label for way in configured(tmp_path, rule).ways] == ["Our Pexip · vc.contoso.example"]
    assert configured(tmp_path, "").ways == []


def test_policy_says_what_is_trusted_and_what_is_hidden() -> None:
    found = typed_ways("https://vc.fabrikam.example/webapp/conference/daily")
    assert [way.trusted for way in typed_state(found, policy()).ways] == [False]
    assert [way.trusted for way in typed_state(found, policy(trusted_hosts=("fabrikam.example",))).ways] == [True]
    assert typed_state(found, policy(untrusted="hide")).ways == []
    own, foreign = typed_ways("daily@contoso.example"), typed_ways("daily@fabrikam.example")
    assert [typed_state(each, policy()).ways[0].trusted for each in (own, foreign)] == [True, False]
    assert typed_state(foreign, policy(untrusted="hide")).ways == []


def test_who_typed_it_may_see_it_whatever_the_calendar_hides() -> None:
    way = typed_state(typed_ways("912 3456 7890#4711"), policy(show_subject="busy")).ways[0]
    assert (way.meeting_id, way.passcode) == ("91234567890", "4711")


def test_two_meetings_at_one_host_have_labels_of_their_own() -> None:
    text = "https://zoom.us/j/91234567890 or https://zoom.us/j/91234567891"
    labels = [way.label for way in typed_state(typed_ways(text), policy()).ways]
    assert labels == ["Zoom · zoom.us · 91234567890", "Zoom · zoom.us · 91234567891"]
