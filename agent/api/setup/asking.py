"""Who asks, with which session, and how refusals are said: what all paths of the set-up have in common."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from agent import wire
from agent.api.peer import Role
from agent.api.problems import problem
from agent.api.room import NO_STORE
from agent.errors import CommandError, RoomAgentError
from agent.setup.answers import Invalid
from agent.setup.guard import Locked
from agent.setup.service import SetupService
from agent.texts import say

PREFIX = "/api/v1/setup"
LOCAL = "local"
"""The peer of a request that came by no front."""


class Asking:
    """`owner` and `onlooker` are dependencies that refuse everybody but the owner of the session; only what an owner
    does keeps the session alive. `route_class`: routes whose refusals are problems in the box's language."""

    def __init__(self, setup: SetupService) -> None:
        self.setup = setup
        self.route_class = route_class(lambda: setup.language)

    def owner(self, request: Request) -> None:
        self._session(request, acts=True)

    def onlooker(self, request: Request) -> None:
        self._session(request, acts=False)

    def _session(self, request: Request, *, acts: bool) -> None:
        peer_of(request)
        if not self.setup.owns(session_of(request), acts=acts):
            raise CommandError("setup.no_session", "This set-up session has ended or is somebody else's.", 403)

    def state(self, request: Request) -> Response:
        """Where the set-up is now, for the owner."""
        return answer(asdict(self.setup.state(session_of(request), peer_of(request))))


def session_of(request: Request) -> str:
    """The session's id that the front took from the browser's cookie; empty for none."""
    return request.headers.get(wire.SESSION_HEADER, "")


def peer_of(request: Request) -> str:
    """Whose request it is: `screen`, an address, or `local` for one that came by no front. Only our own user and root
    may come without one. Raises CommandError."""
    peer = request.headers.get(wire.PEER_HEADER, "")
    if not peer and request.state.role is not Role.ADMIN:
        raise CommandError("peer.refused", f"{wire.PEER_HEADER} is missing.", 403)
    return peer[:100] or LOCAL


async def body_of(request: Request, limit: int) -> dict[str, Any]:
    """The body's object, read no further than the limit. Raises CommandError."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > limit:
            raise CommandError("request.too_large", f"The body is larger than {limit // 1024} KiB.", 413)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise CommandError("request.invalid", "body: not JSON that can be read.", 422) from None
    if not isinstance(body, dict):
        raise CommandError("request.invalid", "body: expected an object.", 422)
    return body


def answer(content: dict[str, Any], status: int = 200) -> Response:
    """JSON that nobody stores."""
    return JSONResponse(content, status, headers=NO_STORE)


def route_class(language: Callable[[], str]) -> type[APIRoute]:
    """Routes whose refusals are problems in a language."""

    class SetupRoute(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handler = super().get_route_handler()

            async def handled(request: Request) -> Response:
                try:
                    return await handler(request)
                except Invalid as error:
                    return _invalid(error, language())
                except CommandError as error:
                    wait = {"Retry-After": str(error.retry_after_s)} if isinstance(error, Locked) else None
                    return problem(error.status, error.code, _sentence(error, language()), wait)
                except RoomAgentError as error:  # a full disk, a secret that is gone: nothing was changed
                    return problem(503, error.code, _sentence(error, language()))

            return handled

    return SetupRoute


def _sentence(error: RoomAgentError, language: str) -> str:
    """Ours in the box's language where there is one; a technical sentence of a source stays as it is."""
    said = say(language, error.code, "detail") if error.code.startswith(("setup.", "ops.")) else error.code
    return str(error) if said == error.code else said


def _invalid(error: Invalid, language: str) -> Response:
    errors = [
        wire.SetupFieldError(
            field=each.field, code=each.code, title=say(language, each.code), detail=say(language, each.code, "detail")
        )
        for each in error.problems
    ]
    detail = say(language, "setup.invalid", "detail")
    return problem(422, "setup.invalid", detail, more={"errors": [asdict(each) for each in errors]})
