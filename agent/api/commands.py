"""What the room is asked to do: each command with its body, and what became of it."""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter
from pydantic import Field, model_validator
from starlette.responses import JSONResponse, Response

from agent import wire
from agent.api.parts import Parts
from agent.api.problems import problem
from agent.api.room import NO_STORE, Body, Whole, ready_state
from agent.errors import RoomAgentError
from agent.meetings.limits import TYPED
from agent.state.ways import JOIN, REFRESH, SHOW_INPUT, input_to_show, typed_way, way_to_join


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
            way_to_join(state, body.meeting_id, body.alternative)
        else:
            typed_way(parts.typed(body.text), body.way)
        return {"id": parts.commands.accept(JOIN, _nothing_more())}

    @router.post("/commands/refresh", status_code=202)
    async def refresh(_: Empty) -> dict[str, str]:
        return {"id": parts.commands.accept(REFRESH, _refresh(parts))}

    @router.post("/commands/show-input", status_code=202)
    async def show_input(body: ShowInputBody) -> dict[str, str]:
        shown = input_to_show(ready_state(parts), body.input)
        return {"id": parts.commands.accept(SHOW_INPUT, _shown(parts, shown.name))}

    @router.post("/commands/{name}")
    async def unknown(name: str) -> Response:
        del name  # not echoed: it is a stranger's text
        return problem(404, "command.not_offered", "This agent offers the commands join, refresh and show-input.")

    @router.get("/commands/{command_id}")
    async def command(command_id: str) -> Response:
        return JSONResponse(wire.to_dict(parts.commands.get(command_id)), headers=NO_STORE)

    return router


async def _refresh(parts: Parts) -> None:
    report = await parts.sync()
    if report.error is not None:  # not raised itself: the worker keeps it, and each raise would lengthen its traceback
        raise RoomAgentError(report.error.code, str(report.error))


async def _shown(parts: Parts, name: str) -> None:
    await parts.show_input(name)


async def _nothing_more() -> None:
    """A join without a display process is done when it is accepted: the page opens the link itself."""
