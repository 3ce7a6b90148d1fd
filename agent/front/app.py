"""The front as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front import described, openapi
from agent.front.assets import load_assets
from agent.front.core import Core
from agent.front.guard import guarded
from agent.front.home import HomePage
from agent.front.passage import Passage
from agent.front.problems import FRONT_FAILED, UNKNOWN_PATH, WRONG_METHOD, problem
from agent.front.settings import FrontSettings
from agent.front.tokens import Tokens

STREAM_PATH = "/api/v1/stream"


def create_front(settings: FrontSettings, core_socket: Path) -> ASGIApp:
    """Everything behind the listening socket, guard included. The page is served whether or not the core answers."""
    core = Core(core_socket)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await core.close()

    app = FastAPI(
        title="room-agent",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    openapi.install(app, described.EXAMPLES)
    tokens = Tokens(core)
    add_page(app, core, tokens)
    add_api(app, Passage(core, tokens))
    add_refusals(app)
    return guarded(HeadAsGet(app), settings)


LONGEST_TAG = 35  # characters of a language tag (RFC 5646, 4.4.1)


def add_page(app: FastAPI, core: Core, tokens: Tokens) -> None:
    """The home page and its files."""
    assets = load_assets()
    home = HomePage(core, tokens.page)

    async def page(request: Request) -> Response:
        return HTMLResponse(await home.render(request.query_params.get("language", "")[:LONGEST_TAG]))

    async def static(request: Request) -> Response:
        asset = assets.get(request.path_params["path"])
        return asset.answer(request) if asset else problem(UNKNOWN_PATH)

    app.add_api_route("/", page, **described.HOME)
    app.add_api_route("/static/{path:path}", static, include_in_schema=False)


def add_api(app: FastAPI, passage: Passage) -> None:
    """The paths of design.md 3.3 that have their answer in the core."""
    app.add_api_route("/api/v1/room", passage.read, **described.ROOM)
    app.add_api_route(STREAM_PATH, passage.listen, **described.STREAM)
    for name, command in described.COMMANDS.items():
        app.add_api_route(f"/api/v1/commands/{name}", passage.write, methods=["POST"], **command)
    app.add_api_route("/api/v1/commands/{id}", passage.command_state, **described.COMMAND_STATE)
    app.add_api_route("/api/v1/commands/{name}", passage.command, methods=["POST"], include_in_schema=False)
    app.add_api_route("/api/v1/meetings/{id}/qr/{way}", passage.qr_code, **described.QR_CODE)
    app.add_api_route("/api/v1/typed", passage.write, methods=["POST"], **described.TYPED)
    app.add_api_route("/api/v1/look/{image}", passage.image, **described.LOOK)
    app.add_api_route("/api/v1/page", passage.write, methods=["POST"], **described.PAGE)
    app.add_api_route("/api/v1/status", passage.read, **described.STATUS)
    app.add_api_route("/livez", passage.alive, **described.LIVE)
    app.add_api_route("/readyz", passage.read, **described.READY)
    app.add_api_route("/metrics", passage.read, **described.METRICS)


def add_refusals(app: FastAPI) -> None:
    """Unknown paths, wrong methods and our own failures as problem+json."""

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == WRONG_METHOD.status:
            return problem(WRONG_METHOD, {"Allow": ", ".join(allowed_methods(app, request.scope))})
        return problem(UNKNOWN_PATH)

    async def failed(_: Request, __: Exception) -> Response:
        return problem(FRONT_FAILED)

    app.add_exception_handler(HTTPException, refused)
    app.add_exception_handler(Exception, failed)


def allowed_methods(app: FastAPI, scope: Scope) -> list[str]:
    """What the path of a request may be asked with, as `/openapi.json` says: the first route that has it counts."""
    matching = (route for route in app.routes if route.matches(scope)[0] is not Match.NONE)
    methods = set(getattr(next(matching, None), "methods", None) or ())
    if "GET" in methods and scope["path"] != STREAM_PATH:
        methods.add("HEAD")
    return sorted(methods)


class HeadAsGet:
    """Answers HEAD as GET; the server leaves the body out. Not for the stream, which would have no end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"] != STREAM_PATH:
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
