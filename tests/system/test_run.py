"""`room-agent run --config FILE` against an Exchange on loopback: the main job, bad input, care of the process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.demo.exchange import faults
from agent.demo.http import faults as http_faults
from agent.demo.server import DemoServer
from agent.model.event import Sensitivity
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, ROOM, booking, make_world
from tests.marks import LONG
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config

HALF_HOUR = timedelta(minutes=30)
LINK = "Join Zoom Meeting\nhttps://zoom.us/j/91234567890?pwd=abc\nMeeting ID: 912 3456 7890\nPasscode: 445566\n"


def html(text: str) -> str:
    lines = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f"<html><body>{lines}</body></html>"


class Site:
    """An Exchange with one room in it, and the directory its agent is configured in."""

    def __init__(self, server: DemoServer, directory: Path) -> None:
        self.server = server
        self.directory = directory
        self.calendar = server.world.calendar(ROOM)
        self.now = SystemClock().now().replace(microsecond=0)

    def book(self, subject: str, start: datetime | None = None, body: str = LINK, **more: Any) -> Any:
        begin = start or self.now - timedelta(minutes=5)
        return self.calendar.book(booking(subject, begin, begin + HALF_HOUR, body_html=html(body), **more))

    def agent(self, password: str = PASSWORD, endpoint: str | None = None, **more: Any) -> AgentProcess:
        port = free_port()
        config = write_config(self.directory, endpoint or self.server.http_url, password, port, **more)
        return AgentProcess(self.directory / "state", config, port)


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[Site]:
    world = make_world(FakeClock(SystemClock().now()))
    with DemoServer(world, directory=demo_certificates) as server:
        yield Site(server, tmp_path)


def subjects(state: dict[str, Any]) -> list[str]:
    return [meeting["subject"] for meeting in state["meetings"]]


def contact(code: str) -> Any:
    return lambda status: status["checks"]["calendar:contact"][0]["code"] == code


def test_a_meeting_comes_from_exchange_and_can_be_joined(site: Site) -> None:
    site.book("Design review")
    with site.agent() as agent:
        state = agent.room(lambda state: state["calendar"]["as_of"] is not None)
        (meeting,) = state["meetings"]
        assert (meeting["subject"], meeting["organizer"], meeting["phase"]) == ("Design review", "Ann Lee", "now")
        assert meeting["join"]["url"] == "https://zoom.us/j/91234567890?pwd=abc"
        assert (meeting["join"]["meeting_id"], meeting["join"]["passcode"]) == ("91234567890", "445566")
        assert state["current"] == meeting["id"]
        answer = agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]})
        assert answer.status_code == 202
        assert agent.stop() < 5
    assert agent.process.returncode == 0
    assert "Design review" not in agent.log
    assert "445566" not in agent.log
    assert PASSWORD not in agent.log


def test_a_refresh_shows_what_changed_at_once_with_one_batch_for_the_changed_meeting(site: Site) -> None:
    for number in range(5):
        site.book(f"Meeting {number}", site.now + timedelta(hours=number + 1))
    with site.agent() as agent:
        agent.room(lambda state: len(state["meetings"]) >= 5)
        read = len(site.server.requests.records("GetItem"))
        assert read == 1
        site.book("New one", site.now + timedelta(minutes=40))
        assert agent.post("/api/v1/commands/refresh", {}).status_code == 202
        agent.room(lambda state: "New one" in subjects(state))
        assert len(site.server.requests.records("GetItem")) == read + 1


def test_the_stored_list_is_shown_after_a_restart_without_a_server(site: Site) -> None:
    site.book("Kept meeting")
    with site.agent() as agent:
        before = agent.room(lambda state: state["calendar"]["as_of"] is not None)
    site.server.stop()
    with agent:
        after = agent.room(lambda state: state["calendar"]["problem"] is not None)
        assert after["meetings"][0]["id"] == before["meetings"][0]["id"]
        assert after["meetings"][0]["join"] == before["meetings"][0]["join"]
        assert (after["calendar"]["stale"], after["calendar"]["problem"]["code"]) == (True, "calendar.unreachable")
        assert after["revision"] > before["revision"]


def test_a_wrong_password_is_not_tried_again_within_a_minute_over_restarts(site: Site) -> None:
    with site.agent(password="wrong") as agent:
        document = agent.status(contact("calendar.sign_in_failed"))
        assert document["status"] == "fail"
        assert agent.get("/api/v1/status").status_code == 503
        agent.post("/api/v1/commands/refresh", {})
        agent.room(lambda state: state["notices"][0]["code"] == "calendar.sign_in_failed")
        assert agent.get("/readyz").status_code == 200
    with agent:
        agent.status(contact("calendar.sign_in_failed"))
    refused = [each for each in site.server.requests.records() if each.status == 401]
    assert 1 <= len(refused) <= 2
    assert "wrong" not in agent.log


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (http_faults.HttpStatus(500), "calendar.server_error"),
        LONG(http_faults.HttpStatus(403), "calendar.ews_blocked"),
        LONG(http_faults.NotXml(), "calendar.not_exchange"),
        LONG(http_faults.NotXml(b""), "calendar.not_exchange"),
        LONG(faults.ServerBusy(1000), "calendar.throttled"),
        LONG(faults.Fault("ErrorImpersonateUserDenied"), "calendar.impersonation_denied"),
        LONG(faults.ErrorCode("ErrorNonExistentMailbox"), "calendar.mailbox_not_found"),
    ],
)
def test_a_server_that_fails_is_named_and_the_list_stays(site: Site, fault: Any, code: str) -> None:
    site.book("Kept meeting")
    with site.agent() as agent:
        agent.room(lambda state: "Kept meeting" in subjects(state))
        site.server.faults.add(fault)
        agent.post("/api/v1/commands/refresh", {})
        state = agent.room(lambda state: state["calendar"]["problem"] is not None)
        assert state["calendar"]["problem"]["code"] == code
        assert state["calendar"]["problem"]["title"] != code
        assert subjects(state) == ["Kept meeting"]
        assert agent.get("/livez").status_code == 200
        agent.status(contact(code))


def test_an_untrusted_certificate_is_refused_and_the_ca_file_makes_it_good(site: Site) -> None:
    site.book("Over TLS")
    with site.agent(endpoint=site.server.https_url) as agent:
        agent.status(contact("calendar.tls"))
    assert site.server.requests.records() == []
    with site.agent(endpoint=site.server.https_url, calendar_ews={"ca_file": str(site.server.ca_file)}) as agent:
        agent.room(lambda state: "Over TLS" in subjects(state))


def test_an_item_without_a_start_is_skipped_counted_and_reported(site: Site) -> None:
    site.book("Good one", site.now + timedelta(hours=1))
    site.book("Bad one", site.now + timedelta(minutes=1))
    site.server.faults.add(faults.NoStart())
    with site.agent() as agent:
        state = agent.room(lambda state: any(n["code"] == "calendar.items_skipped" for n in state["notices"]))
        assert subjects(state) == ["Good one"]
        document = agent.status()
        assert document["checks"]["calendar:items"][0]["observedValue"] == 1


def test_a_body_of_600_kilobytes_is_read_like_any_other(site: Site) -> None:
    site.book("Big one")
    site.server.faults.add(faults.BigBody(600))
    with site.agent() as agent:
        state = agent.room(lambda state: "Big one" in subjects(state))
    assert state["meetings"][0]["join"]["provider"] == "zoom"


def test_a_private_subject_is_in_no_answer_and_not_on_disk(site: Site) -> None:
    site.book("MARKED-secret", sensitivity=Sensitivity.PRIVATE)
    with site.agent() as agent:
        state = agent.room(lambda state: bool(state["meetings"]))
    assert state["meetings"][0]["private"]
    assert "MARKED" not in json.dumps(state)
    assert all(b"MARKED" not in path.read_bytes() for path in agent.state_dir.glob("room.db*"))


def test_no_body_and_no_secret_reaches_the_disk(site: Site) -> None:
    site.book("Plain", body=LINK + "MARKED-agenda")
    with site.agent() as agent:
        agent.room(lambda state: bool(state["meetings"]))
    stored = b"".join(path.read_bytes() for path in agent.state_dir.rglob("*") if path.is_file())
    assert b"MARKED-agenda" not in stored
    assert PASSWORD.encode() not in stored


def test_without_a_configuration_the_setup_screen_is_served(tmp_path: Path) -> None:
    with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", 8080), timeout=5):
        pytest.skip("somebody else listens on port 8080, which is the one without a configuration")
    with AgentProcess(tmp_path / "state", None, 8080, {}, ()) as agent:
        state = agent.room()
        assert (state["screen"], state["meetings"]) == ("setup", [])
        assert agent.get("/").status_code == 200
        assert agent.get("/readyz").status_code == 200
    assert agent.process.returncode == 0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[room]\nmailbox = 5\n", "room.mailbox"),
        ("[room]\nmailbx = 'a@b.example'\n", "room.mailbx"),
        ("[room\n", "line 1"),
        ("[calendar.ews]\nendpoint = 'http://mail.contoso.example/EWS/Exchange.asmx'\n", "calendar.ews.endpoint"),
    ],
)
def test_a_malformed_configuration_stops_with_2_and_names_the_place(tmp_path: Path, text: str, complaint: str) -> None:
    config = tmp_path / "config.toml"
    config.write_text(text)
    command = agent_command("run", "--config", str(config), "--state-dir", str(tmp_path / "state"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_secret_stops_run_but_not_check_config(site: Site) -> None:
    agent = site.agent()
    (site.directory / "password").unlink()
    with agent:
        agent.process.wait(timeout=30)
    assert agent.process.returncode == 2
    assert "calendar.ews.password_file" in agent.log
    assert subprocess.run(agent_command("check-config", str(agent.config)), timeout=30, check=False).returncode == 0


def test_a_second_agent_on_the_same_state_directory_is_refused(site: Site) -> None:
    with site.agent() as agent:
        agent.room()
        command = agent_command("run", "--config", str(agent.config), "--state-dir", str(agent.state_dir))
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert second.returncode == 1
        assert "in use" in second.stderr


def test_a_taken_port_is_said_in_one_sentence(site: Site) -> None:
    agent = site.agent()
    with socket.socket() as other:
        other.bind(("127.0.0.1", agent.port))
        other.listen()
        with agent:
            agent.process.wait(timeout=30)
    assert agent.process.returncode == 2
    assert "web.listen" in agent.log
    assert "Traceback" not in agent.log


def test_the_service_manager_is_told_ready_alive_and_stopping(site: Site) -> None:
    path = site.directory / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(path))
        systemd.settimeout(20)
        agent = site.agent()
        agent.environment = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "900000"}
        with agent:
            told = [systemd.recv(100) for _ in range(3)]
            agent.stop()
            systemd.setblocking(False)
            while told[-1] != b"STOPPING=1":
                told.append(systemd.recv(100))
    assert told.count(b"READY=1") == 1
    assert b"WATCHDOG=1" in told


def test_sigint_ends_as_peacefully_as_sigterm(site: Site) -> None:
    with site.agent() as agent:
        agent.room()
        assert agent.stop(signal.SIGINT) < 5
    assert agent.process.returncode == 0


def test_commands_of_the_shell_ask_the_running_agent(site: Site) -> None:
    site.book("Design review")
    with site.agent() as agent:
        agent.room(lambda state: bool(state["meetings"]))

        def shell(*arguments: str) -> dict[str, Any]:
            command = agent_command(*arguments, "--json", "--state-dir", str(agent.state_dir))
            done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
            assert done.returncode == 0, done.stderr
            answer: dict[str, Any] = json.loads(done.stdout)
            return answer

        assert subjects(shell("meetings")) == ["Design review"]
        assert shell("status")["status"] == "pass"
        assert shell("sync", "--once")["ok"] is True


def test_commands_of_the_shell_work_without_a_running_agent(site: Site) -> None:
    site.book("Design review")
    agent = site.agent()
    arguments = ("--json", "--config", str(agent.config), "--state-dir", str(agent.state_dir))
    synced = subprocess.run(agent_command("sync", "--once", *arguments), capture_output=True, timeout=30, check=True)
    assert json.loads(synced.stdout)["added"] == 1
    listed = subprocess.run(agent_command("meetings", *arguments), capture_output=True, timeout=30, check=True)
    assert subjects(json.loads(listed.stdout)) == ["Design review"]


def test_core_and_front_run_as_processes_of_their_own(site: Site) -> None:
    site.book("Design review")
    agent = site.agent()
    agent.flags = ("--no-front",)
    with agent:
        core = agent.state_dir / "core.sock"
        command = agent_command("front", "--core", str(core), "--config", str(agent.config), "--state-dir",
                                str(agent.state_dir))  # fmt: skip
        with subprocess.Popen(command, stderr=subprocess.PIPE) as front:
            assert "Design review" in subjects(agent.room(lambda state: bool(state["meetings"])))
            front.terminate()
            assert front.wait(timeout=10) == 0


def test_the_state_directory_is_closed_to_others(site: Site) -> None:
    with site.agent() as agent:
        agent.room()
        modes = {path.name: path.stat().st_mode & 0o777 for path in agent.state_dir.iterdir()}
    assert agent.state_dir.stat().st_mode & 0o777 == 0o700
    assert modes["api-token"] == 0o600
    assert modes["room.db"] == 0o600


def test_a_box_can_look_around_in_the_demo(tmp_path: Path) -> None:
    port = free_port()
    config = tmp_path / "config.toml"
    config.write_text(f'[calendar]\nsource = "demo"\n[web]\nlisten = "127.0.0.1:{port}"\n')
    with AgentProcess(tmp_path / "state", config, port) as agent:
        state = agent.room(lambda state: bool(state["meetings"]))
        assert state["room"]["name"] == "San Jose"
        assert state["current"] is not None
