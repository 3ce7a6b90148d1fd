"""Errors on the wire: RFC 9457 problem+json with a stable `code`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from agent.errors import CommandError, StoreError

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    code: str,
    detail: str,
    headers: dict[str, str] | None = None,
    *,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A problem answer. `detail` is one sentence: what, where, what to do; `more`: members of this problem's own."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, **(more or {})}
    return JSONResponse(body, status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Every way a request can fail ends in a problem answer; nothing of the request's content is echoed."""

    @app.exception_handler(CommandError)
    async def refused(_: Request, error: CommandError) -> Response:
        return problem(error.status, error.code, str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> Response:
        return problem(422, "request.invalid", _complaint(error.errors()))

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's word for JSON that Python's parser gives up on
            return problem(422, "request.invalid", "body: not JSON that can be read.")
        code = {404: "path.unknown", 405: "method.not_allowed"}.get(error.status_code, "request.refused")
        return problem(error.status_code, code, f"{error.detail}.", dict(error.headers or {}))

    @app.exception_handler(StoreError)
    async def store(_: Request, error: StoreError) -> Response:
        return problem(503, error.code, str(error))

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        route = request.scope.get("route")
        log.error("request.failed", path=getattr(route, "path", None))
        return problem(500, "core.failed", "The room agent failed at this request; its log names the place.")


def _complaint(errors: Sequence[Any]) -> str:
    """The first complaint in words. Names of fields nobody knows are the sender's text and stay out of it."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return "body: not JSON that can be read."
    if first["type"] == "extra_forbidden":
        return "body: holds a field that is not known here."
    where = ".".join(str(part) for part in first["loc"][1:]) or "body"
    return f"{where}: {first['msg']}."
