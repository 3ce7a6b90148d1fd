"""Refusals as `application/problem+json` (RFC 9457): stable `code`, English `title` and `detail`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from agent.front.texts import sentence

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served. Its texts are `problem.<code>.title` and `.detail`."""

    status: int
    code: str


def problem(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says so."""
    body = {
        "type": "about:blank",
        "title": sentence(f"problem.{refusal.code}.title"),
        "status": refusal.status,
        "code": refusal.code,
        "detail": sentence(f"problem.{refusal.code}.detail"),
    }
    return Response(json.dumps(body), refusal.status, headers, MEDIA_TYPE)


UNKNOWN_PATH = Refusal(404, "path.unknown")
WRONG_METHOD = Refusal(405, "method.not_allowed")
NOT_JSON = Refusal(415, "media_type.not_json")
STALE_TOKEN = Refusal(403, "token.stale")
NO_QR = Refusal(422, "qr.not_an_address")
CORE_UNREACHABLE = Refusal(503, "core.unreachable")
FRONT_FAILED = Refusal(500, "front.failed")
