"""The preflight of the answers, and what an account needs besides: its certificate, a person's sign-in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response, StreamingResponse

from agent.api.commands import Empty
from agent.api.room import NO_STORE, Body
from agent.api.setup.asking import Asking, answer
from agent.config.values import is_mail_address
from agent.errors import CommandError
from agent.setup.checks import Done
from agent.setup.service import SetupService


class ChecksBody(Body):
    scope: Literal["network", "account", "room"]
    write: bool = False
    other_mailbox: str = Field(default="", max_length=320)


def check_routes(router: APIRouter, asking: Asking) -> APIRouter:
    """Checks and their stream, certificate, sign-in, the administrator's commands."""
    setup, owner, onlooker = asking.setup, Depends(asking.owner), Depends(asking.onlooker)

    @router.post("/checks", status_code=202, dependencies=[owner])
    async def check(body: ChecksBody) -> Response:
        if body.other_mailbox and not is_mail_address(body.other_mailbox):
            raise CommandError("setup.mailbox_wrong", "other_mailbox: expected a mail address.", 422)
        await setup.checking.start(body.scope, write=body.write, other_mailbox=body.other_mailbox)
        return answer({}, 202)

    @router.get("/checks", dependencies=[onlooker])
    async def checks() -> Response:
        headers = {**NO_STORE, "X-Accel-Buffering": "no"}
        return StreamingResponse(_events(setup), media_type="text/event-stream", headers=headers)

    @router.post("/checks/stop", status_code=204, dependencies=[owner])
    async def stop(_: Empty) -> Response:
        setup.checking.stop()
        return Response(status_code=204)

    @router.post("/certificate", dependencies=[owner])
    async def make_certificate(_: Empty) -> Response:
        return answer(asdict(await setup.make_certificate()))

    @router.get("/certificate", dependencies=[onlooker])
    async def certificate() -> Response:
        return answer(asdict(setup.certificate()))

    @router.post("/sign-in", dependencies=[owner])
    async def begin_sign_in(_: Empty) -> Response:
        return answer(await setup.account.begin_sign_in())

    @router.get("/sign-in", dependencies=[onlooker])
    async def sign_in() -> Response:
        return answer(setup.account.sign_in_state())

    @router.get("/commands", dependencies=[onlooker])
    async def commands(request: Request, kind: Literal["exchange", "graph"]) -> Response:
        options = {name: value for name, value in request.query_params.items() if name != "kind"}
        return answer({"script": setup.account.script(kind, options)})

    return router


async def _events(setup: SetupService) -> AsyncIterator[str]:
    """Checks as server-sent events, a comment every 15 s of quiet."""
    async for event in setup.checking.events():
        if event is None:
            yield ": keep-alive\n\n"
        elif isinstance(event, Done):
            yield f"event: done\ndata: {json.dumps({'ok': bool(event.ok)})}\n\n"
        else:
            yield f"event: check\ndata: {json.dumps(asdict(event), ensure_ascii=False, separators=(',', ':'))}\n\n"
