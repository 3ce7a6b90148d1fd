"""For the display on this machine: its configuration, its orders, its report. The front passes none of it on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.responses import JSONResponse, Response, StreamingResponse

from agent import wire
from agent.api.parts import Parts
from agent.api.peer import Role
from agent.api.room import NO_STORE, Whole
from agent.errors import CommandError, RoomAgentError
from agent.state.orders import Order

log = structlog.get_logger()

MOST_BYTES = 256 * 1024
RESET_WITHIN_S = 180.0
"""Of the machine's uptime: the key's 20 s, holding it, reading the question, and a core that is still starting."""

Text = Annotated[str, StringConstraints(max_length=200)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}(\.[a-z_]{1,50}){1,3}$")]
Signal = Literal["absent", "no_cable", "no_signal", "unstable", "unsupported", "protected", "live"]


class Told(BaseModel):
    """Keys that are not known here are a newer display's."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class InputBody(Told):
    name: Name
    label: Text = ""
    kind: Name = "hdmi"
    state: Signal
    showing: bool = False


class OutputBody(Told):
    name: Name
    connected: bool
    enabled: bool
    mode: Text | None = None
    screen: Text | None = None
    primary: bool = False


class WindowBody(Told):
    role: Name
    pid: Whole
    geometry: Name


class OutcomeBody(Told):
    order_id: Name
    state: Literal["done", "failed"]
    code: Code | None = None


class ProblemBody(Told):
    code: Code
    part: Text = ""
    since: Text = ""


Problems = Annotated[list[ProblemBody], Field(max_length=64)]


class ReportBody(Told):
    version: Whole = 1
    screen: Literal["home", "meeting", "content", "setup"] | None = None
    shown: Text | None = None
    awake: bool | None = None
    meeting: Literal["none", "opening", "running"] | None = None
    inputs: Annotated[list[InputBody], Field(max_length=32)] | None = None
    outputs: Annotated[list[OutputBody], Field(max_length=32)] | None = None
    windows: Annotated[list[WindowBody], Field(max_length=128)] | None = None
    orders: Annotated[list[OutcomeBody], Field(max_length=64)] | None = None
    problems: Problems | None = None
    meeting_problems: Problems | None = None
    home_problems: Problems | None = None
    touched_s_ago: Annotated[Whole, Field(ge=0, le=86_400)] | None = None
    versions: Annotated[dict[Name, Text], Field(max_length=32)] | None = None

    def report(self) -> wire.DisplayReport:
        """The same as a value of the wire."""
        return wire.DisplayReport(
            version=self.version,
            screen=self.screen,
            shown=self.shown,
            awake=self.awake,
            meeting=self.meeting,
            inputs=None if self.inputs is None else [wire.Input(**vars(each)) for each in self.inputs],
            outputs=None if self.outputs is None else [wire.OutputReport(**vars(each)) for each in self.outputs],
            windows=None if self.windows is None else [wire.WindowReport(**vars(each)) for each in self.windows],
            orders=None if self.orders is None else [wire.Outcome(**vars(each)) for each in self.orders],
            problems=_problems(self.problems),
            meeting_problems=_problems(self.meeting_problems),
            home_problems=_problems(self.home_problems),
            touched_s_ago=self.touched_s_ago,
            versions=self.versions,
        )


def display_routes(parts: Parts) -> APIRouter:
    """Routes over the desk."""
    router = APIRouter(prefix="/api/v1/display", dependencies=[Depends(_display_only)])
    desk = parts.desk
    resets = set[asyncio.Task[None]]()

    @router.get("/config")
    async def config() -> Response:
        return JSONResponse(asdict(desk.config), headers=NO_STORE)

    @router.get("/orders")
    async def orders(name: Annotated[str, Query(alias="as", max_length=20)] = "") -> Response:
        return StreamingResponse(_events(desk.events(name)), media_type="text/event-stream", headers=NO_STORE)

    @router.post("/report", status_code=204)
    async def report(request: Request) -> Response:
        desk.take(_read(await _body(request)).report())
        return Response(status_code=204)

    @router.post("/reset", status_code=202)
    async def reset() -> Response:
        begin = await asyncio.to_thread(_may_reset, parts)  # it is written down, which waits for the disk
        task = asyncio.create_task(_begun(begin))  # by itself: it may end the server that waits for its requests
        resets.add(task)
        task.add_done_callback(resets.discard)
        return JSONResponse({}, 202)

    return router


def _may_reset(parts: Parts) -> Callable[[], Awaitable[None]]:
    """What begins a new set-up. Raises CommandError (403) when the machine was not switched on just now.

    The display shows strangers' pages and may one day be taken over by one. It then can ask for this at any time, but
    not switch the machine off and on: that takes somebody who stands before it. Every attempt is written down.
    """
    if parts.reset is None:
        raise CommandError("reset.not_offered", "This agent cannot be set up anew from the display.", 404)
    uptime = parts.uptime_s()
    late = uptime > RESET_WITHIN_S
    if parts.audit is not None:
        parts.audit.add("box.reset_refused" if late else "box.reset", "key", uptime_s=int(uptime))
    if late:
        raise CommandError(
            "reset.too_late", "A new set-up begins only shortly after power-on; switch the box off and on again.", 403
        )
    return parts.reset


async def _begun(begin: Callable[[], Awaitable[None]]) -> None:
    try:
        await begin()
    except RoomAgentError as error:
        log.error("reset.failed", code=error.code)  # noqa: TRY400


async def _display_only(request: Request) -> None:
    if request.scope["state"]["role"] is Role.FRONT:
        raise CommandError("peer.refused", "Only the display may use this path of the room agent's socket.", 403)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise CommandError("request.too_large", f"A report has at most {MOST_BYTES // 1024} KiB.", 413)
    return bytes(body)


def _read(body: bytes) -> ReportBody:
    try:
        return ReportBody.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in found]) from None


def _problems(told: list[ProblemBody] | None) -> list[wire.DisplayProblem] | None:
    return None if told is None else [wire.DisplayProblem(**vars(each)) for each in told]


async def _events(orders: AsyncIterator[Order | None]) -> AsyncIterator[str]:
    """Orders as server-sent events, a comment every 15 s of quiet."""
    async for order in orders:
        if order is None:
            yield ": keep-alive\n\n"
        else:
            data = json.dumps(asdict(order.data), ensure_ascii=False, separators=(",", ":"))
            yield f"event: {order.name}\ndata: {data}\n\n"
