"""Every path, from everywhere, with every token: what is answered. A path that is new has to find its line here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from agent.front.app import create_front
from agent.front.settings import FrontSettings
from agent.wire import TOKEN_HEADER
from tests.agent.front.states import room_state
from tests.fakes.core import API_TOKEN, STATUS_TOKEN, Answer, served_core
from tests.fakes.setup_core import CODE, SetupCore

HERE, FAR = "127.0.0.1", "192.0.2.44"
LISTENERS = {
    "screen": ("http", FrontSettings()),
    "remote": ("https", FrontSettings(settings=True)),
    "unset": ("https", FrontSettings()),
    "wizard": ("https", FrontSettings(setup=True)),
    "closed": ("https", FrontSettings(closed=True)),
}
COLUMNS = [(name, peer) for name in LISTENERS for peer in (HERE, FAR)]
BEARERS = {"none": None, "wrong": "s3cre", "right": STATUS_TOKEN}
"""A cell is a status, or one for each of these. `unset` is the remote listener of a box that nobody has set up."""
TABLE = """
                                     screen     remote                unset                 wizard     closed
                                     here far   here far              here far              here far   here far
GET   /                              200  403   200  403              200  403              303  303   403  403
GET   /static/setup.js               200  403   200  200              200  403              200  200   403  403
GET   /setup                         200  403   200  200              200  403              200  200   403  403
GET   /openapi.json                  200  403   200  403              200  403              403  403   403  403
GET   /nothing                       404  403   404  403              404  403              403  403   403  403
GET   /livez                         200  200   200  200              200  200              200  200   403  403
POST  /livez                         405  403   405  403              405  403              403  403   403  403
GET   /readyz                        200  200   200  200              200  200              403  403   403  403
GET   /metrics                       200  403   200  403/403/200      200  403/403/200      403  403   403  403
HEAD  /metrics                       200  403   200  403/403/200      200  403/403/200      403  403   403  403
POST  /metrics                       405  403   405  403              405  403              403  403   403  403
GET   /api/v1/status                 200  403   200  403/403/200      200  403/403/200      403  403   403  403
GET   /api/v1/room                   200  403   200  403              200  403              403  403   403  403
GET   /api/v1/stream                 200  403   200  403              200  403              403  403   403  403
GET   /api/v1/commands/c-1           200  403   200  403              200  403              403  403   403  403
POST  /api/v1/commands/refresh       202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/book          202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/extend        202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/end           202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/cancel        202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/check-in      202  403   202  403              202  403              403  403   403  403
POST  /api/v1/commands/undo          202  403   202  403              202  403              403  403   403  403
POST  /api/v1/typed                  422  403   422  403              422  403              403  403   403  403
POST  /api/v1/page                   422  403   422  403              422  403              403  403   403  403
GET   /api/v1/look/logo              404  403   404  403              404  403              403  403   403  403
GET   /api/v1/meetings/m/qr/url      404  403   404  403              404  403              403  403   403  403
GET   /api/v1/setup                  200  403   200  200              200  403              200  200   403  403
GET   /api/v1/setup/welcome          200  403   403  403              403  403              403  403   403  403
POST  /api/v1/setup/pair             204  403   204  204              204  403              204  204   403  403
GET   /ops                           200  403   200  200              200  403              403  403   403  403
GET   /api/v1/ops                    200  403   200  200              200  403              403  403   403  403
POST  /api/v1/ops/session            204  403   204  204              204  403              403  403   403  403
"""
LINES = [line.split() for line in TABLE.strip().splitlines()[2:]]


class Core(SetupCore):
    """Answers for the page for operations as well."""

    def _routes(self) -> list[Route]:
        ops = [Route("/api/v1/ops", self._ops_state), Route("/api/v1/ops/session", self._ops_session, methods=["POST"])]
        return [*super()._routes(), *ops]

    async def _ops_state(self, _: Request) -> Response:
        return JSONResponse({})

    async def _ops_session(self, _: Request) -> Response:
        return Response(status_code=204)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SetupCore, Path]]:
    core, path = Core(room_state()), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, path):
        yield core, path


@pytest.fixture(scope="module")
def fronts(started: tuple[SetupCore, Path]) -> dict[str, ASGIApp]:
    return {name: create_front(settings, started[1]) for name, (_, settings) in LISTENERS.items()}


async def answered(front: ASGIApp, scheme: str, peer: str, method: str, path: str, bearer: str | None) -> int:
    transport = httpx.ASGITransport(front, client=(peer, 50000))
    headers = {TOKEN_HEADER: API_TOKEN} | ({} if bearer is None else {"Authorization": f"Bearer {bearer}"})
    body: Any = {"code": CODE} if path.endswith("/pair") else {}
    async with httpx.AsyncClient(transport=transport, base_url=f"{scheme}://localhost") as client:
        answer = await client.request(method, path, headers=headers, json=body if method == "POST" else None)
    refused = answer.status_code >= 400
    assert answer.headers.get("content-type", "").startswith("application/problem+json") == refused
    return answer.status_code


@pytest.mark.parametrize("line", LINES, ids=[" ".join(line[:2]) for line in LINES])
def test_each_path_is_for_those_it_is_for(
    started: tuple[SetupCore, Path], fronts: dict[str, ASGIApp], line: list[str]
) -> None:
    core = started[0]
    core.forget(room_state())
    core.instead = {"/api/v1/setup/welcome": Answer(200, b"{}"), "/api/v1/stream": Answer(200, b"")}
    method, path, *cells = line

    async def all_answers() -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, peer in COLUMNS:
            found[f"{name} {peer}"] = []
            for bearer in BEARERS.values():
                core.begin()
                status = await answered(fronts[name], LISTENERS[name][0], peer, method, path, bearer)
                found[f"{name} {peer}"].append(status)
        return found

    expected = {
        f"{name} {peer}": [int(each) for each in (cell.split("/") if "/" in cell else [cell] * len(BEARERS))]
        for (name, peer), cell in zip(COLUMNS, cells, strict=True)
    }
    assert asyncio.run(all_answers()) == expected


def test_every_path_that_is_documented_has_a_line(fronts: dict[str, ASGIApp]) -> None:
    async def documented() -> list[str]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(fronts["screen"]), base_url="http://localhost"
        ) as http:
            return [*(await http.get("/openapi.json")).json()["paths"]]

    def area(path: str) -> str:
        return "/".join(path.split("/")[:4])

    assert {area(path) for path in asyncio.run(documented())} <= {area(line[1]) for line in LINES}
