"""`POST /api/v1/doctor` over a real unix socket: told while it goes on, one at a time, over when nobody listens."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from agent.api import peer, problems
from agent.api.parts import Doctor
from agent.api.peer import PeerGuard, Role
from agent.api.preflight import preflight_routes
from agent.errors import ConfigError
from agent.model.preflight import Check, PreflightReport, Status, Who
from agent.preflight.context import Notes, Scope, Wishes
from agent.preflight.engine import Begin, Tell
from agent.system.serve import Server, listen_unix

pytestmark = pytest.mark.anyio
CHECK = Check(id="network.dns", status=Status.FAIL, code="network.dns_unknown", title="t", detail="d", cure="c",
              who=Who.TECHNICIAN, command=None)  # fmt: skip


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Scripted:
    """A preflight with one check, which a test can hold up."""

    def __init__(self) -> None:
        self.asked: list[Wishes] = []
        self.going = threading.Event()
        self.going.set()
        self.cancelled = threading.Event()
        self.raises: Exception | None = None

    def __call__(self, wishes: Wishes, tell: Tell, begin: Begin, notes: Notes) -> PreflightReport:
        self.asked.append(wishes)
        begin(CHECK.id)
        while not self.going.wait(0.01):
            if notes.cancelled.is_set():
                self.cancelled.set()
                return PreflightReport(())
        if self.raises is not None:
            raise self.raises
        tell(CHECK)
        return PreflightReport((CHECK,))


@asynccontextmanager
async def serving(doctor: Doctor | None, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    problems.install(app)
    app.include_router(preflight_routes(doctor, "de"))
    app.add_middleware(PeerGuard)
    server = Server(app, listen_unix(folder / "core.sock"))
    task = asyncio.create_task(server.run())
    transport = httpx.AsyncHTTPTransport(uds=str(folder / "core.sock"))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://core") as client:
            await until(lambda: server.started)
            yield client
    finally:
        server.stop()
        await task


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not so():  # noqa: ASYNC110  # another thread says so
            await asyncio.sleep(0.005)


async def ask(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    return await client.post("/api/v1/doctor", json=body)


def lines(answer: httpx.Response) -> list[Any]:
    return [json.loads(line) for line in answer.text.splitlines() if line]


async def test_each_check_is_a_line_and_the_last_says_how_it_went(tmp_path: Path) -> None:
    doctor = Scripted()
    async with serving(doctor, tmp_path) as client:
        answer = await ask(client, write=True, other_mailbox="ceo@contoso.example", wait=True, scope="account")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    begun, check, last = lines(answer)
    assert (begun, last) == ({"doing": "network.dns"}, {"ok": False, "language": "de"})
    assert check == {"id": "network.dns", "status": "fail", "code": "network.dns_unknown", "title": "t", "detail": "d",
                     "cure": "c", "who": "technician", "command": None}  # fmt: skip
    assert doctor.asked == [Wishes(scope=Scope.ACCOUNT, write=True, other_mailbox="ceo@contoso.example", wait=True)]


async def test_nothing_is_written_and_nobody_else_tried_unless_asked_for(tmp_path: Path) -> None:
    doctor = Scripted()
    async with serving(doctor, tmp_path) as client:
        await ask(client)

    assert doctor.asked == [Wishes()]


@pytest.mark.parametrize(
    "body",
    [
        {"scope": "everything"},
        {"other_mailbox": "a b@contoso.example"},
        {"other_mailbox": "x@" + "y" * 400},
        {"other_mailbox": "two@lines.example\r\nX: y"},
        {"write": "perhaps"},
        {"host": "evil.example"},
    ],
)
async def test_a_request_that_asks_for_something_else_is_refused(tmp_path: Path, body: dict[str, Any]) -> None:
    doctor = Scripted()
    async with serving(doctor, tmp_path) as client:
        answer = await ask(client, **body)

    assert (answer.status_code, answer.json()["code"], doctor.asked) == (422, "request.invalid", [])


async def test_there_is_one_preflight_at_a_time(tmp_path: Path) -> None:
    doctor = Scripted()
    doctor.going.clear()
    async with serving(doctor, tmp_path) as client:
        first = asyncio.create_task(ask(client))
        await until(lambda: bool(doctor.asked))
        refused = await ask(client)
        doctor.going.set()
        await first
        again = await ask(client)

    assert (refused.status_code, refused.json()["code"]) == (409, "preflight.busy")
    assert (len(doctor.asked), again.status_code) == (2, 200)


async def test_a_preflight_ends_when_whoever_asked_has_gone(tmp_path: Path) -> None:
    doctor = Scripted()
    doctor.going.clear()
    async with serving(doctor, tmp_path) as client:
        async with client.stream("POST", "/api/v1/doctor", json={}) as answer:
            async for line in answer.aiter_lines():
                assert json.loads(line) == {"doing": "network.dns"}
                break
        await until(doctor.cancelled.is_set)
        doctor.going.set()

        assert (await ask(client)).status_code == 200


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("calendar.ews.endpoint: expected https"), "config.invalid"),
        (KeyError("x"), "agent.internal"),
    ],
)
async def test_a_preflight_that_cannot_be_done_says_why(tmp_path: Path, error: Exception, code: str) -> None:
    doctor = Scripted()
    doctor.raises = error
    async with serving(doctor, tmp_path) as client:
        last = lines(await ask(client))[-1]
        doctor.raises = None

        assert (last["ok"], last["code"]) == (False, code)
        assert (await ask(client)).status_code == 200


async def test_a_box_that_is_not_set_up_has_nothing_to_check(tmp_path: Path) -> None:
    async with serving(None, tmp_path) as client:
        answer = await ask(client)

    assert (answer.status_code, answer.json()["code"]) == (409, "setup.no_config")


@pytest.mark.parametrize("role", [Role.FRONT, Role.DISPLAY, None])
async def test_only_an_administrator_may_ask(
    tmp_path: Path, role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = Scripted()
    monkeypatch.setattr(peer, "role_of", lambda _: role)
    async with serving(doctor, tmp_path) as client:
        answer = await ask(client)

    assert (answer.status_code, answer.json()["code"], doctor.asked) == (403, "peer.refused", [])
