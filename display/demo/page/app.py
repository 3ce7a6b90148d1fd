"""The page and its requests as an ASGI application."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from display.demo.accidents import Accident
from display.demo.cables import Shows
from display.demo.page.guard import Guard, problem
from display.demo.page.ports import Box
from display.demo.texts import texts

FRAME_HEADER = "X-Frame"
LOOK_S = 10.0
"""How long a request for a picture waits for the screen to change."""
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_MANY_DIGITS = 12


def create_app(box: Box, *, exchange_url: str, size: tuple[int, int]) -> ASGIApp:
    """The application behind its guard. `exchange_url`: where meetings are booked; `size`: the screen's, in pixels."""
    token = secrets.token_urlsafe(24)
    html = _render(token, exchange_url, size)
    assets = _assets()

    async def page(_: Request) -> Response:
        return HTMLResponse(html)

    async def static(request: Request) -> Response:
        found = assets.get(request.path_params["name"])
        return problem(404, "path.unknown") if found is None else Response(found[0], media_type=found[1])

    async def picture(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        known = int(after) if after.isascii() and after.isdigit() and len(after) <= _MANY_DIGITS else 0
        frame = await box.newer(known, LOOK_S)
        if frame is None:
            return Response(status_code=204)
        return Response(frame.jpeg, media_type="image/jpeg", headers={FRAME_HEADER: str(frame.number)})

    async def state(_: Request) -> Response:
        return StreamingResponse(_states(box), media_type="text/event-stream")

    routes = [
        Route("/", page),
        Route("/static/{name}", static),
        Route("/api/picture", picture),
        Route("/api/state", state),
        *(Route(f"/api/{name}", _order(obey), methods=["POST"]) for name, obey in _orders(box).items()),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: _unserved}), token)


Order = Callable[[Mapping[str, Any]], bool]
"""Does what a request's JSON object asks for. False where it cannot be done; ValueError, KeyError or TypeError where it
makes no sense."""


def _orders(box: Box) -> Mapping[str, Order]:
    def hands(asked: Mapping[str, Any]) -> bool:
        acts = asked["acts"]
        if not isinstance(acts, list) or not all(isinstance(each, dict) for each in acts) or not box.act(acts):
            raise ValueError("acts")
        return True

    def plug(asked: Mapping[str, Any]) -> bool:
        if type(asked["plugged"]) is not bool:
            raise TypeError("plugged")
        box.plug(asked["input"], plugged=asked["plugged"])
        return True

    def show(asked: Mapping[str, Any]) -> bool:
        box.show(asked["input"], Shows(asked["shows"]))
        return True

    def accident(asked: Mapping[str, Any]) -> bool:
        return box.cause(Accident(asked["accident"]))

    return {"hands": hands, "plug": plug, "show": show, "accident": accident}


def _order(obey: Order) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
            done = obey(asked if isinstance(asked, dict) else {})
        except (ValueError, KeyError, TypeError, RecursionError):
            return problem(422, "request.invalid")
        return Response(status_code=204) if done else problem(409, "accident.nobody")

    return answer


async def _states(box: Box) -> AsyncIterator[str]:
    """Server-sent events: the state, at each change; something at least each 15 s, so that a lost page is noticed."""
    told, silent = None, 0
    while not box.over:
        state = json.dumps(box.state())
        silent += 1
        if state != told:
            told, silent = state, 0
            yield f"data: {state}\n\n"
        elif silent > 15:
            silent = 0
            yield ": still here\n\n"
        await box.next_change()


async def _unserved(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(405, "method.not_allowed") if error.status_code == 405 else problem(404, "path.unknown")


def _assets() -> Mapping[str, tuple[bytes, str]]:
    return {
        entry.name: (entry.read_bytes(), _MEDIA_TYPES[suffix])
        for entry in files(__package__).joinpath("static").iterdir()
        if (suffix := entry.name.rpartition(".")[2]) in _MEDIA_TYPES
    }


def _render(token: str, exchange_url: str, size: tuple[int, int]) -> str:
    loader = PackageLoader("display.demo.page")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("page.html").render(
        texts=texts(), token=token, exchange_url=exchange_url, width=size[0], height=size[1], shows=list(Shows)
    )
