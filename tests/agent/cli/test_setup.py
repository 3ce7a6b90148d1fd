"""`room-agent setup`: a file into effect, everything forgotten, with and without an agent that runs."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from agent.api.peer import Role
from agent.cli import main
from agent.config import load
from agent.setup import files, pin
from agent.store.audit import AuditLog
from agent.system import logs
from agent.system.clock import SystemClock
from agent.system.serve import Server, listen_unix
from tests.agent.setup.walking import PIN, Box, Technician, activated
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM, DemoExchange, demo_certificates, demo_exchange

__all__ = ["demo_certificates", "demo_exchange"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, in this process: exit status, standard output, standard error."""
    monkeypatch.setattr(logs, "configure", lambda _: None)
    for name in ("ROOM_AGENT_CONFIG", "ROOM_AGENT_STATE_DIR", "CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["room-agent", "setup", *arguments, "--state-dir", str(tmp_path / "state")])
        with pytest.raises(SystemExit) as ended, structlog.testing.capture_logs():
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return called


@pytest.fixture
def file(tmp_path: Path, demo_exchange: DemoExchange) -> Path:
    """What an administrator brings: a configuration with its secrets beside it."""
    demo_exchange.clock.set(SystemClock().now())
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    (tmp_path / "pin").write_text(f"{PIN}\n")
    server = demo_exchange.server
    path = tmp_path / "room.toml"
    path.write_text(
        f'[room]\nmailbox = "{ROOM}"\ntimezone = "Europe/Berlin"\n\n'
        f'[calendar.ews]\nendpoint = "{server.https_url}"\nusername = "{ACCOUNT}"\npassword_file = "password"\n'
        f'ca_file = "{server.ca_file}"\n\n[hot_desk]\nallowed = ["@contoso.example"]\n\n'
        '[setup]\nadmin_pin_file = "pin"\n'
    )
    return path


def test_a_file_is_tried_and_then_in_effect_with_copies_of_its_secrets(run: Run, file: Path, tmp_path: Path) -> None:
    status, out, err = run("apply", str(file), "--json")
    answer = json.loads(out)
    config = load(tmp_path / "state" / "config.toml", {})

    assert (status, answer["ok"], answer["changed"], answer["problem"]) == (0, True, True, None)
    assert {each["status"] for each in answer["checks"]} <= {"pass", "warn", "skipped"}
    assert "network.dns" in err
    assert Path(config.calendar.ews.password_file).parent == tmp_path / "state" / "secrets"
    assert Path(config.calendar.ews.password_file).read_text() == f"{PASSWORD}\n"
    assert config.calendar.ews.ca_file.startswith(str(tmp_path / "state" / "secrets"))
    assert config.hot_desk.allowed == ("@contoso.example",)
    assert pin.is_right(PIN, tmp_path / "state" / "secrets")
    assert PASSWORD not in out + err
    assert PIN not in out + err


def test_the_same_file_again_changes_nothing_and_another_secret_does(run: Run, file: Path, tmp_path: Path) -> None:
    first = run("apply", str(file), "--skip-checks")
    again = run("apply", str(file), "--skip-checks", "--json")
    (tmp_path / "password").write_text("another\n")
    changed = run("apply", str(file), "--skip-checks", "--json")

    assert first[:2] == (0, "In effect.\n")
    assert [json.loads(each[1])["changed"] for each in (again, changed)] == [False, True]
    assert files.names(tmp_path / "state" / "secrets") == [
        "admin-pin", "calendar.ews.ca.2", "calendar.ews.password.2"]  # fmt: skip


def test_a_check_that_fails_changes_nothing(run: Run, file: Path, tmp_path: Path, demo_exchange: DemoExchange) -> None:
    demo_exchange.server.down()
    status, out, err = run("apply", str(file), "--json")
    answer = json.loads(out)

    assert (status, answer["ok"], answer["changed"]) == (1, False, False)
    assert answer["problem"]["code"] in {each["code"] for each in answer["checks"] if each["status"] == "fail"}
    assert "nothing was changed" in err
    assert not (tmp_path / "state").exists()


def test_a_person_is_told_why_a_check_failed_and_with_which_command_it_is_mended(run: Run, file: Path) -> None:
    (file.parent / "password").write_text("not the password\n")
    status, _, err = run("apply", str(file))

    assert status == 1
    assert "Likely causes" in err
    assert "In PowerShell:" in err
    assert "Get-ADUser" in err


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("[hot_desk]", "[hot_desks]", "did you mean hot_desk?"),
        ('password_file = "password"', 'password_file = "nowhere"', "there is no file"),
        ('admin_pin_file = "pin"', 'admin_pin_file = "password"', "expected 6 to 16 digits"),
        ('admin_pin_file = "pin"', 'pin = "1234"', "knows one key"),
        (f'mailbox = "{ROOM}"', 'mailbox = "nobody"', "expected a mail address"),
    ],
)
def test_a_wrong_file_ends_with_2_and_names_the_place(run: Run, file: Path, old: str, new: str, complaint: str) -> None:
    file.write_text(file.read_text().replace(old, new))
    status, out, err = run("apply", str(file))

    assert (status, out) == (2, "")
    assert complaint in err
    assert PASSWORD not in err


def test_secrets_may_come_as_systemd_credentials(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "calendar.ews.password").write_text("from systemd\n")
    (credentials / "setup.admin_pin").write_text("24681357\n")
    text = file.read_text().replace('password_file = "password"\n', "").replace('admin_pin_file = "pin"\n', "")
    file.write_text(text)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))

    assert run("apply", str(file), "--skip-checks")[0] == 0
    secrets = tmp_path / "state" / "secrets"
    assert (secrets / "calendar.ews.password.1").read_text() == "from systemd\n"
    assert pin.is_right("24681357", secrets)


def test_where_another_file_counts_neither_apply_nor_reset_does_anything(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOM_AGENT_CONFIG", str(file))

    assert "[setup.managed]" in run("apply", str(file))[2]
    assert "[setup.managed]" in run("reset")[2]
    monkeypatch.delenv("ROOM_AGENT_CONFIG")
    assert "[setup.managed]" in run("apply", str(file), "--config", str(file))[2]
    assert "[setup.managed]" in run("reset", "--config", str(file))[2]


def test_at_a_terminal_a_reset_is_asked_for_and_a_no_keeps_everything(
    run: Run, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("apply", str(file), "--skip-checks")
    terminal = io.StringIO("n\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    status, out, err = run("reset")

    assert (status, out.strip()) == (1, "")
    assert "[setup.not_confirmed]" in err
    assert load(tmp_path / "state" / "config.toml", {}).room.mailbox == ROOM


def test_a_reset_leaves_nothing_of_the_room(run: Run, file: Path, tmp_path: Path) -> None:
    run("apply", str(file), "--skip-checks")
    state = tmp_path / "state"
    for name in ("room.db", "room.db-wal", "learned.json", "damaged-room.db", "tls/server.key", "setup/draft.json"):
        (state / name).parent.mkdir(exist_ok=True)
        (state / name).write_text(f"{ROOM} {PASSWORD}")
    done = run("reset")
    left = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())

    assert done[:2] == (0, "Forgotten. The set-up wizard comes up.\n")
    assert [secret for secret in (ROOM, PASSWORD, PIN, ACCOUNT) if secret.encode() in left] == []
    assert files.names(state) == ["audit.jsonl", "audit.mark", "lock"]
    log = AuditLog(state / "audit.jsonl", SystemClock())
    assert [(each.act, each.who) for each in log.entries(9)] == [("setup.applied", "admin"), ("setup.reset", "admin")]
    assert log.verify().intact


@pytest.mark.anyio
async def test_an_agent_that_runs_does_it_at_once(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    box = Box(tmp_path / "state")
    box.role = Role.ADMIN
    server = Server(box.app, listen_unix(tmp_path / "state" / "core.sock"))
    task = asyncio.create_task(server.run())

    applied = await asyncio.to_thread(run, "apply", str(file), "--skip-checks", "--json")
    again = await asyncio.to_thread(run, "apply", str(file), "--skip-checks", "--json")
    mode = box.setup.mode
    forgotten = await asyncio.to_thread(run, "reset", "--yes")
    server.stop()
    await task

    assert [json.loads(each[1])["changed"] for each in (applied, again)] == [True, False]
    assert (mode, forgotten[0], box.setup.mode, box.around.reconfigured) == ("settings", 0, "setup", 2)
    assert box.around.audited == [("setup.applied", {"who": "admin"}), ("setup.reset", {"who": "admin"})]


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"data": {}, "secrets": [], "pin": ""},
        {"data": {"rooom": {}}, "secrets": {}, "pin": ""},
        {"data": {}, "secrets": {"../../evil": "YQ=="}, "pin": ""},
        {"data": {}, "secrets": {"calendar.ews.password": "not base64"}, "pin": ""},
    ],
)
async def test_what_is_no_file_of_ours_is_refused(tmp_path: Path, body: dict[str, object]) -> None:
    box = Box(tmp_path)
    front = await Technician(box).post("/apply", body)
    box.role = Role.ADMIN

    assert front.status_code == 403
    assert (await Technician(box, "").post("/apply", body)).status_code == 422
    assert "secrets" not in files.names(tmp_path)


@pytest.mark.anyio
async def test_a_file_replaces_what_the_wizard_wrote(run: Run, file: Path, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    async with activated(tmp_path / "state"):
        assert (await asyncio.to_thread(run, "apply", str(file), "--skip-checks"))[0] == 0
        assert load(tmp_path / "state" / "config.toml", {}).room.name == ""


def test_the_rooms_of_the_organisation_are_listed_and_written_as_csv(run: Run, file: Path, tmp_path: Path) -> None:
    run("apply", str(file), "--skip-checks")
    status, out, _ = run("rooms")
    run("rooms", "--csv", str(tmp_path / "rooms.csv"))

    assert status == 0
    assert ROOM in out
    assert (tmp_path / "rooms.csv").read_bytes().startswith("\ufeffname,address,list\r\n".encode())
