"""One ASGI app for all states: `STATE--THEME.localhost` is a whole home screen, every other name the gallery itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from agent.front.texts import languages
from agent.wire import RoomState
from tests.fakes.core import FakeCore

HERE = Path(__file__).parent
SIZES = ("1920x1080", "1280x720", "3840x2160", "1080x1920", "1024x600")
THEMES = ("auto", "light", "dark", "contrast")


def create_gallery(states: Mapping[str, RoomState]) -> ASGIApp:
    """The gallery of these states."""
    front = create_front(FrontSettings(), Path("/nonexistent"))  # pages only: what they ask is answered here
    cores: dict[str, FakeCore] = {}
    pages = index(tuple(states))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await front(scope, receive, send)
        label, _, rest = Headers(scope=scope).get("host", "").partition(".")
        name, _, theme = label.partition("--")
        if not rest.startswith("localhost") or name not in states or theme not in THEMES:
            return await pages(scope, receive, send)
        if not scope["path"].startswith("/api/"):
            return await front(as_local(scope), receive, framed(send))
        if label not in cores:
            state = states[name]
            cores[label] = FakeCore(replace(state, look=replace(state.look, theme=theme)))
        return await cores[label].app(scope, receive, send)

    return app


def index(names: tuple[str, ...]) -> ASGIApp:
    """The page with all frames."""
    template = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)

    async def page(_: Request) -> Response:
        choices = {"names": names, "languages": sorted(languages()), "sizes": SIZES, "themes": THEMES}
        return HTMLResponse(template.get_template("gallery.html").render(choices))

    async def script(_: Request) -> Response:
        return FileResponse(HERE / "gallery.js", media_type="text/javascript")

    return Starlette(routes=[Route("/", page), Route("/gallery.js", script)])


def as_local(scope: Scope) -> Scope:
    """The request as the front's guard expects it: by a name it knows, and not from another page."""
    port = scope["server"][1]
    kept = [pair for pair in scope["headers"] if pair[0] not in (b"host", b"sec-fetch-site", b"origin")]
    return {**scope, "headers": [*kept, (b"host", f"localhost:{port}".encode())]}


def framed(send: Send) -> Send:
    """Lets the gallery put the page into a frame, which nothing else may."""

    async def with_frames(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            policy = headers.get("content-security-policy", "")
            headers["content-security-policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
        await send(message)

    return with_frames
