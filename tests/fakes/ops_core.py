"""The core of a box as the page for operations sees it: `agent.wire.ops`, scripted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.wire import PEER_HEADER, SESSION_HEADER, RoomState
from agent.wire.ops import OpsLogEntry, OpsState, OpsTimeline
from tests.fakes.core import FakeCore
from tests.fakes.setup_core import problem

ROOT = "/api/v1/ops"
PIN = "271828"
TOKEN = "a-status-token"
BUNDLE = b"PK\x05\x06" + bytes(18)
RAW: dict[str, Any] = {
    "window": {"start": "2026-11-22T08:00:00Z", "end": "2026-11-30T08:00:00Z"},
    "complete": True,
    "requests": 3,
    "server_time": "2026-11-22T17:00:00Z",
    "items": [],
    "unread": [],
}
AUDIT: dict[str, Any] = {"intact": True, "problem": None, "entries": []}


@dataclass
class Operations:
    """What the core knows. `sessions`: those that are open."""

    state: OpsState
    timeline: OpsTimeline
    raw: dict[str, Any] = field(default_factory=lambda: dict(RAW))
    audit: dict[str, Any] = field(default_factory=lambda: dict(AUDIT))
    logs: list[OpsLogEntry] = field(default_factory=list)
    sessions: set[str] = field(default_factory=set)
    locked_s: int | None = None
    given: int = 0
    hours: list[str] = field(default_factory=list)
    peers: list[str] = field(default_factory=list)


class OpsCore(FakeCore):
    """A `FakeCore` with the paths of operations. Tests look at and change `ops`."""

    def __init__(self, room: RoomState, ops: Operations) -> None:
        self.ops = ops
        self._listeners: dict[asyncio.Queue[OpsState | None], asyncio.AbstractEventLoop] = {}
        super().__init__(room)

    @property
    def listeners(self) -> int:
        """How many pages are listening."""
        return len(self._listeners)

    def begin(self, ops: Operations) -> None:
        """Be as new, and whoever listens is cut off."""
        with self._changed:
            self.ops = ops
            self.instead.clear()
        self.cut()

    def tell(self, **changes: Any) -> None:
        """Become another state and tell every page."""
        with self._changed:
            self.ops.state = replace(self.ops.state, **changes)
            self._send(self.ops.state)

    def cut(self) -> None:
        """End every stream of operations."""
        with self._changed:
            self._send(None)

    def _send(self, state: OpsState | None) -> None:
        for queue, loop in self._listeners.items():
            loop.call_soon_threadsafe(queue.put_nowait, state)

    def _routes(self) -> list[Route]:
        reads = {
            "": self._state,
            "/stream": self._ops_stream,
            "/timeline": self._timeline,
            "/raw": self._raw,
            "/audit": self._audit,
            "/logs": self._logs,
            "/bundle": self._bundle,
        }
        return [
            Route(f"{ROOT}/session", self._enter, methods=["POST"]),
            Route(f"{ROOT}/leave", self._for_session(self._leave), methods=["POST"]),
            *(Route(ROOT + path, self._for_session(action)) for path, action in reads.items()),
            *super()._routes(),
        ]

    def _for_session(self, action: Any) -> Any:
        async def checked(request: Request) -> Response:
            if request.headers.get(SESSION_HEADER) not in self.ops.sessions:
                return problem(403, "ops.no_session", "You are not signed in.")
            scripted = self._scripted(request)
            answer: Response = scripted if scripted is not None else await action(request)
            return answer

        return checked

    async def _enter(self, request: Request) -> Response:
        ops = self.ops
        ops.peers.append(request.headers.get(PEER_HEADER, ""))
        try:
            payload = await request.json()
        except ValueError:
            payload = None
        if not isinstance(payload, dict):
            return problem(422, "ops.payload", "Send an object with token or pin.")
        if ops.locked_s:
            return problem(429, "setup.locked", "Too many wrong tries. Wait.", retry_after_s=ops.locked_s)
        scripted = self._scripted(request)
        if scripted is not None:
            return scripted
        if payload not in ({"pin": PIN}, {"token": TOKEN}):
            kind = "setup.pin_wrong" if "pin" in payload else "ops.token_wrong"
            return problem(403, kind, f"The {'PIN' if 'pin' in payload else 'token'} is wrong. Try again.")
        ops.given += 1
        session = f"ops-{ops.given}"
        ops.sessions.add(session)
        return Response(status_code=204, headers={SESSION_HEADER: session})

    async def _leave(self, request: Request) -> Response:
        self.ops.sessions.discard(request.headers[SESSION_HEADER])
        return Response(status_code=204, headers={SESSION_HEADER: ""})

    async def _state(self, _: Request) -> Response:
        return JSONResponse(asdict(self.ops.state))

    async def _ops_stream(self, _: Request) -> Response:
        return StreamingResponse(self._ops_events(), media_type="text/event-stream")

    async def _ops_events(self) -> AsyncIterator[str]:
        queue: asyncio.Queue[OpsState | None] = asyncio.Queue()
        with self._changed:
            self._listeners[queue] = asyncio.get_running_loop()
            queue.put_nowait(self.ops.state)
            self._changed.notify_all()
        try:
            while (state := await queue.get()) is not None:
                yield f"event: ops\ndata: {json.dumps(asdict(state))}\n\n"
        finally:
            with self._changed:
                del self._listeners[queue]
                self._changed.notify_all()

    async def _timeline(self, request: Request) -> Response:
        with self._changed:
            self.ops.hours.append(request.query_params.get("hours", ""))
            self._changed.notify_all()
        return JSONResponse(asdict(self.ops.timeline))

    async def _raw(self, _: Request) -> Response:
        return JSONResponse(self.ops.raw)

    async def _audit(self, _: Request) -> Response:
        return JSONResponse(self.ops.audit)

    async def _logs(self, request: Request) -> Response:
        levels = ("debug", "info", "warning", "error")
        least = levels.index(request.query_params.get("level", "info"))
        after = int(request.query_params.get("after", "0"))
        fitting = [each for each in self.ops.logs if each.n > after and levels.index(each.level) >= least]
        return JSONResponse({"entries": [asdict(each) for each in fitting[:500]]})

    async def _bundle(self, _: Request) -> Response:
        return Response(BUNDLE, media_type="application/zip")
