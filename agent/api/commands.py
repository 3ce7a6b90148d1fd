"""What the room is asked to do: each command with its body, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import JSONResponse, Response

from agent import wire
from agent.api.parts import Parts
from agent.api.problems import problem
from agent.api.room import NO_STORE, Body, Whole, ready_state
from agent.errors import CommandError, OrderFailed, RoomAgentError
from agent.meetings.limits import TYPED
from agent.model.control import JOINED
from agent.model.history import DONE, FAILED, PENDING
from agent.state.ways import DISPLAY, JOIN, REFRESH, SHOW_INPUT, input_to_show, meeting_of, typed_way, way_to_join

Work = Callable[[str], Coroutine[Any, Any, None]]
"""What carries out a command, told its id."""


class Empty(Body):
    pass


class JoinBody(Body):
    """A listed meeting and one of its alternatives, or what a person typed and one of its ways."""

    meeting_id: str = Field(default="", min_length=1, max_length=100)
    alternative: Whole | None = Field(default=None, ge=0, le=999)
    text: str = Field(default="", max_length=TYPED)
    way: Whole | None = Field(default=None, ge=0, le=999)

    @model_validator(mode="after")
    def is_one_of_both(self) -> Self:
        if self.model_fields_set - {"alternative"} != {"meeting_id"} and self.model_fields_set - {"way"} != {"text"}:
            msg = "expected either meeting_id, with alternative or not, or text, with way or not"
            raise ValueError(msg)
        return self


class ShowInputBody(Body):
    input: str = Field(min_length=1, max_length=100)


def command_routes(parts: Parts) -> APIRouter:
    """Routes over the command log."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/commands/join", status_code=202)
    async def join(body: JoinBody) -> dict[str, str]:
        state = ready_state(parts)
        if body.meeting_id:
            way = way_to_join(state, body.meeting_id, body.alternative)
            meeting = meeting_of(state, body.meeting_id)
            work = _join(parts, way, lambda: parts.order_for(meeting, body.alternative), meeting)
        else:
            way = typed_way(parts.typed(body.text), body.way)
            work = _join(parts, way, lambda: parts.order_for_typed(body.text, body.way))
        return {"id": parts.commands.accept(JOIN, _noted(parts, way.provider, work, body.meeting_id))}

    @router.post("/commands/refresh", status_code=202)
    async def refresh(_: Empty) -> dict[str, str]:
        return {"id": parts.commands.accept(REFRESH, _refresh(parts))}

    @router.post("/commands/show-input", status_code=202)
    async def show_input(body: ShowInputBody) -> dict[str, str]:
        shown = input_to_show(ready_state(parts), body.input)

        async def work(order_id: str) -> None:
            await parts.desk.show_input(wire.ShowInput(order_id=order_id, input=shown.name))

        return {"id": parts.commands.accept(SHOW_INPUT, work)}

    @router.post("/commands/{name}")
    async def unknown(name: str) -> Response:
        del name  # not echoed: it is a stranger's text
        return problem(
            404, "command.not_offered", "This agent has no such command; `commands` of the room's state names them."
        )

    @router.get("/commands/{command_id}")
    async def command(command_id: str) -> Response:
        return JSONResponse(wire.to_dict(await _state_of(parts, command_id)), headers=NO_STORE)

    return router


async def _state_of(parts: Parts, command_id: str) -> wire.CommandState:
    """Out of memory, else, after a restart, out of the outbox. Raises CommandError (404)."""
    try:
        return parts.commands.get(command_id)
    except CommandError:
        found = await parts.control.state_of(command_id) if parts.control is not None else None
        if found is None:
            raise
        return found


def _refresh(parts: Parts) -> Work:
    async def work(_: str) -> None:
        report = await parts.sync()
        if (
            report.error is not None
        ):  # not raised itself: the worker keeps it, and each raise would lengthen its traceback
            raise RoomAgentError(report.error.code, str(report.error))

    return work


def _join(parts: Parts, way: wire.Join, make: Callable[[], wire.Open], meeting: wire.Meeting | None = None) -> Work:
    """What carries out a join. Without a display it is done when it is accepted: the page opens the link itself. Raises
    CommandError where a display cannot do it either, before anything is accepted."""
    if way.launcher != DISPLAY:
        return _nothing_more
    try:
        order = make()
    except OrderFailed as error:
        return _failing(error)

    async def work(order_id: str) -> None:
        await parts.desk.open(replace(order, order_id=order_id), meeting)

    return work


def _noted(parts: Parts, provider: str, work: Work, meeting_id: str) -> Work:
    """The same work, of which the history hears, and room control when it was done."""

    async def noted(command_id: str) -> None:
        parts.joined(command_id, provider, PENDING)
        try:
            await work(command_id)
        except RoomAgentError:
            parts.joined(command_id, provider, FAILED)
            raise
        parts.joined(command_id, provider, DONE)
        parts.came(JOINED, meeting_id)

    return noted


async def _nothing_more(_: str) -> None:
    pass


def _failing(error: OrderFailed) -> Work:
    async def work(_: str) -> None:
        raise error

    return work
