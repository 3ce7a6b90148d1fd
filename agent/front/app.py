"""The front as an ASGI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.front import described, described_control, described_ops, described_setup, openapi
from agent.front.assets import load_assets
from agent.front.core import Core
from agent.front.first_bytes import FirstBytes
from agent.front.guard import guarded
from agent.front.home import HomePage
from agent.front.ops_page import OpsPage
from agent.front.passage import Passage
from agent.front.problems import FRONT_FAILED, UNKNOWN_PATH, WRONG_METHOD, problem
from agent.front.session_passage import SessionPassage
from agent.front.sessions import OPS
from agent.front.settings import FrontSettings, Told
from agent.front.setup_page import SetupPage
from agent.front.setup_passage import SetupPassage
from agent.front.tokens import Tokens

STREAM_PATHS = frozenset({"/api/v1/stream", "/api/v1/setup/checks", "/api/v1/ops/stream"})


def create_front(settings: FrontSettings | Told, core_socket: Path) -> ASGIApp:
    """Everything behind the listening socket, guard included. The page is served whether or not the core answers."""
    core = Core(core_socket)
    told = settings if callable(settings) else lambda: settings

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
    examples = (described.EXAMPLES, described_control.EXAMPLES, described_setup.EXAMPLES, described_ops.EXAMPLES)
    openapi.install(app, {name: each for part in examples for name, each in part.items()})
    tokens = Tokens(core)
    add_pages(app, core, tokens, told())
    add_api(app, Passage(core, tokens))
    add_setup(app, SetupPassage(core, tokens))
    add_ops(app, SessionPassage(core, tokens, OPS))
    add_refusals(app)
    return guarded(HeadAsGet(app), told, core.knows_bearer)


LONGEST_TAG = 35  # characters of a language tag (RFC 5646, 4.4.1)


def add_pages(app: FastAPI, core: Core, tokens: Tokens, settings: FrontSettings) -> None:
    """The home page, the wizard, the page for operations, and their files."""
    environment = Environment(
        loader=PackageLoader("agent.front"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    assets = load_assets()
    first = FirstBytes(environment, core, tokens.page)
    home, setup, ops = HomePage(first), SetupPage(first), OpsPage(first)

    async def page(request: Request) -> Response:
        if settings.setup:
            return RedirectResponse("/setup", 303)
        return HTMLResponse(await home.render(language_of(request)))

    async def wizard(request: Request) -> Response:
        return HTMLResponse(await setup.render(request, language_of(request)))

    async def operations(request: Request) -> Response:
        return HTMLResponse(await ops.render(request, language_of(request)))

    async def static(request: Request) -> Response:
        asset = assets.get(request.path_params["path"])
        return asset.answer(request) if asset else problem(UNKNOWN_PATH)

    app.add_api_route("/", page, **described.HOME)
    app.add_api_route("/setup", wizard, **described_setup.PAGE)
    app.add_api_route("/ops", operations, **described_ops.PAGE)
    app.add_api_route("/static/{path:path}", static, include_in_schema=False)


def language_of(request: Request) -> str:
    """The language tag a page's address asks for; empty for none."""
    return request.query_params.get("language", "")[:LONGEST_TAG]


def add_api(app: FastAPI, passage: Passage) -> None:
    """The paths of design.md 3.3 that have their answer in the core."""
    app.add_api_route("/api/v1/room", passage.read, **described.ROOM)
    app.add_api_route("/api/v1/stream", passage.listen, **described.STREAM)
    for name, command in (described.COMMANDS | described_control.COMMANDS).items():
        app.add_api_route(f"/api/v1/commands/{name}", passage.write, methods=["POST"], **command)
    app.add_api_route("/api/v1/commands/{id}", passage.command_state, **described.COMMAND_STATE)
    app.add_api_route("/api/v1/commands/{name}", passage.command, methods=["POST"], include_in_schema=False)
    app.add_api_route("/api/v1/meetings/{id}/qr/{way}", passage.qr_code, **described.QR_CODE)
    app.add_api_route("/api/v1/typed", passage.write, methods=["POST"], **described.TYPED)
    app.add_api_route("/api/v1/look/{image}", passage.image, **described.LOOK)
    app.add_api_route("/api/v1/page", passage.write, methods=["POST"], **described.PAGE)
    app.add_api_route("/api/v1/status", passage.status, **described.STATUS)
    app.add_api_route("/livez", passage.alive, **described.LIVE)
    app.add_api_route("/readyz", passage.ready, **described.READY)
    app.add_api_route("/metrics", passage.read, **described.METRICS)


def add_setup(app: FastAPI, passage: SetupPassage) -> None:
    """The paths of `agent.wire.setup`."""
    root = "/api/v1/setup"
    app.add_api_route(f"{root}/qr", passage.qr_code, **described_setup.QR_CODE)
    app.add_api_route(f"{root}/checks", passage.listen, **described_setup.CHECKS)
    app.add_api_route(f"{root}/steps/{{step}}", passage.step, methods=["POST"], **described_setup.STEP)
    for path, described_read in described_setup.READS.items():
        app.add_api_route(root + path, passage.read, **described_read)
    for path, described_write in described_setup.WRITES.items():
        app.add_api_route(root + path, passage.write, methods=["POST"], **described_write)


def add_ops(app: FastAPI, passage: SessionPassage) -> None:
    """The paths of `agent.wire.ops`."""
    root = "/api/v1/ops"
    app.add_api_route(f"{root}/stream", passage.listen, **described_ops.STREAM)
    for path, described_read in described_ops.READS.items():
        app.add_api_route(root + path, passage.read, **described_read)
    for path, described_write in described_ops.WRITES.items():
        app.add_api_route(root + path, passage.write, methods=["POST"], **described_write)


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
    """What the path of a request may be asked with, as `/openapi.json` says: the first path that fits counts."""
    matching = [route for route in app.routes if route.matches(scope)[0] is not Match.NONE]
    paths = [getattr(route, "path", None) for route in matching]
    same = (route for route, path in zip(matching, paths, strict=True) if path == paths[0])
    methods = {method for route in same for method in getattr(route, "methods", None) or ()}
    if "GET" in methods and scope["path"] not in STREAM_PATHS:
        methods.add("HEAD")
    return sorted(methods)


class HeadAsGet:
    """Answers HEAD as GET; the server leaves the body out. Not for the stream, which would have no end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "HEAD" and scope["path"] not in STREAM_PATHS:
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
