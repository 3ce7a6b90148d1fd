"""A whole agent with marked secrets, with its calendar well and ill: none of them shows where people and machines look
after the box."""

from __future__ import annotations

import base64
import io
import json
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from agent.demo.exchange import faults
from agent.demo.http import faults as http_faults
from agent.demo.server import DemoServer
from agent.demo.world import Handling, Processing
from agent.system.clock import SystemClock
from agent.system.local import ask
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ACCOUNT, ROOM, booking, make_world
from tests.system.agent_process import AgentProcess, agent_command, free_port, secret, write_config
from tests.system.marks import leaks
from tests.waiting import wait_until

MARKS = {
    "subject": "Mark+Subject/ä 7f3a",
    "organizer": "Mark Organizer 51cd",
    "person": "mark.person.90be@contoso.example",
    "passcode": "84410937",
    "join link": "https://zoom.us/j/97531864200?pwd=MarkLink.66ab",
    "body": "Mark Body 3e19 confidential",
    "password": "mark:pass word+/4c2d",
    "wrong password": "mark:wrong word+/d18e",
    "status token": "mark-status-token-0a77e1c9d2b34f5a8",
    "typed": "Mark Typed 77aa",
    "title": "Mark Title 2b8e",
    "request": "Mark Request 95d0",
    "booking link": "https://meet.contoso.example/MarkRoom.c41f",
}
BODY = f"{MARKS['body']}<p>Join Zoom Meeting</p><p>{MARKS['join link']}</p><p>Passcode: {MARKS['passcode']}</p>"
HOSTILE = f"{MARKS['subject']} {MARKS['join link']} password={MARKS['password']}"
SURFACES = ("/api/v1/status", "/metrics", "/livez", "/readyz", "/openapi.json", "/api/v1/nothing", "/api/v1/setup")


OPERATIONS = ("/api/v1/ops", "/api/v1/ops/timeline", "/api/v1/ops/audit", "/api/v1/ops/logs?level=debug")
"""All that the page for operations is told but for the raw view, which is there to show the calendar."""


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[tuple[DemoServer, Path]]:
    """An Exchange whose service account has the marked password, and a marked meeting in the room."""
    world = make_world(FakeClock(SystemClock().now()))
    world.add_service_account(ACCOUNT, MARKS["password"])
    now = SystemClock().now().replace(microsecond=0)
    organizer = {"organizer_name": MARKS["organizer"], "organizer_address": MARKS["person"]}
    world.calendar(ROOM).book(booking(MARKS["subject"], now, now + timedelta(minutes=30), body_html=BODY, **organizer))
    world.add_user(MARKS["person"], MARKS["organizer"])
    world.mail.set_handling(ROOM, Handling(Processing.NONE))
    later = now + timedelta(hours=3)
    world.mail.invite(ROOM, booking(MARKS["request"], later, later + timedelta(minutes=30), **organizer))
    with DemoServer(world, directory=demo_certificates) as server:
        secret(tmp_path / "status-token", MARKS["status token"])
        yield server, tmp_path


def agent_of(server: DemoServer, directory: Path, password: str) -> AgentProcess:
    port = free_port()
    meetings = {"process_requests": True, "inform_organizer": True, "booking_link": MARKS["booking link"]}
    config = write_config(directory, server.http_url, password, port, meetings=meetings)
    return AgentProcess(directory / "state", config, port, flags=("--log-level", "debug"))


def looked_at(agent: AgentProcess) -> str:
    """Everything that somebody who looks after the box is shown, and what all users of the machine see."""
    answers = [agent.get(path) for path in SURFACES]
    answers.append(agent.get(f"/metrics?{quote(HOSTILE)}"))
    told = [f"{answer.request.url.path}\n{dict(answer.headers)}\n{answer.text}" for answer in answers]
    told += [json.dumps(ask(agent.state_dir / "core.sock", "GET", path)) for path in OPERATIONS]
    process = Path("/proc") / str(agent.process.pid)
    told += [(process / name).read_bytes().replace(b"\0", b"\n").decode() for name in ("cmdline", "environ")]
    return "\n".join(told)


def bundle_of(agent: AgentProcess, directory: Path) -> str:
    """All files of the support bundle; nothing from an agent that makes none."""
    file = directory / "bundle.zip"
    command = agent_command(
        "support-bundle", str(file), "--config", str(agent.config), "--state-dir", str(agent.state_dir)
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if "No such command" in done.stderr:
        return ""
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as bundle:
        return "\n".join(f"{name}\n{bundle.read(name).decode('utf-8', 'replace')}" for name in bundle.namelist())


def in_use(agent: AgentProcess) -> None:
    """What people and their programs send in."""
    state = agent.room(lambda state: state["current"] is not None)
    meeting = next(each for each in state["meetings"] if each["id"] == state["current"])
    assert meeting["subject"] == MARKS["subject"]
    assert meeting["join"]["passcode"] == MARKS["passcode"]
    agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]})
    agent.post("/api/v1/commands/join", {"text": f"{MARKS['join link']} {MARKS['typed']}"})
    agent.post("/api/v1/commands/join", {"meeting_id": MARKS["typed"]})
    shown: dict[str, Any] = {"page_id": "p", "revision": state["revision"], "hash": "0" * 64}
    errors = [f'TypeError: "{HOSTILE}"']
    agent.post("/api/v1/page", {**shown, "rendered_at": state["now"], "errors": errors})
    agent.get(f"/api/v1/meetings/{meeting['id']}/qr/link")


def in_control(agent: AgentProcess) -> None:
    """The running meeting ends, its organizer is told, the room is booked, and the invitation is answered."""
    current = agent.room()["current"]
    for name, body in (("end", {"meeting_id": current}), ("book", {"minutes": 30, "title": MARKS["title"]})):
        accepted = agent.post(f"/api/v1/commands/{name}", body)
        assert accepted.status_code == 202, accepted.text
        path = f"/api/v1/commands/{accepted.json()['id']}"
        assert agent._until(path, lambda state: bool(state["state"] != "pending"), 30)["state"] == "done"
    acts = {"room.end", "room.book", "room.answer"}
    socket = agent.state_dir / "core.sock"
    wait_until(
        lambda: {each["act"] for each in (ask(socket, "GET", "/api/v1/ops/audit") or {})["entries"]} >= acts,
        within=60, what="an answer in the audit log",
    )  # fmt: skip
    assert not agent.post("/api/v1/commands/book", {"minutes": 30, "title": MARKS["title"] * 9}).is_success
    assert not agent.post("/api/v1/commands/undo", {"command_id": MARKS["typed"]}).is_success


def left_of_messages(agent: AgentProcess) -> set[str]:
    """What the outbox keeps of messages that were sent."""
    with closing(sqlite3.connect(agent.state_dir / "room.db")) as database:
        return {text for (text,) in database.execute("SELECT payload FROM outbox WHERE kind = 'mail'")}


def test_nothing_shows_of_a_room_whose_calendar_is_well_and_then_ill(site: tuple[DemoServer, Path]) -> None:
    server, directory = site
    with agent_of(server, directory, MARKS["password"]) as agent:
        in_use(agent)
        in_control(agent)
        wait_until(lambda: left_of_messages(agent) == {"{}"}, within=60, what="a message that was sent and forgotten")
        assert not any(ROOM in agent.get(path).text for path in ("/api/v1/status", "/metrics", "/livez", "/readyz"))
        seen = [looked_at(agent)]
        for fault, code in (
            (faults.Fault("ErrorInternalServerError", HOSTILE), "calendar.server_error"),
            (http_faults.NotXml(f"<html>{HOSTILE}</html>".encode()), "calendar.not_exchange"),
        ):
            server.faults.clear()
            server.faults.add(fault)
            agent.post("/api/v1/commands/refresh", {})
            agent.status(lambda status, code=code: status["checks"]["calendar:contact"][0]["code"] == code)  # type: ignore[misc]
            seen.append(looked_at(agent))
        seen.append(bundle_of(agent, directory))
        token = (agent.state_dir / "api-token").read_text().strip()
        agent.stop()
    marks = {**MARKS, "api token": token}
    assert leaks("\n".join(seen), marks) == []
    assert leaks(agent.log, marks) == []
    assert "calendar.failing" in agent.log


@pytest.mark.long
def test_nothing_shows_of_a_refused_password(site: tuple[DemoServer, Path]) -> None:
    server, directory = site
    with agent_of(server, directory, MARKS["wrong password"]) as agent:
        agent.status(lambda status: status["checks"]["account:sign_in"][0]["code"] == "calendar.sign_in_failed")
        seen = looked_at(agent) + bundle_of(agent, directory)
        agent.stop()
    assert leaks(seen + agent.log, MARKS) == []


def test_the_search_finds_what_it_looks_for() -> None:
    for text in (
        "Authorization: Basic " + base64.b64encode((ACCOUNT + ":" + MARKS["password"]).encode()).decode(),
        quote(MARKS["password"]),
        MARKS["password"][::-1],
        MARKS["password"].upper(),
        "x" + base64.urlsafe_b64encode(b"ab" + MARKS["password"].encode()).decode(),
    ):
        assert leaks(text, {"password": MARKS["password"]}), text
