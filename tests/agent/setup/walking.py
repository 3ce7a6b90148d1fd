"""Answers of a technician, and the way through the set-up with them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from agent import wire
from agent.api import problems
from agent.api.peer import Role
from agent.api.setup import add_setup
from agent.setup.service import SetupService
from tests.agent.api.test_core_api import Room
from tests.fakes.clock import FakeClock
from tests.fakes.pins import CHEAP
from tests.fakes.surroundings import FakeSurroundings

PASSWORD = "correct horse battery staple"
PIN = "739154"
ROOM = "sjroom@contoso.example"
EWS: dict[str, dict[str, Any]] = {
    "language": {"language": "de", "timezone": "Europe/Berlin"},
    "network": {},
    "calendar": {"source": "ews"},
    "account": {"mailbox": ROOM, "endpoint": "https://mail.contoso.example/EWS/Exchange.asmx", "auth": "basic",
                "username": "svc@contoso.example", "password": PASSWORD},
    "preflight": {},
    "room": {"mailbox": ROOM, "name": "San José"},
    "screen": {"inputs": [{"name": "hdmi", "label": "HDMI", "kind": "hdmi", "match": ""}], "content": "popup"},
    "policies": {"show_subject": "organizer", "pin": PIN},
}  # fmt: skip


class _As:
    """Gives every request a role, as the guard of the socket does."""

    def __init__(self, app: ASGIApp, box: Box) -> None:
        self._app, self._box = app, box

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["role"] = self._box.role
        await self._app(scope, receive, send)


class Box:
    """A box that is being set up: the real service and its real routes over a scripted program."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.clock = FakeClock()
        self.around = FakeSurroundings()
        self.role = Role.FRONT
        self.room = Room(state)
        self.start()

    def start(self) -> None:
        """As a process that starts: nothing but the disk is remembered."""
        self.setup = SetupService(self.state, self.clock, self.around, pin_cost=CHEAP)
        app = FastAPI()
        problems.install(app)
        add_setup(app, self.room.parts(), self.setup)
        self.app: ASGIApp = _As(app, self)

    def code(self) -> str:
        shown = self.setup.welcome().code
        assert shown is not None
        return shown


class Technician:
    """A browser on the screen or on the network."""

    def __init__(self, box: Box, peer: str = "192.0.2.20") -> None:
        self.box = box
        self.peer = peer
        self.session = ""
        self.answers: list[str] = []

    async def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Content-Type": "application/json", **({wire.PEER_HEADER: self.peer} if self.peer else {})}
        if self.session:
            headers[wire.SESSION_HEADER] = self.session
        transport = httpx.ASGITransport(app=self.box.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://core") as client:
            answer = await client.request(method, f"/api/v1/setup{path}", content=json.dumps(body), headers=headers)
        self.answers.append(answer.text)
        return answer

    async def get(self, path: str = "") -> httpx.Response:
        return await self.ask("GET", path)

    async def post(self, path: str, body: Any = None) -> httpx.Response:
        return await self.ask("POST", path, {} if body is None else body)

    async def pair(self, **body: Any) -> httpx.Response:
        answer = await self.post("/pair", body or {"code": self.box.code()})
        if answer.status_code == 204:
            self.session = answer.headers[wire.SESSION_HEADER]
        return answer

    async def check(self, scope: str = "room") -> dict[str, Any]:
        """Run the checks to their end; the state after them."""
        assert (await self.post("/checks", {"scope": scope})).status_code == 202
        await self.get("/checks")
        return dict((await self.get()).json())

    async def answer(self, step: str, **changes: Any) -> httpx.Response:
        return await self.post(f"/steps/{step}", {**EWS[step], **changes})

    async def walk(self, until: str = "summary") -> None:
        """All steps before this one, with good answers."""
        for step in EWS:
            if step == until:
                return
            if step == "preflight":
                await self.check()
            answer = await self.answer(step)
            assert answer.status_code == 200, answer.text


@asynccontextmanager
async def activated(state: Path) -> AsyncIterator[tuple[Box, Technician]]:
    """A box that was set up, and the technician who did it."""
    box = Box(state)
    technician = Technician(box)
    await technician.pair()
    await technician.walk()
    assert (await technician.post("/activate")).status_code == 200
    technician.session = ""
    yield box, technician
    await box.setup.ended()
