"""What fronts are told and ask, as `agent.wire.front` documents it."""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import asdict
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse, Response

from agent.api.parts import FrontSide, Parts
from agent.api.problems import problem
from agent.api.room import NO_STORE
from agent.errors import ConfigError
from agent.state.bearers import Bearers
from agent.wire.front import STATUS

log = structlog.get_logger()


class TokenBody(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    token: str = Field(max_length=256)
    surface: Literal["command", "status"] = "command"
    peer: str = Field(default="", max_length=64)


def front_routes(parts: Parts) -> APIRouter:
    """Settings and certificate of a front, and whether a token is right."""
    router = APIRouter(prefix="/api/v1")
    bearers = Bearers()

    if parts.front is not None:
        add_facts(router, parts.front)

    @router.post("/token", status_code=204)
    async def token(body: TokenBody) -> Response:
        if body.surface == STATUS:
            return of_network(body.token, body.peer)
        if hmac.compare_digest(body.token.encode(), parts.api_token.encode()):
            return Response(status_code=204)
        return problem(403, "token.stale", "The token is not this agent's; read it from STATE/api-token again.")

    def of_network(given: str, peer: str) -> Response:
        now = parts.clock.monotonic()
        wait = bearers.wait_s(peer, now)
        try:
            token = parts.front.status_token() if parts.front else ""
        except ConfigError as error:
            log.error("token.unreadable", code=error.code, reason=str(error))  # noqa: TRY400
            return problem(503, "token.unreadable", "The file with this box's bearer token cannot be read.")
        if not wait and same(given, token):
            bearers.right(peer)
            return Response(status_code=204)
        parts.auth_failures.count(STATUS)
        if wait:
            return problem(429, "token.locked", "Too many wrong tokens; wait.", {"Retry-After": str(wait)})
        bearers.wrong(peer, now)
        if wait := bearers.wait_s(peer, now):
            log.warning("token.locked", peer=peer, seconds=wait)
        return problem(403, "token.wrong", "This is not the bearer token of this box.")

    return router


def add_facts(router: APIRouter, side: FrontSide) -> None:
    """What a front is told."""

    @router.get("/front")
    async def front(wizard_port: Annotated[int | None, Query(ge=1, le=65535)] = None) -> Response:
        facts = await asyncio.to_thread(side.facts, wizard_port)  # may have to make a certificate
        return JSONResponse(asdict(facts), headers=NO_STORE)

    @router.get("/front/tls")
    async def tls() -> Response:
        found = await asyncio.to_thread(side.tls)
        if found is None:
            return problem(404, "front.no_certificate", "This box has no certificate for its listeners.")
        return JSONResponse(asdict(found), headers=NO_STORE)


def same(given: str, token: str) -> bool:
    """Whether these are the same, never when there is none. Takes the same time right or wrong."""
    return hmac.compare_digest(given.encode(), token.encode()) and token != ""
