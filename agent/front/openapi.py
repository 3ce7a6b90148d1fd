"""`/openapi.json`: FastAPI's document of the routes, with refusals under their media type and the token as a scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from agent.front.problems import MEDIA_TYPE
from agent.wire import TOKEN_HEADER

TOKEN_SCHEME = "token"  # noqa: S105 - the scheme's name
BEARER_SCHEME = "bearer"
DESCRIPTION = (
    "What a meeting-room box shows and does. Readers ignore keys they do not know. Every request needs a known Host; "
    "every POST a known Origin or none, JSON, and a token."
)
SCHEMES = {
    TOKEN_SCHEME: {
        "type": "apiKey",
        "in": "header",
        "name": TOKEN_HEADER,
        "description": "The page's own, new with every start of the front; for programs of this machine, that of "
        "the file `api-token` in the state directory.",
    },
    BEARER_SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "The box's `web.status_token`, over TLS. From this machine none is needed.",
    },
}


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """RFC 9457, with a stable dotted `code`."""

    type: str
    title: str
    status: int
    code: str
    detail: str


def install(app: FastAPI, examples: Mapping[str, object]) -> None:
    """Let the application answer `/openapi.json` with `document`, made once."""
    made: list[dict[str, Any]] = []

    def openapi() -> dict[str, Any]:
        if not made:
            made.append(document(app, examples))
        return made[0]

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend the document


def document(app: FastAPI, examples: Mapping[str, object]) -> dict[str, Any]:
    """The OpenAPI 3.1 document as JSON data.

    `examples` are good answers by operation id, put in afterwards because FastAPI drops nulls.
    """
    made = get_openapi(title="room-agent", version="1", description=DESCRIPTION, routes=app.routes)
    for path in made["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                mark_problems(content)
                if status.startswith("2") and operation["operationId"] in examples:
                    for media in content.values():
                        media["example"] = examples[operation["operationId"]]
    made["components"]["securitySchemes"] = SCHEMES
    return made


def mark_problems(content: dict[str, Any]) -> None:
    """Give refusals their own media type."""
    for media_type in list(content):
        reference: str = content[media_type].get("schema", {}).get("$ref", "")
        if reference.endswith("/ProblemDocument"):
            content[MEDIA_TYPE] = content.pop(media_type)
