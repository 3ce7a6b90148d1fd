"""The core's API as the front sees it, scripted: uvicorn on a unix socket, in a thread of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from agent.api.phone import MEDIA_TYPE, picture
from agent.errors import CommandError
from agent.meetings.typed import typed_ways
from agent.state.hub import Repair
from agent.state.phone import told_to_phone
from agent.state.policy import RoomPolicy
from agent.state.typed import typed_state
from agent.wire import PageReport, RoomState, to_dict
from agent.wire.front import STATUS

PATIENCE_S = 10.0
API_TOKEN = "a-local-program"
STATUS_TOKEN = "s3cret"
HEALTHY = b'{"status": "pass", "releaseId": "1", "description": "room agent", "checks": {}}'


@dataclass(frozen=True)
class Answer:
    """What to say instead of the usual answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def problem(cls, status: int, code: str, title: str = "Refused", detail: str = "Not now.") -> Answer:
        body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
        return cls(status, json.dumps(body).encode(), {"content-type": "application/problem+json"})

    def response(self) -> Response:
        return Response(self.body, self.status, self.headers)


UNREADABLE = Answer.problem(422, "command.payload")


@dataclass(frozen=True)
class Sent:
    """A command as it arrived."""

    name: str
    payload: dict[str, Any]


class FakeCore:
    """Shows `state`, remembers what was sent. Tests wait with `wait_for`, never by the clock."""

    def __init__(self, state: RoomState) -> None:
        self._changed = threading.Condition()
        self._loops: dict[asyncio.Queue[RoomState | Repair | None], asyncio.AbstractEventLoop] = {}
        self.state = state
        self.commands: list[Sent] = []
        self.reports: list[PageReport] = []
        self.last_event_ids: list[str | None] = []
        self.accepts: list[str] = []
        self.command_states: dict[str, dict[str, Any]] = {}
        self.instead: dict[str, Answer] = {}  # by path
        self.acting: Callable[[Sent, str], Answer | None] | None = None  # does what is asked, in `tests.fakes.control`
        self.images: dict[str, tuple[bytes, str]] = {}  # content and media type by name
        self.app: ASGIApp = Starlette(routes=self._routes())

    @property
    def streams(self) -> int:
        """How many clients are listening."""
        return len(self._loops)

    def forget(self, state: RoomState) -> None:
        """Be as new, in this state."""
        with self._changed:
            self.state = state
            for memory in (self.commands, self.reports, self.last_event_ids, self.accepts):
                memory.clear()
            self.command_states.clear()
            self.instead.clear()
            self.images.clear()
            self.acting = None

    def show(self, state: RoomState) -> None:
        """Become this state, one revision on, and tell every listener."""
        with self._changed:
            self.state = replace(state, revision=self.state.revision + 1)
            self._tell(self.state)

    def repair(self, page_id: str = "") -> None:
        """Tell every listener that this page's screen is wrong; an empty id means all."""
        with self._changed:
            self._tell(Repair(self.state.revision, page_id))

    def hang_up(self) -> None:
        """End every stream."""
        with self._changed:
            self._tell(None)

    def _tell(self, what: RoomState | Repair | None) -> None:
        for queue, loop in self._loops.items():
            loop.call_soon_threadsafe(queue.put_nowait, what)

    def wait_for(self, reached: Callable[[], bool]) -> None:
        """Return as soon as this is true, looked at after each request; fail after `PATIENCE_S`."""
        with self._changed:
            assert self._changed.wait_for(reached, PATIENCE_S), "the fake core waited in vain"

    def _routes(self) -> list[Route]:
        return [
            Route("/api/v1/room", self._room),
            Route("/api/v1/stream", self._stream),
            Route("/api/v1/commands/{name}", self._command, methods=["POST"]),
            Route("/api/v1/commands/{id}", self._command_state),
            Route("/api/v1/meetings/{id}/qr/{way}", self._qr_code),
            Route("/api/v1/typed", self._typed, methods=["POST"]),
            Route("/api/v1/look/{image}", self._image),
            Route("/api/v1/page", self._page, methods=["POST"]),
            Route("/api/v1/token", self._token, methods=["POST"]),
            Route("/api/v1/status", self._plain(HEALTHY, "application/health+json")),
            Route("/readyz", self._plain(b'[{"part": "store", "ready": true}]', "application/json")),
            Route("/metrics", self._metrics),
        ]

    async def _qr_code(self, request: Request) -> Response:
        try:
            text = told_to_phone(self.state, request.path_params["id"], request.path_params["way"])
        except CommandError as error:
            return Answer.problem(error.status, error.code).response()
        return self._scripted(request) or Response(picture(text), media_type=MEDIA_TYPE)

    async def _image(self, request: Request) -> Response:
        content, media_type = self.images.get(request.path_params["image"], (b"", ""))
        usual = Response(content, headers={"Content-Type": media_type})
        return self._scripted(request) or (usual if content else Answer.problem(404, "look.none").response())

    def _plain(self, body: bytes, media_type: str) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            return self._scripted(request) or Response(body, media_type=media_type)

        return answer

    def _scripted(self, request: Request) -> Response | None:
        answer = self.instead.get(request.url.path)
        return answer.response() if answer else None

    async def _room(self, request: Request) -> Response:
        return self._scripted(request) or JSONResponse(to_dict(self.state))

    async def _stream(self, request: Request) -> Response:
        with self._changed:
            self.last_event_ids.append(request.headers.get("last-event-id"))
            self._changed.notify_all()
        return self._scripted(request) or StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[RoomState | Repair | None] = asyncio.Queue()
        with self._changed:
            self._loops[queue] = asyncio.get_running_loop()
            queue.put_nowait(self.state)
            self._changed.notify_all()
        try:
            while (told := await queue.get()) is not None:
                if isinstance(told, Repair):
                    yield f"event: repair\ndata: {json.dumps(asdict(told))}\n\n"
                else:
                    yield f"event: room\nid: {told.revision}\ndata: {json.dumps(to_dict(told))}\n\n"
        finally:
            with self._changed:
                del self._loops[queue]
                self._changed.notify_all()

    async def _command(self, request: Request) -> Response:
        try:
            payload = await request.json()
        except ValueError:
            return UNREADABLE.response()
        with self._changed:
            self.commands.append(Sent(request.path_params["name"], payload))
            self._changed.notify_all()
        scripted = self._scripted(request)
        if scripted is not None:
            return scripted
        sent, command_id = self.commands[-1], f"c-{len(self.commands)}"
        refusal = self.acting(sent, command_id) if self.acting else None
        return refusal.response() if refusal else JSONResponse({"id": command_id}, 202)

    async def _command_state(self, request: Request) -> Response:
        known = {"id": request.path_params["id"], "name": "join", "state": "done", "problem": None}
        return JSONResponse(self.command_states.get(request.path_params["id"], known))

    async def _typed(self, request: Request) -> Response:
        """The real answer, by the table of services and a policy without rules."""
        try:
            text = str((await request.json())["text"])
        except (ValueError, TypeError, KeyError):
            return UNREADABLE.response()
        room = self.state.room
        policy = RoomPolicy(name=room.name, mailbox=room.mailbox, timezone=room.timezone)
        return self._scripted(request) or JSONResponse(to_dict(typed_state(typed_ways(text), policy)))

    async def _page(self, request: Request) -> Response:
        try:
            report = PageReport(**await request.json())
        except (ValueError, TypeError):
            return UNREADABLE.response()
        with self._changed:
            self.reports.append(report)
            self._changed.notify_all()
        return self._scripted(request) or Response(status_code=204)

    async def _token(self, request: Request) -> Response:
        asked = await request.json()
        right = STATUS_TOKEN if asked.get("surface") == STATUS else API_TOKEN
        return self._scripted(request) or Response(status_code=204 if asked["token"] == right else 403)

    async def _metrics(self, request: Request) -> Response:
        self.accepts.append(request.headers["accept"])
        return PlainTextResponse("room_agent_up 1\n")


@contextmanager
def serving(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    """Uvicorn on a bound socket until the block ends; streams still open are cut."""
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1, proxy_headers=False)
    server = uvicorn.Server(config)
    started = threading.Event()
    original = server.startup

    async def startup(sockets: list[socket.socket] | None = None) -> None:
        await original(sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]  # uvicorn has no other sign of being ready
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="serving", daemon=True)
    thread.start()
    assert started.wait(PATIENCE_S), "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)
        listener.close()


@contextmanager
def served_core(core: FakeCore, path: Path) -> Iterator[None]:
    """The fake core on this socket file."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    with serving(core.app, listener):
        yield


@contextmanager
def served_front(app: ASGIApp, port: int = 0) -> Iterator[str]:
    """An application on loopback; its base URL."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # without delay, as `listen_tcp`
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    with serving(app, listener):
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
