"""The room: its state, the stream of states, and the page's acknowledgement."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from starlette.responses import JSONResponse, Response, StreamingResponse

from agent import wire
from agent.api.parts import Parts
from agent.api.problems import problem
from agent.errors import CommandError
from agent.model.control import TOUCH
from agent.state.commands import problem_of
from agent.state.hub import Repair
from agent.state.page import Reaction
from agent.sync.pull import PullReport

NO_STORE = {"Cache-Control": "no-store"}

log = structlog.get_logger()


def _whole(value: object) -> object:
    """47.0 is an integer in JSON's eyes."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class PageBody(Body):
    page_id: str = Field(min_length=1, max_length=100)
    revision: Whole = Field(ge=0, le=2**53 - 1)  # what a page's script can hold
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    rendered_at: str = Field(max_length=40)
    errors: list[str] = Field(default_factory=list, max_length=50)
    touched: bool = False

    @field_validator("rendered_at")
    @classmethod
    def is_instant(cls, value: str) -> str:
        """RFC 3339: a date, a time, an offset."""
        if len(value) < len("2026-11-22T17:00Z") or datetime.fromisoformat(value).tzinfo is None:
            msg = "expected an instant such as 2026-11-22T17:00:00Z"
            raise ValueError(msg)
        return value


def room_routes(parts: Parts) -> APIRouter:
    """Routes over the hub and the page watch."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/room")
    async def room() -> Response:
        if not parts.hub.ready:
            return problem(503, "room.starting", "The room agent is starting; ask again.", {"Retry-After": "1"})
        return JSONResponse(wire.to_dict(parts.hub.state), headers=NO_STORE)

    @router.get("/stream")
    async def stream() -> Response:
        headers = {**NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(parts), media_type="text/event-stream", headers=headers)

    @router.post("/page", status_code=204)
    async def page(body: PageBody) -> Response:
        reaction = parts.page.report(wire.PageReport(**body.model_dump()), parts.clock.now())
        parts.desk.page_reported(reaction)
        if body.touched:
            parts.came(TOUCH, "")
        if reaction.repair:
            parts.hub.repair(body.page_id)
        _log(reaction)
        return Response(status_code=204)

    return router


def _log(reaction: Reaction) -> None:
    facts = reaction.facts
    for text in reaction.new_errors:
        log.warning("page.script_error", text=text)
    if reaction.turned and facts.wrong:
        log.warning("page.wrong", shows=facts.revision, matches=facts.matches, lags=facts.lags)
    elif reaction.turned:
        log.info("page.right", shows=facts.revision)


def ready_state(parts: Parts) -> wire.RoomState:
    """The present state. Raises CommandError (503) before there is one."""
    if not parts.hub.ready:
        raise CommandError("room.starting", "The room agent is starting; ask again.", 503)
    return parts.hub.state


def sync_answer(report: PullReport, language: str) -> dict[str, Any]:
    """What `room-agent sync --once --json` prints."""
    error = report.error
    return {
        "ok": report.ok,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "requests": report.requests,
        "duration_s": round(report.duration_s, 3),
        "problem": asdict(problem_of(error.code, language)) if error else None,
    }


async def _events(parts: Parts) -> AsyncIterator[str]:
    """RoomStates as server-sent events: the first at once, a comment every 15 s of quiet. A repair has no id: it is
    nothing that a reader could have missed."""
    async for state in parts.hub.states():
        if state is None:
            yield ": keep-alive\n\n"
        elif isinstance(state, Repair):
            yield f"event: repair\ndata: {json.dumps(asdict(state), separators=(',', ':'))}\n\n"
        else:
            data = json.dumps(wire.to_dict(state), ensure_ascii=False, separators=(",", ":"))
            yield f"event: room\nid: {state.revision}\ndata: {data}\n\n"
