"""What a person typed to join a meeting that is not on the list. It may hold a passcode: never logged, never kept."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from agent import wire
from agent.api.parts import Parts
from agent.api.room import NO_STORE, Body, ready_state
from agent.meetings.limits import TYPED


class TypedBody(Body):
    text: str = Field(max_length=TYPED)


def typed_routes(parts: Parts) -> APIRouter:
    """`/api/v1/typed`: the ways to join it, none included; `join` with the same text and an index takes one."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/typed")
    async def typed(body: TypedBody) -> Response:
        ready_state(parts)
        return JSONResponse(wire.to_dict(parts.typed(body.text)), headers=NO_STORE)

    return router
