"""The core's API over a real unix socket."""

import asyncio
import json
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from agent import wire
from agent.api import peer
from agent.api.app import create_api
from agent.api.metrics import Snapshot, renderer
from agent.api.parts import Parts
from agent.api.peer import PeerGuard, Role, role_of
from agent.errors import RoomAgentError, SourceUnavailable
from agent.meetings.typed import typed_ways
from agent.model.control import TOUCH
from agent.model.expiry import Ending, Expiry
from agent.model.picture import Picture
from agent.model.sync import SourceHealth, StreamHealth, Window
from agent.state import health
from agent.state.commands import CommandLog
from agent.state.desk import Desk
from agent.state.freshness import Histogram
from agent.state.hub import Hub
from agent.state.page import PageWatch
from agent.state.project import Inputs, project
from agent.state.typed import typed_state
from agent.store.opening import open_store
from agent.sync.health import SyncCounters
from agent.sync.pull import PullReport
from agent.sync.raw import RawCalendar
from agent.system.serve import Server, listen_unix
from tests.builders import MORNING, at, joinable, occurrence, policy, stored
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio
TOKEN = "local-program-token"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Room:
    """A core with scripted entries behind its real API."""

    def __init__(self, state_dir: Path) -> None:
        self.clock = FakeClock(MORNING)
        self.entries = [stored(occurrence("m", at(9), at(10)), joinable()), stored(occurrence("talk", at(11)))]
        self.health = SourceHealth(as_of=MORNING, contact_since_start=True)
        self.status_health: Callable[[], SourceHealth] = lambda: self.health
        self.refused: RoomAgentError | None = None
        self.page = PageWatch()
        self.store = open_store(state_dir, "sjroom@contoso.example")
        self.desk = Desk({}, self.clock, lambda *_: wire.DisplayConfig())
        self.hub = Hub(self.store, self.clock, self._make, self.page.published)
        self.socket = state_dir / "core.sock"
        self.came: list[tuple[str, str]] = []

    def _make(self, now: Any) -> Any:
        return project(Inputs(policy=policy(), entries=self.entries, health=self.health), now)

    async def _sync(self) -> PullReport:
        return PullReport(ok=self.refused is None, started=self.clock.now(), error=self.refused)

    async def _raw(self) -> RawCalendar:
        if self.refused is not None:
            raise self.refused
        window = Window(at(0), at(24))
        return RawCalendar(window=window, items=(), unread=(), complete=True, requests=2, server_time=None)

    def _order(self, *_: Any) -> wire.Open:
        raise AssertionError("there is no display")

    def _typed(self, text: str) -> wire.Typed:
        return typed_state(typed_ways(text), policy())

    def _snapshot(self) -> Snapshot:
        return Snapshot(release="1", source="ews", state=self.hub.state, health=self.health, counters=SyncCounters(),
                        page=self.page.facts, page_repairs=self.page.repairs, page_errors=self.page.errors,
                        stream=StreamHealth(supported=True, live=True), freshness=Histogram(),
                        database_bytes=1, watchers=0, display=self.desk.facts, inputs=("hdmi",),
                        expiries=[Expiry(Ending.APP_CERTIFICATE, at(12))])  # fmt: skip

    def _status(self) -> dict[str, Any]:
        facts = health.Facts(release="1", configured=True, health=self.status_health(), state=self.hub.state,
                             page=self.page.facts, display=self.desk.facts)  # fmt: skip
        return health.document(facts, self.clock.now())

    def parts(self) -> Parts:
        return Parts(hub=self.hub, desk=self.desk, clock=self.clock, commands=CommandLog("en"), page=self.page,
                     sync=self._sync, raw=self._raw, typed=self._typed, order_for=self._order,
                     order_for_typed=self._order, status=self._status,
                     readiness=lambda: {"state": self.hub.ready}, metrics=renderer(self._snapshot), api_token=TOKEN,
                     language="en", images={"logo": Picture(b"a logo", "image/webp")},
                     came=lambda *said: self.came.append(said))  # fmt: skip

    def app(self) -> Any:
        return create_api(self.parts())


@asynccontextmanager
async def serving(room: Room) -> AsyncIterator[httpx.AsyncClient]:
    server = Server(room.app(), listen_unix(room.socket))
    tasks = [asyncio.create_task(server.run()), asyncio.create_task(room.hub.run())]
    transport = httpx.AsyncHTTPTransport(uds=str(room.socket))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://core") as client:
            while not (server.started and room.hub.ready):  # noqa: ASYNC110  # bounded by the test's own timeout
                await asyncio.sleep(0.005)
            yield client
    finally:
        room.hub.end_streams()
        room.desk.end()
        server.stop()
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        room.store.close()


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


async def until_finished(client: httpx.AsyncClient, command_id: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            state: dict[str, Any] = (await client.get(f"/api/v1/commands/{command_id}")).json()
            if state["state"] != "pending":
                return state


async def test_the_room_is_answered_and_never_cached(room: Room) -> None:
    async with serving(room) as client:
        answer = await client.get("/api/v1/room")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json()["current"] == "m"
    assert answer.json()["revision"] == 1


async def test_a_way_to_join_is_a_picture_for_a_phone_and_never_cached(room: Room) -> None:
    async with serving(room) as client:
        answer = await client.get("/api/v1/meetings/m/qr/link")
        missing = await client.get("/api/v1/meetings/nobody/qr/link")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg ")
    assert b"http" not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")
    assert (missing.status_code, missing.json()["code"]) == (404, "meeting.unknown")


async def test_an_image_of_the_look_has_the_type_that_was_found_in_it(room: Room) -> None:
    async with serving(room) as client:
        logo = await client.get("/api/v1/look/logo?v=123456789abc")
        missing = await client.get("/api/v1/look/background")
    assert (logo.status_code, logo.content, logo.headers["content-type"]) == (200, b"a logo", "image/webp")
    assert logo.headers["cache-control"] == "no-store"
    assert (missing.status_code, missing.json()["code"]) == (404, "look.none")


async def events(client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(5), client.stream("GET", "/api/v1/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line.removeprefix("data: ")))
                if len(found) == count:
                    return found
    return found


async def test_the_stream_sends_the_state_at_once_and_each_new_one(room: Room) -> None:
    async with serving(room) as client:
        reading = asyncio.create_task(events(client, 2))
        await events(client, 1)
        room.entries = []
        room.hub.wake()
        first, second = await reading
    assert (len(first["meetings"]), len(second["meetings"])) == (2, 0)
    assert second["revision"] == first["revision"] + 1


async def test_a_wake_without_a_change_publishes_nothing(room: Room) -> None:
    async with serving(room) as client:
        for _ in range(3):
            room.hub.wake()
            await client.get("/livez")
        assert (await client.get("/api/v1/room")).json()["revision"] == 1


async def test_the_revision_never_falls_over_a_restart(tmp_path: Path) -> None:
    for expected in (1, 1, 2):
        room = Room(tmp_path)
        if expected == 2:
            room.entries = []
        async with serving(room) as client:
            assert (await client.get("/api/v1/room")).json()["revision"] == expected


async def test_join_is_accepted_for_a_listed_meeting(room: Room) -> None:
    async with serving(room) as client:
        answer = await client.post("/api/v1/commands/join", json={"meeting_id": "m"})
        assert answer.status_code == 202
        state = await until_finished(client, answer.json()["id"])
    assert (state["name"], state["state"], state["problem"]) == ("join", "done", None)


@pytest.mark.parametrize(
    ("name", "payload", "status", "code"),
    [
        ("join", {"meeting_id": "nobody"}, 404, "meeting.unknown"),
        ("join", {"meeting_id": "talk"}, 409, "join.none"),
        ("join", {"meeting_id": "m", "alternative": 0}, 409, "join.changed"),
        ("join", {}, 422, "request.invalid"),
        ("join", {"meeting_id": 5}, 422, "request.invalid"),
        ("join", {"meeting_id": None}, 422, "request.invalid"),
        ("join", {"meeting_id": ""}, 422, "request.invalid"),
        ("join", {"meeting_id": "m", "text": "912 3456 7890"}, 422, "request.invalid"),
        ("join", {"meeting_id": "m", "way": 0}, 422, "request.invalid"),
        ("join", {"text": "912 3456 7890", "alternative": 0}, 422, "request.invalid"),
        ("join", {"text": "912 3456 7890", "way": -1}, 422, "request.invalid"),
        ("join", {"text": "x" * 2001}, 422, "request.invalid"),
        ("join", {"way": 0}, 422, "request.invalid"),
        ("join", {"text": ""}, 422, "join.not_recognised"),
        ("join", {"text": "see you there"}, 422, "join.not_recognised"),
        ("join", {"text": "912 3456 7890", "way": 1}, 409, "join.changed"),
        ("join", {"meeting_id": "m", "extra": 1}, 422, "request.invalid"),
        ("join", [], 422, "request.invalid"),
        ("refresh", {"now": True}, 422, "request.invalid"),
        ("show-input", {"input": "hdmi"}, 404, "input.unknown"),
        ("show-input", {"input": ""}, 422, "request.invalid"),
        ("show-input", {}, 422, "request.invalid"),
        ("explode", {}, 404, "command.not_offered"),
    ],
)
async def test_a_refused_command_says_why(room: Room, name: str, payload: Any, status: int, code: str) -> None:
    async with serving(room) as client:
        answer = await client.post(f"/api/v1/commands/{name}", json=payload)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].endswith(".")


async def test_a_refresh_that_fails_later_says_why_in_words(room: Room) -> None:
    room.refused = SourceUnavailable("calendar.unreachable", "mail.example: connection refused")
    async with serving(room) as client:
        answer = await client.post("/api/v1/commands/refresh", json={})
        state = await until_finished(client, answer.json()["id"])
    assert state["state"] == "failed"
    assert state["problem"]["code"] == "calendar.unreachable"


async def test_an_unknown_command_id_is_404(room: Room) -> None:
    async with serving(room) as client:
        answer = await client.get("/api/v1/commands/none")
    assert (answer.status_code, answer.json()["code"]) == (404, "command.unknown")


async def test_the_page_is_told_apart_from_one_that_shows_another_list(room: Room) -> None:
    async with serving(room) as client:
        state = room.hub.state
        report = {"page_id": "p", "revision": state.revision, "hash": wire.list_hash(state.meetings),
                  "rendered_at": state.now, "errors": []}  # fmt: skip
        assert (await client.post("/api/v1/page", json=report)).status_code == 204
        good = (await client.get("/api/v1/status")).json()["checks"]["page:rendered"][0]
        await client.post("/api/v1/page", json={**report, "hash": "0" * 64})
        bad = (await client.get("/api/v1/status")).json()["checks"]["page:rendered"][0]
    assert (good["status"], good["code"]) == ("pass", "page.ok")
    assert (bad["status"], bad["code"]) == ("warn", "page.mismatch")


async def test_a_touch_of_the_page_shows_that_somebody_is_there(room: Room) -> None:
    async with serving(room) as client:
        report = {"page_id": "p", "revision": 1, "hash": "0" * 64, "rendered_at": room.hub.state.now}
        for body in (report, {**report, "touched": False}):
            assert (await client.post("/api/v1/page", json=body)).status_code == 204
        assert room.came == []
        assert (await client.post("/api/v1/page", json={**report, "touched": True})).status_code == 204
        assert (await client.post("/api/v1/page", json={**report, "touched": 1})).status_code == 422
    assert room.came == [(TOUCH, "")]


async def told(client: httpx.AsyncClient, event: str, begun: asyncio.Event) -> list[str]:
    """The lines of the first event of this name; `begun` is set once the stream is open."""
    found: list[str] = []
    async with asyncio.timeout(5), client.stream("GET", "/api/v1/stream") as answer:
        async for line in answer.aiter_lines():
            if line:
                found.append(line)
            elif found[0] == f"event: {event}":
                return found
            else:
                found = []
                begun.set()
    return found


async def test_a_page_that_shows_another_list_is_repaired_at_most_once_a_minute(room: Room) -> None:
    async with serving(room) as client:
        begun = asyncio.Event()
        reading = asyncio.create_task(told(client, "repair", begun))
        await begun.wait()
        state = room.hub.state
        wrong = {"page_id": "p", "revision": state.revision, "hash": "0" * 64, "rendered_at": state.now,
                 "errors": ["TypeError: x", "TypeError: x", 'Error: "MARKED"']}  # fmt: skip
        with structlog.testing.capture_logs() as logged:
            for waited in (0, 30, 31):
                room.clock.advance(waited)
                await client.post("/api/v1/page", json=wrong)
            await client.post("/api/v1/page", json={**wrong, "hash": wire.list_hash(state.meetings), "errors": []})
        metrics = (await client.get("/metrics")).text
        assert await reading == ["event: repair", f'data: {{"revision":{state.revision},"page_id":"p"}}']
    assert "room_agent_page_repairs_total 2.0" in metrics
    assert "room_agent_page_errors_total 9.0" in metrics
    lines = [(line["event"], line.get("text")) for line in logged if line["event"].startswith("page.")]
    assert lines == [
        ("page.script_error", "TypeError: x"),
        ("page.script_error", "Error: [quoted]"),
        ("page.wrong", None),
        ("page.right", None),
    ]


async def test_status_is_health_json_and_503_when_nobody_can_say_whether_the_room_is_free(room: Room) -> None:
    async with serving(room) as client:
        well = await client.get("/api/v1/status")
        room.health = SourceHealth(code="calendar.unreachable", since=MORNING)
        room.hub.wake()
        async with asyncio.timeout(5):
            while (ill := await client.get("/api/v1/status")).status_code == 200:
                pass
    assert (well.status_code, well.headers["content-type"]) == (200, "application/health+json")
    assert well.json()["status"] == "pass"
    assert (ill.status_code, ill.json()["status"]) == (503, "fail")
    assert ill.json()["checks"]["calendar:contact"][0]["code"] == "calendar.unreachable"


async def test_metrics_answer_text_unless_openmetrics_is_asked_for(room: Room) -> None:
    async with serving(room) as client:
        text = await client.get("/metrics")
        openmetrics = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'room_agent_meetings_without_join{reason="not_online"} 1.0' in text.text
    assert 'room_agent_sync_attempts_total{result="auth"} 0.0' in text.text
    assert openmetrics.headers["content-type"].startswith("application/openmetrics-text")
    assert openmetrics.text.endswith("# EOF\n")


async def test_a_failure_nobody_foresaw_is_a_problem_without_its_words(room: Room) -> None:
    def broken() -> SourceHealth:
        raise ValueError("MARKED")

    room.status_health = broken
    async with serving(room) as client:
        answer = await client.get("/api/v1/status")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "core.failed"
    assert "MARKED" not in answer.text


async def test_a_local_programs_token_is_checked(room: Room) -> None:
    async with serving(room) as client:
        good = await client.post("/api/v1/token", json={"token": TOKEN})
        bad = await client.post("/api/v1/token", json={"token": "guess"})
    assert (good.status_code, bad.status_code, bad.json()["code"]) == (204, 403, "token.stale")


async def test_nothing_about_meetings_is_in_status_or_metrics(room: Room) -> None:
    room.entries = [stored(occurrence("MARKED-subject", at(9), organizer="MARKED-person"), joinable())]
    async with serving(room) as client:
        seen = (await client.get("/api/v1/status")).text + (await client.get("/metrics")).text
    assert "MARKED" not in seen
    assert "pass-17" not in seen
    assert "zoom.us" not in seen
    assert "contoso" not in seen


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_a_user_without_a_role_is_refused_whatever_the_file_mode_says(room: Room) -> None:
    script = (
        "import os, socket, sys; os.setuid(int(sys.argv[2]));"
        "client = socket.socket(socket.AF_UNIX); client.connect(sys.argv[1]);"
        "client.sendall(b'GET /api/v1/room HTTP/1.0\\r\\n\\r\\n'); sys.stdout.write(client.makefile().read())"
    )
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)  # noqa: PTH101
        room.socket = Path(directory) / "core.sock"
        async with serving(room):
            room.socket.chmod(0o666)
            answers = []
            for user in ("65534", "0"):
                command = (sys.executable, "-I", "-c", script, str(room.socket), user)
                process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
                answers.append((await process.communicate())[0])
    assert answers[0].startswith(b"HTTP/1.1 403 ")
    assert b"peer.refused" in answers[0]
    assert answers[1].startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/display/config", 200),
        ("/api/v1/room", 403),
        ("/api/v1/raw", 403),
        ("/api/v1/status", 403),
        ("/api/v1/displays", 403),
    ],
)
async def test_the_display_may_use_its_own_paths_alone(path: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("")(scope, receive, send)

    monkeypatch.setattr(peer, "role_of", lambda _: Role.DISPLAY)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(PeerGuard(app)), base_url="http://core") as client:
        answer = await client.get(path)

    assert answer.status_code == status


def test_only_our_own_user_root_and_the_service_users_have_a_role() -> None:
    assert role_of(0) is Role.ADMIN
    assert role_of(4_000_000) is None
    assert role_of(65534, {"nobody": "front"}) is Role.FRONT
    assert role_of(65534) is None


def test_the_socket_can_be_used_by_its_owner_only(tmp_path: Path) -> None:
    with listen_unix(tmp_path / "core.sock") as listener:
        assert listener.family == socket.AF_UNIX
        assert (tmp_path / "core.sock").stat().st_mode & 0o777 == 0o600
