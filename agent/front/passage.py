"""The API on this side of the socket: asks the core the same question and hands its answer on untouched."""

from __future__ import annotations

import re

from fastapi import Request
from starlette.responses import PlainTextResponse, Response

from agent.front.core import Core, CoreUnreachable, kept_headers
from agent.front.event_stream import EventStream
from agent.front.problems import CORE_UNREACHABLE, NOT_JSON, STALE_TOKEN, UNKNOWN_PATH, problem
from agent.front.tokens import Tokens
from agent.wire import TOKEN_HEADER

COMMAND_NAME = re.compile(r"[a-z][a-z-]{0,31}", re.ASCII)
MEETING_ID = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
WAY = re.compile(r"[a-z]+(-[a-z]+)?(-[0-9]{1,3})?", re.ASCII)
IMAGE = re.compile(r"logo|background")
COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class Passage:
    """The endpoints. Each knows its path on the core; nothing of what is said is looked at."""

    def __init__(self, core: Core, tokens: Tokens) -> None:
        self._core = core
        self._tokens = tokens

    async def read(self, request: Request) -> Response:
        """The core's answer to a GET of the same path."""
        accept = request.headers.get("accept", "*/*")
        return await self._passed("GET", request.url.path, {"Accept": accept})

    async def listen(self, request: Request) -> Response:
        """The core's event stream."""
        return EventStream(self._core, request.url.path, request.headers.get("last-event-id"))

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
            return problem(CORE_UNREACHABLE, {"Retry-After": "2"})
        body = await request.body()
        return await self._passed("POST", request.url.path, {"Content-Type": "application/json"}, body)

    async def alive(self) -> Response:
        """One word; says that the process makes progress and nothing about the outside."""
        return PlainTextResponse("ok")

    async def _passed(self, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> Response:
        try:
            answer = await self._core.ask(method, path, headers=headers, body=body)
        except CoreUnreachable:
            return problem(CORE_UNREACHABLE, {"Retry-After": "2"})
        return Response(answer.content, answer.status_code, kept_headers(answer))


def media_type(request: Request) -> str:
    """What a request's body says it is, without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
