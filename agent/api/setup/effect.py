"""What changes the box: activation, an administrator's file, reset."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.responses import Response

from agent.api.commands import Empty
from agent.api.room import Body
from agent.api.setup.asking import LOCAL, Asking, answer, body_of, peer_of
from agent.config import Config
from agent.errors import CommandError
from agent.setup.provision import Provision, copied_keys

MAX_APPLY = 32 * 1024 * 1024


class ResetBody(Body):
    pin: str = Field(default="", max_length=100)


def effect_routes(router: APIRouter, asking: Asking) -> APIRouter:
    """`/apply` is for `room-agent setup apply` on this machine alone: `{data, secrets, pin}`, secrets in base64."""
    setup, owner = asking.setup, Depends(asking.owner)

    @router.post("/activate", dependencies=[owner])
    async def activate(_: Empty) -> Response:
        await setup.activate()
        return answer({"ok": True})

    @router.post("/reset", status_code=202)
    async def reset(request: Request, body: ResetBody) -> Response:
        admin = peer_of(request) == LOCAL
        if not admin:
            asking.owner(request)
        await setup.reset(body.pin, admin=admin)
        return answer({}, 202)

    @router.post("/apply")
    async def apply(request: Request) -> Response:
        if peer_of(request) != LOCAL:
            raise CommandError("peer.refused", "This is for the administrator's command on the box.", 403)
        return answer({"changed": await setup.provision(_provision(await body_of(request, MAX_APPLY)))})

    return router


def _provision(body: dict[str, Any]) -> Provision:
    refusal = CommandError("request.invalid", "body: expected data, secrets and pin.", 422)
    try:
        secrets = {key: base64.b64decode(body["secrets"][key], validate=True) for key in body["secrets"]}
        config, pin = Config.model_validate(body["data"]), str(body["pin"])
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise refusal from None
    if not (config.set_up and secrets.keys() <= set(copied_keys())):
        raise refusal
    return Provision(body["data"], secrets, pin)
