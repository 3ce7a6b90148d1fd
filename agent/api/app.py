"""The core's ASGI app: the paths of the public API, without pages, hosts or tokens, which are the front's business."""

from __future__ import annotations

from fastapi import FastAPI

from agent import __version__
from agent.api import problems
from agent.api.audit import audit_routes
from agent.api.commands import command_routes
from agent.api.control import control_routes
from agent.api.display import display_routes
from agent.api.front import front_routes
from agent.api.hot_desk import hot_desk_routes
from agent.api.look import look_routes
from agent.api.ops import ops_routes
from agent.api.ops_page import ops_page_routes
from agent.api.parts import Parts
from agent.api.peer import PeerGuard
from agent.api.phone import phone_routes
from agent.api.preflight import preflight_routes
from agent.api.room import room_routes
from agent.api.setup import add_setup
from agent.api.shell import shell_routes
from agent.api.typed import typed_routes


def create_api(parts: Parts) -> FastAPI:
    """The app over the given parts. Every request needs a peer with a role; every failure is a problem+json."""
    app = FastAPI(title="room-agent core", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    problems.install(app)
    app.include_router(room_routes(parts))
    app.include_router(hot_desk_routes(parts))  # these two before the commands: those end with a path for any name
    app.include_router(control_routes(parts))
    app.include_router(command_routes(parts))
    app.include_router(phone_routes(parts))
    app.include_router(typed_routes(parts))
    app.include_router(look_routes(parts))
    app.include_router(shell_routes(parts))
    app.include_router(display_routes(parts))
    app.include_router(preflight_routes(parts.doctor, parts.language))
    app.include_router(ops_routes(parts))
    app.include_router(audit_routes(parts))
    app.include_router(front_routes(parts))
    if parts.ops is not None:
        app.include_router(ops_page_routes(parts, parts.ops))
    if parts.setup is not None:
        add_setup(app, parts, parts.setup)

    app.add_middleware(PeerGuard)
    return app
