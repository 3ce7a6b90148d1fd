"""The images of the screen's look. Their type is what was found in them; the front sees to it that an SVG is a picture
only (`agent.front.guard.headers`)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from agent.api.parts import Parts
from agent.api.room import NO_STORE
from agent.errors import CommandError


def look_routes(parts: Parts) -> APIRouter:
    """`/api/v1/look/{image}`."""
    router = APIRouter(prefix="/api/v1")

    @router.get("/look/{image}")
    async def look(image: str) -> Response:
        found = parts.images.get(image)
        if found is None:
            raise CommandError("look.none", "This room has no such image; see branding in the configuration.", 404)
        return Response(found.content, headers={**NO_STORE, "Content-Type": found.media_type})

    return router
