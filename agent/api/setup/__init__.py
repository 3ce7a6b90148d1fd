"""The set-up's paths, as `agent.wire.setup` documents them, over `agent.setup.service`."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from agent.api.parts import Parts
from agent.api.setup.asking import PREFIX, Asking
from agent.api.setup.checks import check_routes
from agent.api.setup.display import display_routes
from agent.api.setup.effect import effect_routes
from agent.api.setup.rooms import room_routes
from agent.api.setup.steps import step_routes
from agent.setup.service import SetupService

__all__ = ["add_setup"]


def add_setup(app: FastAPI, parts: Parts, setup: SetupService) -> None:
    """Add the paths. All but a few need the session that `pair` gave."""
    asking = Asking(setup)

    def router() -> APIRouter:
        return APIRouter(prefix=PREFIX, route_class=asking.route_class)

    for routes in (step_routes, check_routes, room_routes, effect_routes):
        app.include_router(routes(router(), asking))
    app.include_router(display_routes(router(), asking, parts))
