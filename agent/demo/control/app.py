"""The control page as an ASGI application."""

from __future__ import annotations

import secrets

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from agent.demo.control.api import Api, api_router
from agent.demo.control.guard import Guard
from agent.demo.control.page import load_assets, render_page
from agent.demo.control.ports import ExchangeSwitches
from agent.demo.control.problems import INVALID, UNKNOWN_PATH, WRONG_METHOD, problem, refusal_of
from agent.demo.control.settings import ControlSettings
from agent.demo.world import World, WorldError


def create_control_app(world: World, exchange: ExchangeSwitches, settings: ControlSettings) -> ASGIApp:
    """Page and API behind their guard, for a port of their own. Nothing runs in the background; time is the world's."""
    app = FastAPI(title="Demo Exchange", docs_url=None, redoc_url=None, redirect_slashes=False)
    token = secrets.token_urlsafe(24)
    assets = load_assets()
    html = render_page(settings, token, assets)

    async def page() -> Response:
        return HTMLResponse(html)

    async def static(name: str) -> Response:
        asset = assets.get(name)
        return problem(UNKNOWN_PATH) if asset is None else Response(asset.content, media_type=asset.media_type)

    app.add_api_route("/", page, methods=["GET"], include_in_schema=False)
    app.add_api_route("/static/{name}", static, methods=["GET"], include_in_schema=False)
    app.include_router(api_router(Api(world, exchange, settings)))
    _add_refusals(app)
    return Guard(app, token, settings.hosts)


def _add_refusals(app: FastAPI) -> None:
    """What cannot be served, as problem+json."""

    async def unserved(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problem(WRONG_METHOD if error.status_code == 405 else UNKNOWN_PATH)

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][1:])
        return problem(INVALID, f"{place}: {first['msg']}" if place else first["msg"])

    async def impossible(_: Request, error: Exception) -> Response:
        assert isinstance(error, WorldError)
        return problem(refusal_of(error))

    app.add_exception_handler(HTTPException, unserved)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(WorldError, impossible)
