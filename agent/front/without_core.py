"""What machines that watch are told while the core cannot be reached, in the forms that they read (design.md 3.3)."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from agent import __version__
from agent.front.problems import CORE_UNREACHABLE
from agent.front.texts import sentence

HEALTH_JSON = "application/health+json"
RETRY = {"Retry-After": "2"}


def health() -> Response:
    """A status that fails, with one check. The front has no clock that it could tell the time by."""
    check = {
        "status": "fail",
        "code": CORE_UNREACHABLE.code,
        "since": None,
        "observedValue": False,
        "observedUnit": None,
        "time": None,
        "output": sentence(f"problem.{CORE_UNREACHABLE.code}.detail"),
    }
    document = {
        "status": "fail",
        "releaseId": __version__,
        "description": "room agent",
        "checks": {"core:reachable": [check]},
    }
    return JSONResponse(document, 503, RETRY, HEALTH_JSON)


def readiness() -> Response:
    """The list of parts: the core, which is not ready."""
    return JSONResponse([{"part": "core", "ready": False}], 503, RETRY)
