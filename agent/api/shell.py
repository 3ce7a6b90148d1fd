"""For the shell on this machine; the front passes none of it on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from agent.api.parts import Parts
from agent.api.room import NO_STORE, sync_answer


def shell_routes(parts: Parts) -> APIRouter:
    """Reading the calendar for somebody who waits for it."""
    router = APIRouter(prefix="/api/v1")

    @router.post("/sync")
    async def sync() -> dict[str, Any]:
        return sync_answer(await parts.sync(), parts.language)

    @router.get("/raw")
    async def raw() -> Response:
        return JSONResponse((await parts.raw()).to_dict(), headers=NO_STORE)

    return router
