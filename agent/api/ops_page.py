"""The paths of the page for operations, as `agent.wire.ops` documents them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from functools import partial
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field, model_validator
from starlette.responses import Response, StreamingResponse

from agent import wire
from agent.api.audit import audit_answer
from agent.api.commands import Empty
from agent.api.parts import OpsSide, Parts
from agent.api.room import NO_STORE, Body, ready_state
from agent.api.setup.asking import LOCAL, answer, peer_of, route_class, session_of
from agent.errors import CommandError
from agent.model.auth_failures import OPS
from agent.state.ops import news
from agent.state.ops_sessions import OpsSessions
from agent.wire import SCREEN
from agent.wire.ops import OpsLogEntry

PREFIX = "/api/v1/ops"
LEVELS = ("debug", "info", "warning", "error", "critical")
MOST_LINES = 500
LOOK_EVERY_S = 1.0
KEEP_ALIVE_S = 15.0
MOST_STREAMS = 16
HOURS = 168
ZIP = "application/zip"

Level = Literal["debug", "info", "warning", "error"]


class SessionBody(Body):
    """Either of the two."""

    token: str = Field(default="", max_length=256)
    pin: str = Field(default="", max_length=100)

    @model_validator(mode="after")
    def is_one_of_both(self) -> Self:
        if len(self.model_fields_set) != 1:
            msg = "expected either token or pin"
            raise ValueError(msg)
        return self


class OpsGate:
    """Who may look: whoever opened a session, and root and the agent's own user on the socket without one."""

    def __init__(self, parts: Parts, side: OpsSide) -> None:
        self._parts = parts
        self._side = side
        self._sessions = OpsSessions(parts.clock)

    async def open(self, request: Request, body: SessionBody) -> str:
        """A session for the bearer of the PIN or a token. Raises CommandError; wrong ones count as at the set-up."""
        place = peer_of(request)
        if body.pin:
            await self._side.guard.pin(body.pin, place, OPS)
        else:
            await self._side.guard.token(partial(self._side.is_token, body.token), place)
        if self._parts.audit is not None:
            who = SCREEN if place == SCREEN else "network"
            note = partial(self._parts.audit.add, "ops.opened", who, by="pin" if body.pin else "token")
            await asyncio.to_thread(note)
        return self._sessions.open()

    def close(self, request: Request) -> None:
        """The session ends."""
        self._sessions.close(session_of(request))

    def admitted(self, request: Request) -> None:
        """A dependency: refuses everybody else."""
        if not self.holds(request):
            raise CommandError("ops.no_session", "This needs the bearer token or the PIN first.", 403)

    def holds(self, request: Request, *, acts: bool = True) -> bool:
        """Whether the request is of somebody who may look, still."""
        return peer_of(request) == LOCAL or self._sessions.holds(session_of(request), acts=acts)


def ops_page_routes(parts: Parts, side: OpsSide) -> APIRouter:
    """Routes over what a core tells of itself. Subjects are in `/raw` alone."""
    router = APIRouter(prefix=PREFIX, route_class=route_class(lambda: parts.language))
    gate = OpsGate(parts, side)
    admitted = [Depends(gate.admitted)]

    @router.post("/session", status_code=204)
    async def session(request: Request, body: SessionBody) -> Response:
        token = await gate.open(request, body)
        return Response(status_code=204, headers={**NO_STORE, wire.SESSION_HEADER: token})

    @router.post("/leave", status_code=204, dependencies=admitted)
    async def leave(request: Request, _: Empty) -> Response:
        gate.close(request)
        return Response(status_code=204, headers={wire.SESSION_HEADER: ""})

    @router.get("", dependencies=admitted)
    async def state() -> Response:
        ready_state(parts)
        return answer(asdict(side.state()))

    @router.get("/timeline", dependencies=admitted)
    async def timeline(hours: Annotated[int, Query(ge=1, le=HOURS)] = 24) -> Response:
        return answer(asdict(await side.timeline(hours)))

    @router.get("/raw", dependencies=admitted)
    async def raw() -> Response:
        return answer((await parts.raw()).to_dict())

    @router.get("/audit", dependencies=admitted)
    async def audit() -> Response:
        if parts.audit is None:
            raise CommandError("audit.none", "This program keeps no audit log.", 404)
        return answer(await asyncio.to_thread(audit_answer, parts.audit))

    @router.get("/logs", dependencies=admitted)
    async def logs(level: Level = "info", after: Annotated[int, Query(ge=0)] = 0) -> Response:
        wanted = LEVELS[LEVELS.index(level) :]
        found = [each for each in side.lines(after) if each.level in wanted][:MOST_LINES]
        entries = [OpsLogEntry(n=e.n, at=e.at, level=e.level, event=e.event, fields=e.fields) for e in found]
        return answer({"entries": [asdict(each) for each in entries]})

    @router.get("/bundle", dependencies=admitted)
    async def bundle() -> Response:
        ready_state(parts)
        headers = {**NO_STORE, "Content-Disposition": 'attachment; filename="room-agent-support.zip"'}
        return Response(await side.bundle(), media_type=ZIP, headers=headers)

    _add_stream(router, parts, side, gate)
    return router


def _add_stream(router: APIRouter, parts: Parts, side: OpsSide, gate: OpsGate) -> None:
    open_now = 0

    @router.get("/stream", dependencies=[Depends(gate.admitted)])
    async def stream(request: Request) -> Response:
        ready_state(parts)
        if open_now >= MOST_STREAMS:
            raise CommandError("ops.too_many", "Too many pages are open; close some of them.", 503)
        headers = {**NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingResponse(events(request), media_type="text/event-stream", headers=headers)

    async def events(request: Request) -> AsyncIterator[str]:
        """States as server-sent events, while the session lasts and the program runs."""
        nonlocal open_now
        open_now += 1
        told, last = None, parts.clock.monotonic()
        try:
            while gate.holds(request, acts=False):
                state, now = side.state(), parts.clock.monotonic()
                if told is None or news(state) != told:
                    told, last = news(state), now
                    data = json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":"))
                    yield f"event: ops\ndata: {data}\n\n"
                elif now - last >= KEEP_ALIVE_S:
                    last = now
                    yield ": keep-alive\n\n"
                if await parts.hub.ended_within(LOOK_EVERY_S):
                    return
        finally:
            open_now -= 1
