"""Pairing, questions and answers."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from agent import wire
from agent.api.commands import Empty
from agent.api.room import NO_STORE, Body
from agent.api.setup.asking import Asking, answer, body_of, peer_of, session_of
from agent.errors import CommandError

MAX_ANSWERS = 128 * 1024
_OUTSIDE = ("version", "mode", "access", "owner", "retry_after_s", "language")


class PairBody(Body):
    code: str = Field(default="", max_length=100)
    pin: str = Field(default="", max_length=100)
    take_over: bool = False


class BackBody(Body):
    step: str = Field(max_length=40)


def step_routes(router: APIRouter, asking: Asking) -> APIRouter:
    """Who is at it, and where they are."""
    setup, owner = asking.setup, Depends(asking.owner)

    @router.get("")
    async def state(request: Request) -> Response:
        peer_of(request)
        found = asdict(setup.state(session_of(request), peer_of(request)))
        return answer(found if found["access"] == "yours" else {key: found[key] for key in _OUTSIDE})

    @router.get("/welcome")
    async def welcome(request: Request) -> Response:
        if peer_of(request) != wire.SCREEN:
            raise CommandError("setup.screen_only", "The code is shown on the room's own screen only.", 403)
        return answer(asdict(setup.welcome()))

    @router.post("/pair", status_code=204)
    async def pair(request: Request, body: PairBody) -> Response:
        mine = setup.owns(session_of(request))
        token = await setup.pair(peer_of(request), code=body.code, pin=body.pin, take_over=body.take_over or mine)
        return Response(status_code=204, headers={**NO_STORE, wire.SESSION_HEADER: token})

    @router.post("/leave", status_code=204, dependencies=[owner])
    async def leave(_: Empty) -> Response:
        setup.leave()
        return Response(status_code=204, headers={wire.SESSION_HEADER: ""})

    @router.post("/steps/{step}", dependencies=[owner])
    async def answer_step(step: str, request: Request) -> Response:
        await setup.submit(step, await body_of(request, MAX_ANSWERS))
        return asking.state(request)

    @router.post("/back", dependencies=[owner])
    async def back(request: Request, body: BackBody) -> Response:
        await setup.back(body.step)
        return asking.state(request)

    return router
