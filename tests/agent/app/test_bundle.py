"""The support bundle, with a box that is full of marked secrets."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import stat
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from agent.app.agent import Agent
from agent.app.box import open_box, read_box
from agent.app.bundle import write_bundle
from agent.app.lasting import Lasting
from agent.app.programs import make_core
from agent.app.setup import make_setup
from agent.cli import asking
from agent.cli import bundle as command
from agent.control.operations import Asked, creating, sending
from agent.errors import UsageError
from agent.model.control import Act, Mail, NewBooking
from agent.model.history import DONE, JoinPress, Past, Previous
from agent.model.join import DialIn, JoinInfo
from agent.model.sync import Entry
from agent.state.starts import Run
from agent.store.audit import AuditLog
from agent.store.opening import open_store
from agent.supervise import Supervisor
from agent.system import programs
from agent.system.clock import SystemClock
from agent.system.log_memory import LogMemory
from tests.builders import MORNING, joinable, occurrence

pytestmark = pytest.mark.anyio

ROOM, PERSON = "marked.room@contoso.example", "marked.person@contoso.example"
SECRETS = {"password": "marked+Pässword/8f2c", "token": "marked-status-token-31", "proxy": "marked-proxy-pass-77"}
LINK = "https://zoom.us/j/91288812345?pwd=MarkedPwd42"
BOOKED = ["Marked booking 58", "Marked place 61", "Marked letter 63"]
CONTENT = ["Marked subject 47", "Marked Person", "91288812345", "marked-passcode", "MarkedPwd42", "555-0147", "8812447"]
OPS = "/api/v1/ops"
HOST = "localhost:1"
CONFIG = f"""
[room]
mailbox = "{ROOM}"
[network]
proxy = "http://hidden.contoso.example:3128"
proxy_credentials_file = "proxy"
no_proxy = ["hidden.contoso.example", "localhost"]
[calendar.ews]
endpoint = "https://{HOST}/EWS/Exchange.asmx"
username = "marked.service@contoso.example"
password_file = "password"
[hot_desk]
allowed = ["{PERSON}"]
[join]
trusted_hosts = ["hidden.contoso.example"]
[web]
setup_listen = ""
status_token_file = "token"
[inputs.hdmi]
label = "Table"
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A box whose calendar, secrets and audit log are marked."""
    state = tmp_path / "state"
    state.mkdir()
    (state / "config.toml").write_text(CONFIG)
    (state / "password").write_text(SECRETS["password"] + "\n")
    (state / "token").write_text(SECRETS["token"] + "\n")
    (state / "proxy").write_text(f"somebody:{SECRETS['proxy']}\n")
    info = JoinInfo(provider="zoom", provider_name="Zoom", url=LINK, meeting_id=CONTENT[2], passcode=CONTENT[3],
                    dial_in=(DialIn(CONTENT[5], CONTENT[6]),))  # fmt: skip
    meeting = occurrence("m", MORNING, subject=CONTENT[0], organizer=CONTENT[1], organizer_address=PERSON)
    store = open_store(state, ROOM)
    store.apply("s", None, [Entry(meeting, joinable(info))], [], MORNING)
    now = SystemClock().now()
    booked = NewBooking(start=now, end=now + timedelta(hours=1), subject=BOOKED[0], location=BOOKED[1])
    asked = Asked(act=Act.BOOK, command_id="c", actor="screen", reason="control.asked", at=now, key="k")
    create = creating(asked, "m-2", booked)
    store.outbox.add([create, sending(create, Mail(to=PERSON, subject=BOOKED[2], body="-"), now)], now)
    store.history.write(Past(joins=(JoinPress("id1", now, "zoom", DONE),)), now)
    store.close()
    AuditLog(state / "audit.jsonl", SystemClock()).add("hot_desk.shown", "admin-pin", mailbox=PERSON, minutes=30)
    return state


def hostile_lines() -> list[str]:
    """What other programs might print."""
    lines = [f"page {LINK} of {CONTENT[0]} by {CONTENT[1]} <{PERSON}>, code {CONTENT[3]}, id {CONTENT[2]}",
             f"dial {CONTENT[5]} and {CONTENT[6]}#", f"msteams:/l/meetup {quote(PERSON)}", f"sip:{PERSON}"]  # fmt: skip
    lines.append(f"{BOOKED[0]} at {BOOKED[1]}, {BOOKED[2]} is sent")
    for secret in SECRETS.values():
        raw = secret.encode()
        lines += [f"got {secret} and {quote(secret)} {json.dumps(secret)} {base64.b64encode(raw).decode()}", raw.hex()]
        lines.append("Authorization: Basic " + base64.b64encode(b"somebody:" + raw).decode())
    return lines


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal that holds everything it should not, and a service manager."""
    folder = tmp_path / "bin"
    folder.mkdir()
    journal = tmp_path / "journal"
    journal.write_text("\n".join(["room-agent[1]: calendar.failing code=calendar.timeout", *hostile_lines()]))
    for name, line in (("journalctl", f"/bin/cat {journal}"), ("systemctl", "echo Id=room-agent.service")):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setattr(programs, "WHERE", str(folder))


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The agent on a state directory, without a front; a client of its socket."""
    box = open_box(None, state)
    run = Run(box.clock.now(), Previous.CRASH)

    async def never() -> None:
        raise AssertionError

    agent = Agent(
        box, partial(make_core, lasting=Lasting(setup=make_setup(box, never), run=run)), partial(read_box, None, state)
    )
    supervisor = Supervisor()
    for part in (*agent.parts(), *agent.last_parts()):
        await supervisor.start(part)
    transport = httpx.AsyncHTTPTransport(uds=str(box.places.core_socket))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://core", timeout=30) as client:
            yield client
    finally:
        supervisor.stop()
        assert await supervisor.wait() == 0


def opened(content: bytes) -> dict[str, str]:
    """Every file of a bundle by name, as text."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def forbidden() -> list[str]:
    found = [
        ROOM,
        PERSON,
        "marked.service",
        quote(PERSON),
        "hidden.contoso.example",
        LINK,
        "zoom.us",
        *CONTENT,
        *BOOKED,
    ]
    for secret in SECRETS.values():
        raw = secret.encode()
        found += [secret, quote(secret, safe=""), json.dumps(secret)[1:-1], raw.hex(), base64.b64encode(raw).decode(),
                  base64.b64encode(b"somebody:" + raw).decode()]  # fmt: skip
    return found


def leaked(files: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, text) for name, content in files.items() for text in forbidden() if text.lower() in content.lower()]


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = LogMemory()
    monkeypatch.setattr("agent.app.ops.MEMORY", memory)
    for line in hostile_lines():
        memory(None, "warning", {"event": "page.script_error", "level": "warning", "timestamp": "t", "text": line})


async def test_a_running_agent_tells_everything_and_nothing_that_is_marked(
    state: Path, tmp_path: Path, system: None, memory: None
) -> None:
    async with running(state):
        file = tmp_path / "b.zip"
        manifest = await asyncio.to_thread(write_bundle, file, None, state)
    files = opened(file.read_bytes())

    assert leaked(files) == []
    assert manifest["left_out"] == []
    assert [each["name"] for each in manifest["inside"]] == [
        "status.json", "metrics.txt", "config.toml", "versions.json", "timeline.json", "audit.json", "display.json",
        "log.txt", "journal.txt", "units.txt",
    ]  # fmt: skip
    assert json.loads(files["manifest.json"]) == manifest
    assert set(files) == {"manifest.json", *(each["name"] for each in manifest["inside"])}
    assert "calendar:contact" in json.loads(files["status.json"])["checks"]
    assert "room_agent_build_info" in files["metrics.txt"]
    assert HOST in files["config.toml"]
    timeline = json.loads(files["timeline.json"])
    assert [(each["provider"], each["outcome"]) for each in timeline["joins"]] == [("zoom", "done")]
    assert timeline["starts"][-1]["previous"] == "crash"
    assert json.loads(files["audit.json"])["entries"][0]["facts"] == {"mailbox": "[address]", "minutes": 30}
    assert "calendar.failing code=calendar.timeout" in files["journal.txt"]
    assert "page.script_error" in files["log.txt"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size < 5 * 1024 * 1024


def test_without_an_agent_its_files_tell_and_the_bundle_says_what_is_missing(
    state: Path, tmp_path: Path, system: None
) -> None:
    before = content_of(state)
    file = tmp_path / "b.zip"
    manifest = write_bundle(file, None, state)
    files = opened(file.read_bytes())

    assert leaked(files) == []
    assert {each["name"] for each in manifest["left_out"]} == {"status.json", "metrics.txt", "display.json", "log.txt"}
    assert all(each["why"] == "No running agent answered." for each in manifest["left_out"])
    assert len(json.loads(files["timeline.json"])["joins"]) == 1
    assert content_of(state).items() >= before.items()


@pytest.mark.parametrize("damage", ["config.toml", "room.db", "audit.jsonl"])
def test_a_box_with_a_damaged_file_still_has_a_bundle(state: Path, tmp_path: Path, system: None, damage: str) -> None:
    (state / damage).write_bytes(b"\xff\x00 = [" * 500)
    manifest = write_bundle(tmp_path / "b.zip", None, state)

    gone = {each["name"] for each in manifest["left_out"]}
    assert {"config.toml": "config.toml", "room.db": "timeline.json"}.get(damage, "log.txt") in gone
    assert "versions.json" in {each["name"] for each in manifest["inside"]}


def test_secrets_are_known_from_a_configuration_that_is_no_good(state: Path, tmp_path: Path, system: None) -> None:
    (state / "config.toml").write_text(f"{CONFIG}\nnonsense = 1\n[calendar")
    file = tmp_path / "b.zip"
    manifest = write_bundle(file, None, state)

    assert leaked(opened(file.read_bytes())) == []
    assert "check-config" in next(each["why"] for each in manifest["left_out"] if each["name"] == "config.toml")


def test_a_box_where_nothing_is_has_a_bundle_too(tmp_path: Path) -> None:
    manifest = write_bundle(tmp_path / "b.zip", None, tmp_path / "nothing")

    assert {"timeline.json", "audit.json"} <= {each["name"] for each in manifest["left_out"]}
    assert not (tmp_path / "nothing").exists()


def test_a_file_that_is_there_is_never_overwritten(state: Path, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_text("somebody's")
    (tmp_path / "link.zip").symlink_to(file)

    for each in (file, tmp_path / "link.zip"):
        with pytest.raises(UsageError, match="already") as refused:
            write_bundle(each, None, state)
        assert refused.value.code == "bundle.exists"
    assert file.read_text() == "somebody's"


def test_a_bundle_that_cannot_be_made_leaves_no_file(state: Path, tmp_path: Path) -> None:
    (state / "core.sock").write_text("no socket")
    file = tmp_path / "b.zip"
    with pytest.raises(OSError, match="No such file"):
        write_bundle(tmp_path / "missing" / "b.zip", None, state)
    with pytest.raises(Exception, match="there is no such file"):
        write_bundle(file, tmp_path / "none.toml", state)

    assert not file.exists()


def test_the_command_prints_what_is_inside_and_what_is_not(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.support_bundle(tmp_path / "b.zip", None, state)
    printed = capsys.readouterr().out

    assert printed.startswith(f"{tmp_path / 'b.zip'} holds\n  config.toml ")
    assert "Left out:\n  status.json      No running agent answered." in printed


# --- the same agent's page for operations ----------------------------------------------------------------------------


async def test_the_running_agent_serves_its_page_for_operations(state: Path) -> None:
    async with running(state) as client:
        told: dict[str, Any] = (await client.get(OPS)).json()
        timeline = (await client.get(f"{OPS}/timeline")).json()
        front = {"X-Room-Agent-Peer": "screen"}
        refused = await client.post(f"{OPS}/session", json={"token": "wrong"}, headers=front)
        opened = [
            await client.post(f"{OPS}/session", json={"token": token}, headers=front)
            for token in (SECRETS["token"], (state / "api-token").read_text().strip())
        ]

    assert (told["mailbox"], told["release"] != "", told["versions"]["agent"]) == (ROOM, True, told["release"])
    assert {"calendar:contact", "store:integrity", "disk:free"} <= {each["key"] for each in told["checks"]}
    assert timeline["starts"][-1] == {"at": told["started"], "previous": "crash"}
    assert refused.json()["code"] == "ops.token_wrong"
    assert [each.status_code for each in opened] == [204, 204]


def test_the_stored_list_needs_no_secret(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state / "password").unlink()
    asking.meetings(None, state, as_json=True)

    assert json.loads(capsys.readouterr().out)["calendar"]["as_of"] == "2026-11-23T17:00:00Z"
