"""The API on this side of the socket: asks the core the same question and hands its answer on untouched."""

from __future__ import annotations

import re
from collections.abc import Callable

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from agent.front.core import Core, CoreUnreachable, kept_headers
from agent.front.event_stream import EventStream
from agent.front.problems import CORE_UNREACHABLE, NOT_JSON, STALE_TOKEN, UNKNOWN_PATH, problem
from agent.front.tokens import Tokens
from agent.front.without_core import RETRY, health, readiness
from agent.wire import TOKEN_HEADER

COMMAND_NAME = re.compile(r"[a-z][a-z-]{0,31}", re.ASCII)
MEETING_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
WAY = re.compile(r"[a-z]+(-[a-z]+)?(-[0-9]{1,3})?", re.ASCII)
IMAGE = re.compile(r"logo|background")
COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def unreachable() -> Response:
    """What everybody else is told while the core cannot be reached."""
    return problem(CORE_UNREACHABLE, RETRY)


class Passage:
    """The endpoints. Each knows its path on the core; nothing of what is said is looked at."""

    def __init__(self, core: Core, tokens: Tokens) -> None:
        self._core = core
        self._tokens = tokens

    async def read(self, request: Request) -> Response:
        """The core's answer to a GET of the same path."""
        return await self._passed(request, {"Accept": request.headers.get("accept", "*/*")})

    async def status(self, request: Request) -> Response:
        """How the box is doing; without the core, a status that fails."""
        return await self._told(request, health)

    async def ready(self, request: Request) -> Response:
        """The parts that must be ready; without the core, that one is not."""
        return await self._told(request, readiness)

    async def listen(self, request: Request) -> Response:
        """The core's event stream."""
        last = request.headers.get("last-event-id")
        return EventStream(self._core, request.url.path, {} if last is None else {"Last-Event-ID": last})

    async def command(self, request: Request) -> Response:
        """Send a command by name."""
        if not COMMAND_NAME.fullmatch(request.path_params["name"]):
            return problem(UNKNOWN_PATH)
        return await self.write(request)

    async def command_state(self, request: Request) -> Response:
        """What became of a command."""
        if not COMMAND_ID.fullmatch(request.path_params["id"]):
            return problem(UNKNOWN_PATH)
        return await self.read(request)

    async def qr_code(self, request: Request) -> Response:
        """A picture for a phone's camera."""
        meeting, way = request.path_params["id"], request.path_params["way"]
        if not MEETING_ID.fullmatch(meeting) or not WAY.fullmatch(way):
            return problem(UNKNOWN_PATH)
        return await self.read(request)

    async def image(self, request: Request) -> Response:
        """A picture of the look. Which content the page means by `?v=` is its own business."""
        if not IMAGE.fullmatch(request.path_params["image"]):
            return problem(UNKNOWN_PATH)
        return await self.read(request)

    async def write(self, request: Request) -> Response:
        """The core's answer to a POST of the same JSON to the same path, for those who hold a token."""
        if media_type(request) != "application/json":  # a browser form cannot say so (reliability.md S-9)
            return problem(NOT_JSON)
        try:
            if not await self._tokens.accepts(request.headers.get(TOKEN_HEADER, "")):
                return problem(STALE_TOKEN)
        except CoreUnreachable:
            return unreachable()
        body = await request.body()
        return await self._passed(request, {"Content-Type": "application/json"}, body)

    async def alive(self) -> Response:
        """One word; says that the process makes progress and nothing about the outside."""
        return PlainTextResponse("ok")

    async def _told(self, request: Request, without_core: Callable[[], Response]) -> Response:
        try:
            answer = await self._core.ask(request.method, request.url.path)
        except CoreUnreachable:
            return without_core()
        return Response(answer.content, answer.status_code, kept_headers(answer))

    async def _passed(self, request: Request, headers: dict[str, str], body: bytes | None = None) -> Response:
        try:
            answer = await self._core.ask(request.method, request.url.path, headers=headers, body=body)
        except CoreUnreachable:
            return unreachable()
        return Response(answer.content, answer.status_code, kept_headers(answer))


def media_type(request: Request) -> str:
    """What a request's body says it is, without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
