"""For machines that watch: status, liveness, readiness, metrics."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from agent.api.parts import Parts
from agent.api.problems import problem

HEALTH_JSON = "application/health+json"


def ops_routes(parts: Parts) -> APIRouter:
    """Routes over status, readiness and metrics. Nothing here looks at Exchange: it tells what was seen last."""
    router = APIRouter()

    @router.get("/api/v1/status")
    async def status() -> Response:
        if not parts.hub.ready:
            return problem(503, "room.starting", "The room agent is starting; ask again.", {"Retry-After": "1"})
        document = parts.status()
        return JSONResponse(document, 503 if document["status"] == "fail" else 200, media_type=HEALTH_JSON)

    @router.get("/livez")
    async def livez() -> Response:
        return PlainTextResponse("ok")

    @router.get("/readyz")
    async def readyz() -> Response:
        ready = parts.readiness()
        listed = [{"part": name, "ready": value} for name, value in ready.items()]
        return JSONResponse(listed, 200 if all(ready.values()) else 503)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        body, content_type = parts.metrics(request.headers.get("accept", ""))
        return Response(body, headers={"Content-Type": content_type})

    return router
