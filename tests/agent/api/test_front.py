"""What fronts are told and ask, over ASGI."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from agent.api.front import front_routes
from agent.api.parts import Parts
from agent.errors import ConfigError
from agent.model.auth_failures import AuthFailures
from agent.state.bearers import MOST_WRONG, WITHIN_S
from agent.wire.front import FrontFacts, FrontTls
from tests.builders import MORNING
from tests.fakes.clock import FakeClock

SCRAPER, GUESSER = "192.0.2.50", "192.0.2.66"


class Side:
    """A box that listens to the network."""

    def __init__(self) -> None:
        self.token: str | None = "s3cret"
        self.pem: FrontTls | None = FrontTls(certificate="a certificate", key="a key")
        self.wizard_ports: list[int | None] = []

    def facts(self, wizard_port: int | None = None) -> FrontFacts:
        self.wizard_ports.append(wizard_port)
        return FrontFacts(hosts=["room7"], remote="0.0.0.0:8443", settings=True, certificate="1")

    def tls(self) -> FrontTls | None:
        return self.pem

    def status_token(self) -> str:
        if self.token is None:
            raise ConfigError("web.status_token_file: there is no file /etc/token", "secret.missing")
        return self.token


class Asked:
    def __init__(self) -> None:
        self.side, self.clock, self.auth_failures = Side(), FakeClock(MORNING), AuthFailures()
        parts = SimpleNamespace(front=self.side, api_token="local", clock=self.clock, auth_failures=self.auth_failures)
        self.app = FastAPI()
        self.app.include_router(front_routes(cast("Parts", parts)))

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://core") as client:
                return await client.request(method, f"/api/v1{path}", **more)

        return asyncio.run(asked())

    def token(self, token: str, peer: str = SCRAPER) -> tuple[int, str]:
        answer = self.ask("POST", "/token", json={"token": token, "surface": "status", "peer": peer})
        return answer.status_code, answer.json()["code"] if answer.content else ""


@pytest.fixture
def core() -> Asked:
    return Asked()


def test_settings_hold_no_secret_and_the_key_is_asked_for_by_itself(core: Asked) -> None:
    told = core.ask("GET", "/front?wizard_port=8444")
    assert told.json()["hosts"] == ["room7"]
    assert "key" not in told.text
    assert core.side.wizard_ports == [8444]
    assert core.ask("GET", "/front/tls").json() == {"certificate": "a certificate", "key": "a key"}
    core.side.pem = None
    assert core.ask("GET", "/front/tls").json()["code"] == "front.no_certificate"
    assert core.ask("GET", "/front?wizard_port=99999").status_code == 422


def test_each_token_opens_its_own_surface(core: Asked) -> None:
    assert core.token("s3cret") == (204, "")
    assert core.token("local") == (403, "token.wrong")
    assert core.ask("POST", "/token", json={"token": "local"}).status_code == 204
    assert core.ask("POST", "/token", json={"token": "s3cret"}).json()["code"] == "token.stale"


def test_a_box_without_a_token_knows_none(core: Asked) -> None:
    core.side.token = ""
    assert core.token("") == (403, "token.wrong")


def test_who_guesses_waits_and_who_has_the_token_does_not(core: Asked) -> None:
    with capture_logs() as logs:
        for _ in range(MOST_WRONG):
            assert core.token("guess", GUESSER) == (403, "token.wrong")
        assert core.token("s3cret", GUESSER) == (429, "token.locked")
    assert core.token("s3cret", SCRAPER) == (204, "")
    assert [(each["event"], each["peer"]) for each in logs] == [("token.locked", GUESSER)]
    assert core.auth_failures.counts["status"] == MOST_WRONG + 1
    locked = core.ask("POST", "/token", json={"token": "x", "surface": "status", "peer": GUESSER})
    assert locked.headers["retry-after"] == str(int(WITHIN_S))
    core.clock.advance(WITHIN_S)
    assert core.token("s3cret", GUESSER) == (204, "")


def test_a_token_that_cannot_be_read_is_the_boxs_trouble_and_nobodys_wrong_try(core: Asked) -> None:
    core.side.token = None
    with capture_logs() as logs:
        for _ in range(MOST_WRONG + 1):
            assert core.token("s3cret") == (503, "token.unreadable")
    assert {(each["event"], each["code"]) for each in logs} == {("token.unreadable", "secret.missing")}
    core.side.token = "s3cret"
    assert core.token("s3cret") == (204, "")
