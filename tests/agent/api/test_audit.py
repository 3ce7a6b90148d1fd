"""The audit log over the core's API and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.middleware.base import RequestResponseEndpoint
from starlette.responses import Response

from agent.api import problems
from agent.api.audit import audit_routes
from agent.api.parts import Parts
from agent.api.peer import Role
from agent.cli import asking, printing
from agent.errors import RoomAgentError
from agent.store.audit import AuditLog
from tests.fakes.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    log = AuditLog(tmp_path / "audit.jsonl", FakeClock())
    log.add("setup.activated", "screen", steps=9)
    log.add("hot_desk.shown", "screen", mailbox="ann@contoso.example", minutes=30)
    return log


async def asked(log: AuditLog, role: Role) -> httpx.Response:
    app = FastAPI()
    problems.install(app)
    app.include_router(audit_routes(cast("Parts", SimpleNamespace(audit=log))))

    @app.middleware("http")
    async def told(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.scope.setdefault("state", {})["role"] = role
        return await call_next(request)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://core") as client:
        return await client.get("/api/v1/audit")


async def test_the_administrator_reads_the_log_newest_last(log: AuditLog) -> None:
    answer = (await asked(log, Role.ADMIN)).json()

    assert (answer["intact"], answer["problem"]) == (True, None)
    assert [each["act"] for each in answer["entries"]] == ["setup.activated", "hot_desk.shown"]


@pytest.mark.parametrize("role", [Role.FRONT, Role.DISPLAY])
async def test_nobody_else_reads_it(log: AuditLog, role: Role) -> None:
    answer = await asked(log, role)

    assert (answer.status_code, answer.json()["code"]) == (403, "peer.refused")


def command(directory: Path, capsys: pytest.CaptureFixture[str], *, as_json: bool = False, verify: bool = False) -> Any:
    capsys.readouterr()
    asking.audit(None, directory, as_json=as_json, verify=verify)
    printed = capsys.readouterr().out
    return json.loads(printed) if as_json else printed


def test_without_an_agent_the_command_reads_the_file_itself(
    log: AuditLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = command(tmp_path, capsys).splitlines()

    assert lines[0] == "1  2026-11-23 12:00:00  screen  setup.activated  steps=9"
    assert lines[1] == "2  2026-11-23 12:00:00  screen  hot_desk.shown   mailbox=ann@contoso.example, minutes=30"
    assert lines[-1] == "The log is as it was written."
    assert [each["n"] for each in command(tmp_path, capsys, as_json=True)["entries"]] == [1, 2]


def test_verifying_a_log_that_was_changed_fails(
    log: AuditLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text(file.read_text().replace("screen", "nobody"))

    assert command(tmp_path, capsys, as_json=True)["intact"] is False  # without --verify it is told, no failure
    with pytest.raises(RoomAgentError, match="not as it was written") as refused:
        command(tmp_path, capsys, verify=True)
    assert refused.value.code == "audit.broken"
    assert "NOT INTACT: Entry 2 was not written after what stands before it now." in capsys.readouterr().out


def test_before_anything_was_done_the_log_is_empty_and_intact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, capsys, as_json=True, verify=True) == {"intact": True, "entries": []}
    assert list(tmp_path.iterdir()) == []


def test_a_state_directory_that_is_missing_is_made_and_holds_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "state"
    assert command(state, capsys, as_json=True, verify=True) == {"intact": True, "entries": []}
    assert state.stat().st_mode & 0o777 == 0o700


def test_hostile_text_in_a_changed_log_does_not_reach_the_terminal() -> None:
    entry = {"n": 1, "at": "2026-11-23T17:00:00Z", "who": "\x1b[31mred", "act": "a\nb", "facts": {"x": "\u202e"}}

    printed = printing.audit({"intact": True, "problem": None, "entries": [entry]})

    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert len(printed.splitlines()) == 3
