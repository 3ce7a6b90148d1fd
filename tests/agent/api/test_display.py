"""The display's paths: its configuration, its orders, its report, and commands that it carries out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from agent import wire
from agent.api import problems
from agent.api.display import RESET_WITHIN_S, display_routes
from agent.api.parts import Parts
from agent.api.peer import Role
from agent.app.joining import Services
from agent.config import Config
from agent.model.control import JOINED
from agent.model.join import DialIn, JoinInfo
from agent.state.desk import ANSWER_WITHIN_S
from agent.state.launchers import Launcher, open_order
from agent.state.project import Inputs, project
from agent.state.troubles import notices
from agent.store.audit import AuditLog
from tests.agent.api.test_core_api import Room, serving, until_finished
from tests.builders import at, joinable, occurrence, policy, stored

pytestmark = pytest.mark.anyio
BY_PHONE = JoinInfo(provider="sip", provider_name="SIP", dial_in=(DialIn("+16505550100"),))
HDMI = {"name": "hdmi", "label": "HDMI", "kind": "hdmi", "state": "live", "showing": False}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class DisplayRoom(Room):
    """A room whose state follows what its display says."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.entries.append(stored(occurrence("phone", at(10)), joinable(BY_PHONE)))
        self.launchers: dict[str, Launcher] = {}
        self.services = Services(Config.default())
        self.desk._changed = self.hub.wake

    def _make(self, now: Any) -> Any:
        facts = self.desk.facts
        inputs = Inputs(policy=policy(), entries=self.entries, health=self.health, launcher=facts.launcher,
                        showing=facts.shows, shown=facts.inputs, screen=facts.screen,
                        notices=tuple(notices(facts, "en")))  # fmt: skip
        return project(inputs, now)

    def _order(self, *asked: Any) -> wire.Open:
        meeting = asked[0]
        info = next(each for each in self.entries if each.meeting_id == meeting.id).entry.outcome.join
        assert info is not None
        return open_order(info, self.launchers, self.services.conferences, "San Jose")

    async def shows(self, client: httpx.AsyncClient, launcher: str) -> dict[str, Any]:
        async with asyncio.timeout(5):
            while True:
                state: dict[str, Any] = (await client.get("/api/v1/room")).json()
                if ("show-input" in state["commands"]) == (launcher == "display"):
                    return state


@pytest.fixture
def room(tmp_path: Path) -> DisplayRoom:
    return DisplayRoom(tmp_path)


class Stream:
    """The orders that a display hears."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> tuple[str, dict[str, Any]]:
        async with asyncio.timeout(5):
            event = (await anext(self._lines)).removeprefix("event: ")
            data = json.loads((await anext(self._lines)).removeprefix("data: "))
            assert await anext(self._lines) == ""
            return event, data


@asynccontextmanager
async def display(client: httpx.AsyncClient, name: str = "") -> AsyncIterator[Stream]:
    async with client.stream("GET", "/api/v1/display/orders", params={"as": name} if name else {}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        assert await stream.next() == ("config", asdict(wire.DisplayConfig()))
        yield stream


async def report(client: httpx.AsyncClient, **keys: Any) -> httpx.Response:
    return await client.post("/api/v1/display/report", json=keys)


async def join(client: httpx.AsyncClient, meeting: str = "m") -> httpx.Response:
    return await client.post("/api/v1/commands/join", json={"meeting_id": meeting})


async def test_the_configuration_can_be_asked_for(room: DisplayRoom) -> None:
    async with serving(room) as client:
        answer = await client.get("/api/v1/display/config")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == asdict(wire.DisplayConfig())


async def test_what_the_display_reports_is_in_the_rooms_state(room: DisplayRoom) -> None:
    problem = {"code": "display.no_output", "part": "HDMI-1", "since": ""}
    async with serving(room) as client, display(client):
        answer = await report(client, inputs=[HDMI], screen="content", problems=[problem], unheard_of={"x": [1]})
        await report(client, home_problems=[], versions={"room-display": "1"})
        assert answer.status_code == 204
        async with asyncio.timeout(5):
            while not (state := await room.shows(client, "display"))["inputs"]:
                pass
    assert (state["inputs"], state["screen"]) == ([HDMI], "content")
    assert [notice["code"] for notice in state["notices"]] == ["display.no_output"]
    assert {meeting["join"]["launcher"] for meeting in state["meetings"] if meeting["join"]} == {"display"}


async def test_a_touch_is_known_by_the_time_it_happened(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client):
        for body in ({"touched_s_ago": -1}, {"touched_s_ago": "1"}, {"touched_s_ago": 1.5}):
            assert (await report(client, **body)).status_code == 422
        assert room.desk.facts.touched is None
        await report(client, touched_s_ago=7, screen="home")
        await report(client, screen="home")
    assert room.desk.facts.touched == room.clock.monotonic() - 7


async def test_a_join_that_was_done_shows_that_somebody_is_there_and_one_that_failed_does_not(
    room: DisplayRoom,
) -> None:
    async with serving(room) as client, display(client) as orders:
        await room.shows(client, "display")
        for state in ("failed", "done"):
            accepted = (await join(client)).json()["id"]
            _, order = await orders.next()
            outcome = {"order_id": order["order_id"], "state": state}
            await report(
                client, orders=[outcome | ({"code": "display.meeting_unreachable"} if state == "failed" else {})]
            )
            await until_finished(client, accepted)
            assert room.came == ([(JOINED, "m")] if state == "done" else [])


async def test_without_its_display_the_room_is_as_before(room: DisplayRoom) -> None:
    async with serving(room) as client:
        async with display(client):
            await room.shows(client, "display")
        state = await room.shows(client, "browser")
    assert (state["inputs"], state["screen"]) == ([], "home")
    assert [notice["code"] for notice in state["notices"]] == ["display.silent"]


@pytest.mark.parametrize(("name", "joins", "shows"), [("shell", False, True), ("meeting", True, False)])
async def test_a_process_that_says_who_it_is_takes_its_own_orders_only(
    room: DisplayRoom, name: str, joins: bool, shows: bool
) -> None:
    async with serving(room) as client, display(client, name):
        async with asyncio.timeout(5):
            while True:
                state = (await client.get("/api/v1/room")).json()
                launchers = {meeting["join"]["launcher"] for meeting in state["meetings"] if meeting["join"]}
                if launchers == {"display" if joins else "browser"} and ("show-input" in state["commands"]) == shows:
                    break


async def test_a_name_without_end_is_refused(room: DisplayRoom) -> None:
    async with serving(room) as client:
        answer = await client.get("/api/v1/display/orders", params={"as": "x" * 21})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"screen": "setup mode"},
        {"screen": 1},
        {"inputs": [HDMI] * 33},
        {"inputs": [{**HDMI, "state": "great"}]},
        {"inputs": [{**HDMI, "name": "x" * 101}]},
        {"inputs": [{**HDMI, "showing": "yes"}]},
        {"problems": [{"code": "no dots"}]},
        {"problems": [{"code": "display.x" * 30}]},
        {"problems": [{"code": "display.x", "part": "x" * 201}]},
        {"orders": [{"order_id": "c-1", "state": "maybe"}]},
        {"orders": [{"state": "done"}]},
        {"windows": [{"role": "home", "pid": "1", "geometry": "1x1+0+0"}]},
        {"versions": {"mpv": 1}},
        {"versions": {str(n): "" for n in range(33)}},
    ],
)
async def test_a_report_that_makes_no_sense_is_refused(room: DisplayRoom, body: Any) -> None:
    async with serving(room) as client:
        answer = await client.post("/api/v1/display/report", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert not room.desk.facts.present


async def test_a_report_without_end_is_not_taken_in(room: DisplayRoom) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"shown": "'
        for _ in range(300):
            yield b"x" * 1024

    async with serving(room) as client:
        answer = await client.post("/api/v1/display/report", content=endless())
        unreadable = await client.post("/api/v1/display/report", content=b'{"shown": ')
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too_large")
    assert unreadable.json()["detail"] == "body: not JSON that can be read."


async def test_the_front_may_use_none_of_it(room: DisplayRoom) -> None:
    app = FastAPI()
    problems.install(app)
    app.include_router(display_routes(room.parts()))

    async def as_front(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["role"] = Role.FRONT
        await app(scope, receive, send)

    transport = httpx.ASGITransport(as_front)
    async with httpx.AsyncClient(transport=transport, base_url="http://core") as client:
        answers = [
            await client.get("/api/v1/display/config"),
            await client.get("/api/v1/display/orders"),
            await report(client),
        ]
    room.store.close()
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "peer.refused")] * 3


async def test_join_is_pending_until_the_display_says_that_the_meeting_is_open(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client) as orders:
        await room.shows(client, "display")
        accepted = (await join(client)).json()["id"]
        name, order = await orders.next()
        assert (name, order["order_id"], order["host"], order["launcher"]) == ("open", accepted, "zoom.us", "browser")
        assert (await client.get(f"/api/v1/commands/{accepted}")).json()["state"] == "pending"
        await report(client, orders=[{"order_id": accepted, "state": "done"}])
        assert (await until_finished(client, accepted))["state"] == "done"


async def test_a_meeting_that_the_display_cannot_open_says_why_in_words(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client) as orders:
        await room.shows(client, "display")
        accepted = (await join(client)).json()["id"]
        await orders.next()
        await report(client, orders=[{"order_id": accepted, "state": "failed", "code": "display.meeting_unreachable"}])
        problem = (await until_finished(client, accepted))["problem"]
    assert (problem["code"], problem["title"]) == (
        "display.meeting_unreachable",
        "The meeting service cannot be reached",
    )


async def test_a_join_that_the_display_does_not_answer_fails_after_a_while(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client) as orders:
        await room.shows(client, "display")
        accepted = (await join(client)).json()["id"]
        await orders.next()
        room.clock.advance(ANSWER_WITHIN_S)
        room.desk.look()
        assert (await until_finished(client, accepted))["problem"]["code"] == "display.no_answer"


async def test_what_has_to_be_dialled_by_hand_is_refused_before_it_is_accepted(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client):
        await room.shows(client, "display")
        answer = await join(client, "phone")
    assert (answer.status_code, answer.json()["code"]) == (409, "join.by_hand")


async def test_a_value_that_a_command_must_not_get_fails_the_join(room: DisplayRoom) -> None:
    evil = replace(BY_PHONE, sip="--help")
    room.entries.append(stored(occurrence("evil", at(10)), joinable(evil)))
    room.launchers = {"sip": Launcher("command", ("dial", "{sip}"))}
    async with serving(room) as client, display(client):
        await room.shows(client, "display")
        state = await until_finished(client, (await join(client, "evil")).json()["id"])
    assert (state["state"], state["problem"]["code"]) == ("failed", "display.launcher_value")


async def test_an_input_is_shown_by_the_display(room: DisplayRoom) -> None:
    async with serving(room) as client, display(client) as orders:
        await report(client, inputs=[HDMI])
        async with asyncio.timeout(5):
            while not (await room.shows(client, "display"))["inputs"]:
                pass
        accepted = (await client.post("/api/v1/commands/show-input", json={"input": "hdmi"})).json()["id"]
        assert await orders.next() == ("show_input", {"order_id": accepted, "input": "hdmi"})
        await report(client, orders=[{"order_id": accepted, "state": "failed", "code": "display.input_busy"}])
        problem = (await until_finished(client, accepted))["problem"]
    assert "hdmi" in problem["detail"]
    assert problem["code"] == "display.input_busy"


async def test_the_core_ends_the_stream_in_good_order(room: DisplayRoom) -> None:
    async with serving(room) as client, client.stream("GET", "/api/v1/display/orders") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "event: config"
        room.desk.end()
        async with asyncio.timeout(5):
            assert [line async for line in lines][-1] == ""


async def test_status_and_metrics_tell_of_the_display_without_a_word_of_a_window(room: DisplayRoom) -> None:
    outputs = [{"name": "HDMI-1", "connected": True, "enabled": True, "screen": "MARKED"}]
    window = {"code": "display.foreign_window", "part": "MARKED"}
    async with serving(room) as client, display(client):
        await report(client, inputs=[HDMI], outputs=outputs, problems=[window])
        await room.shows(client, "display")
        checks = (await client.get("/api/v1/status")).json()["checks"]
        metrics = (await client.get("/metrics")).text
    assert checks["display:present"][0]["code"] == "display.foreign_window"
    assert (checks["display:outputs"][0]["observedValue"], checks["display:inputs"][0]["observedValue"]) == (1, 1)
    assert "room_agent_display_present 1.0" in metrics
    assert "room_agent_display_outputs_connected 1.0" in metrics
    assert 'room_agent_input_state{input="hdmi",state="live"} 1.0' in metrics
    assert 'room_agent_input_state{input="hdmi",state="absent"} 0.0' in metrics
    assert "MARKED" not in json.dumps(checks) + metrics


class FreshRoom(DisplayRoom):
    """A room that can be set up anew; the machine was switched on `uptime` seconds ago."""

    def __init__(self, state_dir: Path, uptime: float) -> None:
        super().__init__(state_dir)
        self.uptime, self.begun = uptime, asyncio.Event()
        self.audit = AuditLog(state_dir / "audit.jsonl", self.clock)

    async def reset(self) -> None:
        self.begun.set()

    def parts(self) -> Parts:
        return replace(super().parts(), reset=self.reset, uptime_s=lambda: self.uptime, audit=self.audit)


async def test_a_new_set_up_begins_shortly_after_power_on(tmp_path: Path) -> None:
    room = FreshRoom(tmp_path, 45.0)
    async with serving(room) as client:
        assert (await client.post("/api/v1/display/reset", json={})).status_code == 202
        await asyncio.wait_for(room.begun.wait(), 5)
    assert [(each.act, each.who, each.facts) for each in room.audit.entries(9)] == [
        ("box.reset", "key", {"uptime_s": 45})
    ]


async def test_a_display_that_was_taken_over_cannot_reset_a_room_that_runs(tmp_path: Path) -> None:
    room = FreshRoom(tmp_path, RESET_WITHIN_S + 1)
    async with serving(room) as client:
        refused = await client.post("/api/v1/display/reset", json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "reset.too_late")
    assert not room.begun.is_set()
    assert [each.act for each in room.audit.entries(9)] == ["box.reset_refused"]


async def test_an_agent_that_cannot_be_reset_says_so(tmp_path: Path) -> None:
    async with serving(DisplayRoom(tmp_path)) as client:
        refused = await client.post("/api/v1/display/reset", json={})
    assert (refused.status_code, refused.json()["code"]) == (404, "reset.not_offered")
