"""The page for operations' paths, over a real store, a real guard and a real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from agent import wire
from agent.api import ops_page, problems
from agent.api.ops_page import ops_page_routes
from agent.api.parts import OpsSide
from agent.api.peer import Role
from agent.errors import SourceUnavailable
from agent.model.history import DONE, JoinPress, Past
from agent.setup import pin
from agent.setup.guard import Guard
from agent.state import health
from agent.state.freshness import Histogram
from agent.state.history import History
from agent.state.ops import OpsFacts, ops_state
from agent.state.ops_sessions import MOST
from agent.state.timeline import timeline
from agent.store.audit import AuditLog
from agent.system.log_memory import LogMemory
from agent.wire.ops import OpsState, OpsTimeline
from tests.agent.api.test_core_api import Room
from tests.builders import MORNING
from tests.fakes.pins import CHEAP

pytestmark = pytest.mark.anyio
TOKEN, PIN = "a-token-of-this-box", "739154"
OPS = "/api/v1/ops"
READS = ("", "/stream", "/timeline", "/raw", "/audit", "/logs", "/bundle")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Box(Room):
    """A core whose front asks, unless `role` says otherwise."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.role = Role.FRONT
        self.guard = Guard(self.clock, state_dir)
        (state_dir / "secrets").mkdir()
        (state_dir / "secrets" / pin.FILE).write_bytes(pin.hashed(PIN, CHEAP))
        self.history = History(self.store.history, self.store, self.clock)
        self.audit = AuditLog(state_dir / "audit.jsonl", self.clock)
        self.memory = LogMemory()
        self.histogram = Histogram()
        side = self._side()
        app = FastAPI()
        problems.install(app)
        app.include_router(ops_page_routes(replace(self.parts(), ops=side, audit=self.audit), side))
        self._app: ASGIApp = app

    def _side(self) -> OpsSide:
        async def bundle() -> bytes:
            return b"a bundle"

        return OpsSide(
            guard=self.guard,
            is_token=lambda given: given == TOKEN,
            state=self.ops,
            timeline=self._timeline,
            bundle=bundle,
            lines=self.memory.entries,
        )

    def ops(self) -> OpsState:
        now = self.clock.now()
        facts = health.Facts(release="1", configured=True, health=self.health, state=self.hub.state)
        return ops_state(
            OpsFacts(release="1", source="ews", started=MORNING, booted=MORNING, room=self.hub.state.room,
                     health=self.health, checks=health.checks(facts, now), freshness=self.histogram,
                     versions={"agent": "1"}),
            now,
        )  # fmt: skip

    async def _timeline(self, hours: int) -> OpsTimeline:
        now = self.clock.now()
        past = await self.history.past(now - timedelta(hours=hours), now)
        return timeline(past, now - timedelta(hours=hours), now, labels={}, language="en")

    async def asgi(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The API without the guard of the socket, whose answer is given."""
        scope.setdefault("state", {})["role"] = self.role
        await self._app(scope, receive, send)


class Visitor:
    """A browser on the screen or on the network, through the front."""

    def __init__(self, box: Box, peer: str = "192.0.2.20") -> None:
        self.box, self.peer, self.session = box, peer, ""

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {wire.PEER_HEADER: self.peer} if self.peer else {}
        if self.session:
            headers[wire.SESSION_HEADER] = self.session
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.box.asgi), base_url="http://core") as client:
            return await client.request(method, OPS + path, json=body, headers=headers)

    async def get(self, path: str = "") -> httpx.Response:
        return await self.ask("GET", path)

    async def enter(self, **body: Any) -> httpx.Response:
        answer = await self.ask("POST", "/session", body or {"token": TOKEN})
        self.session = answer.headers.get(wire.SESSION_HEADER, self.session)
        return answer


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Box]:
    box = Box(tmp_path)
    task = asyncio.create_task(box.hub.run())
    async with asyncio.timeout(5):
        while not box.hub.ready:  # noqa: ASYNC110  a thread
            await asyncio.sleep(0.001)
    yield box
    box.hub.end_streams()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    box.store.close()


@pytest.fixture
async def visitor(box: Box) -> Visitor:
    visitor = Visitor(box)
    assert (await visitor.enter()).status_code == 204
    return visitor


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", READS)
async def test_nothing_is_told_without_a_session(box: Box, path: str) -> None:
    answer = await Visitor(box).get(path)

    assert (answer.status_code, answer.json()["code"]) == (403, "ops.no_session")


@pytest.mark.parametrize("body", [{"token": TOKEN}, {"pin": PIN}])
async def test_the_token_and_the_pin_open_a_session(box: Box, body: dict[str, str]) -> None:
    visitor = Visitor(box)
    answer = await visitor.enter(**body)

    assert (answer.status_code, answer.headers["cache-control"]) == (204, "no-store")
    assert (await visitor.get()).status_code == 200
    (entry,) = box.audit.entries(10)
    assert (entry.act, entry.who, entry.facts) == ("ops.opened", "network", {"by": next(iter(body))})


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"token": "wrong"}, 403, "ops.token_wrong"),
        ({"token": ""}, 403, "ops.token_wrong"),
        ({"pin": "000000"}, 403, "setup.pin_wrong"),
        ({}, 422, "request.invalid"),
        ({"token": TOKEN, "pin": PIN}, 422, "request.invalid"),
        ({"token": "x" * 257}, 422, "request.invalid"),
        ({"pin": 739154}, 422, "request.invalid"),
        ([], 422, "request.invalid"),
    ],
)
async def test_whatever_else_is_offered_opens_none(box: Box, body: Any, status: int, code: str) -> None:
    answer = await Visitor(box).ask("POST", "/session", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert wire.SESSION_HEADER not in answer.headers


async def test_a_box_without_a_pin_says_so(box: Box, tmp_path: Path) -> None:
    (tmp_path / "secrets" / pin.FILE).unlink()

    assert (await Visitor(box).enter(pin=PIN)).json()["code"] == "setup.pin_unset"


async def test_wrong_tries_lock_whoever_guesses_and_not_who_stands_before_the_box(box: Box) -> None:
    stranger = Visitor(box)
    for wrong, right in (({"token": "wrong"}, {"token": TOKEN}), ({"pin": "000000"}, {"pin": PIN})):
        for _ in range(10):
            await stranger.enter(**wrong)
        locked = await stranger.enter(**right)

        assert (locked.status_code, locked.json()["code"], locked.headers["Retry-After"]) == (429, "setup.locked", "60")
        assert (await Visitor(box, wire.SCREEN).enter(**right)).status_code == 204
    assert box.guard.auth_failures.counts == {"setup": 0, "status": 0, "ops": 22}


async def test_who_has_the_token_may_not_guess_the_pin_without_end(box: Box) -> None:
    bearer = Visitor(box)
    for _ in range(10):
        await bearer.enter(pin="000000")
        await bearer.enter(token=TOKEN)

    assert (await bearer.enter(pin=PIN)).json()["code"] == "setup.locked"


async def test_a_front_that_does_not_say_who_asks_is_refused(box: Box) -> None:
    assert (await Visitor(box, "").get()).json()["code"] == "peer.refused"


async def test_root_and_the_agents_own_user_need_no_session_but_their_own_front_does(box: Box) -> None:
    box.role = Role.ADMIN

    assert (await Visitor(box, "").get()).status_code == 200
    assert (await Visitor(box, "127.0.0.1").get()).json()["code"] == "ops.no_session"


async def test_a_session_ends_when_its_owner_leaves(visitor: Visitor) -> None:
    left = await visitor.ask("POST", "/leave", {})

    assert (left.status_code, left.headers[wire.SESSION_HEADER]) == (204, "")
    assert (await visitor.get()).status_code == 403


async def test_a_session_ends_after_half_an_hour_without_use(box: Box, visitor: Visitor) -> None:
    for _ in range(3):
        box.clock.advance(29 * 60)
        assert (await visitor.get()).status_code == 200
    box.clock.advance(30 * 60)

    assert (await visitor.get()).json()["code"] == "ops.no_session"


async def test_several_people_look_at_once_and_one_too_many_ends_the_idlest(box: Box) -> None:
    visitors = [Visitor(box) for _ in range(MOST + 1)]
    for visitor in visitors:
        box.clock.advance(1)
        await visitor.enter()

    assert [(await each.get()).status_code for each in visitors] == [403, *[200] * MOST]


# --- what they are told ----------------------------------------------------------------------------------------------


async def test_the_state_names_the_checks_and_what_to_do_in_the_rooms_language(box: Box, visitor: Visitor) -> None:
    box.health = replace(box.health, code="calendar.timeout", since=MORNING)
    told = (await visitor.get()).json()

    assert (told["version"], told["room"], told["status"], told["release"]) == (1, "San Jose", "warn", "1")
    assert told["todo"][0]["code"] == "calendar.timeout"
    contact = next(each for each in told["checks"] if each["key"] == "calendar:contact")
    assert (contact["part"], contact["status"], contact["since"]) == ("calendar", "warn", "2026-11-23T17:00:00Z")
    assert contact["label"] == "Contact with the calendar server"


async def test_no_subject_person_or_link_is_told_but_in_the_raw_view(box: Box, visitor: Visitor) -> None:
    text = "".join([(await visitor.get(path)).text for path in ("", "/timeline", "/logs", "/audit")])

    for marked in ("talk", "Ann Lee", "zoom.us", "pass-17"):
        assert marked not in text


async def test_the_timeline_is_that_of_the_asked_hours(box: Box, visitor: Visitor) -> None:
    box.store.history.write(Past(joins=(JoinPress("id1", MORNING - timedelta(hours=30), "zoom", DONE),)), MORNING)

    day, week = (await visitor.get("/timeline")).json(), (await visitor.get("/timeline?hours=168")).json()
    assert (day["since"], day["joins"]) == ("2026-11-22T17:00:00Z", [])
    assert week["joins"] == [{"at": "2026-11-22T11:00:00Z", "provider": "zoom", "outcome": "done"}]


@pytest.mark.parametrize("hours", ["0", "169", "-1", "a", "1e3", ""])
async def test_hours_out_of_range_are_refused(visitor: Visitor, hours: str) -> None:
    assert (await visitor.get(f"/timeline?hours={hours}")).json()["code"] == "request.invalid"


async def test_the_raw_view_asks_the_calendar_server(box: Box, visitor: Visitor) -> None:
    assert (await visitor.get("/raw")).json()["requests"] == 2
    box.refused = SourceUnavailable("calendar.timeout", "no answer within 30 s")
    refused = await visitor.get("/raw")

    assert (refused.status_code, refused.json()["code"]) == (503, "calendar.timeout")


async def test_log_lines_are_told_from_a_level_on_and_after_the_last_one_seen(box: Box, visitor: Visitor) -> None:
    for number in range(1_200):
        level = "debug" if number % 2 else "warning"
        box.memory(None, level, {"event": "page.wrong", "level": level, "timestamp": "t", "shows": number})

    first = (await visitor.get("/logs")).json()["entries"]
    rest = (await visitor.get(f"/logs?after={first[-1]['n']}")).json()["entries"]
    assert (len(first), len(rest)) == (500, 100)
    assert first[0] == {"n": 1, "at": "t", "level": "warning", "event": "page.wrong", "fields": {"shows": "0"}}
    assert [each["level"] for each in (await visitor.get("/logs?level=debug&after=1198")).json()["entries"]] == [
        "warning", "debug"
    ]  # fmt: skip
    assert (await visitor.get("/logs?level=error")).json() == {"entries": []}
    assert (await visitor.get("/logs?level=loud")).json()["code"] == "request.invalid"


async def test_the_audit_log_is_told_with_its_verdict(visitor: Visitor) -> None:
    told = (await visitor.get("/audit")).json()

    assert (told["intact"], told["problem"], told["entries"][0]["act"]) == (True, None, "ops.opened")


async def test_the_bundle_is_a_file_to_keep(visitor: Visitor) -> None:
    answer = await visitor.get("/bundle")

    assert (answer.content, answer.headers["content-type"]) == (b"a bundle", "application/zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="room-agent-support.zip"'


# --- the stream ------------------------------------------------------------------------------------------------------


class Listener:
    """Reads the stream of a visitor as the ASGI server would send it."""

    def __init__(self) -> None:
        self.chunks: list[str] = []
        self.ended = asyncio.Event()
        self.status = 0

    @property
    def states(self) -> list[dict[str, Any]]:
        lines = "".join(self.chunks).splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.chunks.append(message.get("body", b"").decode())
            if not message.get("more_body"):
                self.ended.set()


@asynccontextmanager
async def listening(visitor: Visitor) -> AsyncIterator[Listener]:
    listener = Listener()
    headers = [(wire.PEER_HEADER.lower().encode(), visitor.peer.encode()),
               (wire.SESSION_HEADER.lower().encode(), visitor.session.encode())]  # fmt: skip
    scope = {"type": "http", "method": "GET", "path": f"{OPS}/stream", "raw_path": b"", "query_string": b"",
             "headers": headers, "http_version": "1.1", "scheme": "http", "server": ("core", 80),
             "client": None}  # fmt: skip

    async def receive() -> Any:
        await asyncio.Event().wait()

    task = asyncio.create_task(visitor.box.asgi(scope, receive, listener.send))
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  bounded
            await asyncio.sleep(0.001)


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ops_page, "LOOK_EVERY_S", 0.005)


@pytest.mark.usefixtures("_quick")
async def test_the_stream_tells_the_state_at_once_and_again_when_something_changed(box: Box, visitor: Visitor) -> None:
    async with listening(visitor) as listener:
        await until(lambda: len(listener.states) == 1)
        box.clock.advance(5)  # `now` and ages alone are no news
        await asyncio.sleep(0.05)
        assert len(listener.states) == 1
        box.health = replace(box.health, code="calendar.timeout", since=MORNING)
        await until(lambda: len(listener.states) == 2)

    assert [each["status"] for each in listener.states] == ["pass", "warn"]
    assert [datetime.fromisoformat(each["now"]).second for each in listener.states] == [0, 5]


@pytest.mark.usefixtures("_quick")
async def test_a_stream_ends_with_its_session_and_does_not_keep_it_alive(box: Box, visitor: Visitor) -> None:
    async with listening(visitor) as listener:
        await until(lambda: listener.states)
        box.clock.advance(30 * 60)
        await until(listener.ended.is_set)


async def test_streams_end_when_the_program_does(box: Box, visitor: Visitor) -> None:
    async with listening(visitor) as listener:
        await until(lambda: listener.states)
        box.hub.end_streams()
        await until(listener.ended.is_set)


async def test_more_streams_than_anybody_needs_are_refused(
    box: Box, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops_page, "MOST_STREAMS", 1)
    async with listening(visitor) as listener:
        await until(lambda: listener.states)
        assert (await visitor.get("/stream")).json()["code"] == "ops.too_many"
    async with listening(visitor) as again:
        await until(lambda: again.states)
