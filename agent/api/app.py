"""The core's ASGI app: the paths of the public API, without pages, hosts or tokens, which are the front's business."""

from __future__ import annotations

import hmac

from fastapi import FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field

from agent import __version__
from agent.api import problems
from agent.api.commands import command_routes
from agent.api.look import look_routes
from agent.api.ops import ops_routes
from agent.api.parts import Parts
from agent.api.peer import PeerGuard
from agent.api.phone import phone_routes
from agent.api.room import room_routes
from agent.api.shell import shell_routes
from agent.api.typed import typed_routes


class TokenBody(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    token: str = Field(max_length=200)


def create_api(parts: Parts) -> FastAPI:
    """The app over the given parts. Every request needs a peer with a role; every failure is a problem+json."""
    app = FastAPI(title="room-agent core", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    problems.install(app)
    app.include_router(room_routes(parts))
    app.include_router(command_routes(parts))
    app.include_router(phone_routes(parts))
    app.include_router(typed_routes(parts))
    app.include_router(look_routes(parts))
    app.include_router(shell_routes(parts))
    app.include_router(ops_routes(parts))

    @app.post("/api/v1/token", status_code=204)
    async def token(body: TokenBody) -> Response:
        """Whether a local program's token is ours: 204, else 403."""
        if hmac.compare_digest(body.token.encode(), parts.api_token.encode()):
            return Response(status_code=204)
        return problems.problem(
            403, "token.stale", "The token is not this agent's; read it from STATE/api-token again."
        )

    app.add_middleware(PeerGuard)
    return app
