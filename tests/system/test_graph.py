"""`room-agent run` with `calendar.source = "graph"`: the main job, a tenant's mistakes, and the change from EWS."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.demo.graph.errors import GraphSays, WithoutStart
from agent.demo.http.faults import EWS, GRAPH, HttpStatus, NotXml, Wire
from agent.demo.server import DemoServer
from agent.demo.world import Frequency, Recurrence
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import CLIENT_SECRET, PASSWORD, ROOM, USER, booking, make_world
from tests.marks import LONG
from tests.system.agent_process import (
    AgentProcess,
    agent_command,
    free_port,
    secret,
    write_graph_config,
)

HALF_HOUR = timedelta(minutes=30)
BODY = "<p>Join Zoom Meeting<br>https://zoom.us/j/91234567890?pwd=abc<br>Meeting ID: 912 3456 7890</p>"


class Site:
    """A tenant with one room in it, and the directory its agent is configured in."""

    def __init__(self, server: DemoServer, directory: Path) -> None:
        self.server = server
        self.directory = directory
        self.port = free_port()
        self.calendar = server.world.calendar(ROOM)
        self.now = SystemClock().now().replace(microsecond=0)

    def book(self, subject: str, start: datetime | None = None, **more: Any) -> Any:
        begin = start or self.now - timedelta(minutes=5)
        return self.calendar.book(booking(subject, begin, begin + HALF_HOUR, body_html=BODY, **more))

    def config(self, **more: Any) -> Path:
        return write_graph_config(self.directory, self.server.authority, self.server.ca_file, self.port, **more)

    def agent(self, environment: dict[str, str] | None = None, **more: Any) -> AgentProcess:
        return AgentProcess(self.directory / "state", self.config(**more), self.port, environment or {})

    def either(self, source: str, fallback: str = "") -> AgentProcess:
        """Configured for both protocols."""
        secret(self.directory / "password", PASSWORD)
        ews = {
            "endpoint": self.server.https_url,
            "username": "mailboxservice@contoso.example",
            "password_file": "password",
            "ca_file": str(self.server.ca_file),
        }
        return self.agent(calendar={"source": source, "fallback": fallback}, calendar_ews=ews)


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[Site]:
    world = make_world(FakeClock(SystemClock().now()))
    with DemoServer(world, directory=demo_certificates) as server:
        yield Site(server, tmp_path)


def subjects(state: dict[str, Any]) -> list[str]:
    return [meeting["subject"] for meeting in state["meetings"]]


def contact(code: str) -> Any:
    return lambda status: status["checks"]["calendar:contact"][0]["code"] == code


def synced(state: dict[str, Any]) -> bool:
    return state["calendar"]["as_of"] is not None


def test_a_meeting_comes_from_microsoft_365_and_can_be_joined_without_exchangelib(site: Site) -> None:
    site.book("Design review")
    for name in ("exchangelib", "spnego", "requests_ntlm"):
        (site.directory / "poison").mkdir(exist_ok=True)
        (site.directory / "poison" / f"{name}.py").write_text("raise SystemExit('imported')\n")
    with site.agent({"PYTHONPATH": str(site.directory / "poison")}) as agent:
        state = agent.room(synced)
        (meeting,) = state["meetings"]
        assert state["calendar"]["source"] == "graph"
        assert (meeting["subject"], meeting["organizer"], meeting["phase"]) == ("Design review", "Ann Lee", "now")
        assert meeting["join"]["url"] == "https://zoom.us/j/91234567890?pwd=abc"
        assert agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]}).status_code == 202
        stream = agent.get("/api/v1/status").json()["checks"]["calendar:stream"][0]
        assert (stream["status"], stream["code"]) == ("pass", "stream.none")
        assert agent.stop() < 5
    assert agent.process.returncode == 0
    assert not [word for word in (CLIENT_SECRET, "Design review", "demo.", "imported") if word in agent.log]


def test_what_changes_near_a_meeting_is_on_the_screen_within_seconds_by_polling_alone(site: Site) -> None:
    site.book("Now")
    with site.agent() as agent:
        agent.room(synced)
        for subject, patience in (("After the first read", 15), ("Just booked", 8)):
            site.book(subject, site.now + timedelta(minutes=40))
            agent.room(lambda state: subject in subjects(state), patience_s=patience)  # noqa: B023


def test_far_from_meetings_it_is_asked_seldom_and_a_command_makes_it_quick(site: Site) -> None:
    site.book("Tomorrow", site.now + timedelta(hours=20))
    with site.agent() as agent:
        status = agent.status(contact("calendar.ok"))
        assert status["status"] == "pass"
        site.server.requests.clear()
        site.book("Later", site.now + timedelta(hours=6))
        assert agent.post("/api/v1/commands/refresh", {}).status_code == 202
        agent.room(lambda state: "Later" in subjects(state))
        site.book("Later still", site.now + timedelta(hours=8))
        agent.room(lambda state: "Later still" in subjects(state), patience_s=12)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (GraphSays(403, "ErrorAccessDenied"), "calendar.graph_access_denied"),
        LONG(GraphSays(403, "ErrorAccessDenied", "Access to OData is disabled."), "calendar.mailbox_out_of_scope"),
        LONG(GraphSays(403, "Authorization_RequestDenied"), "calendar.app_role_missing"),
        LONG(GraphSays(404, "ErrorInvalidUser"), "calendar.mailbox_not_found"),
        LONG(GraphSays(404, "MailboxNotEnabledForRESTAPI"), "calendar.mailbox_not_in_cloud"),
        LONG(GraphSays(401, "InvalidAuthenticationToken"), "calendar.token_refused"),
        LONG(GraphSays(429, "ApplicationThrottled", retry_after="2.128"), "calendar.throttled"),
        LONG(HttpStatus(500, only=GRAPH), "calendar.server_error"),
        (NotXml(), "calendar.token_service_unreachable"),
    ],
)
def test_each_mistake_of_a_tenant_has_its_name_and_the_list_stays(site: Site, fault: Any, code: str) -> None:
    site.book("Kept")
    with site.agent() as agent:
        agent.room(synced)
    site.server.faults.add(fault)
    with agent:
        state = agent.room(lambda state: state["calendar"]["problem"] is not None)
        problem = state["calendar"]["problem"]
        assert problem["code"] == code
        assert problem["title"] != code
        assert len(problem["detail"]) > 40
        assert subjects(state) == ["Kept"]
    assert "Traceback" not in agent.log


def test_a_wrong_secret_is_posted_once_and_then_rests_over_restarts(site: Site) -> None:
    with site.agent(app_secret="wrong") as agent:
        document = agent.status(contact("calendar.sign_in_failed"))
        assert document["status"] == "fail"
        agent.post("/api/v1/commands/refresh", {})
    with agent:
        agent.status(contact("calendar.sign_in_failed"))
    assert len(site.server.requests.records("token")) == 1


def test_a_sign_in_service_that_hangs_holds_nothing_up(site: Site) -> None:
    site.book("Design review")
    number = site.server.faults.add(Wire(delay_s=120), operation="openid-configuration")
    with site.agent() as agent:
        begun = time.monotonic()
        state = agent.room()
        assert (state["calendar"]["as_of"], state["availability"]) == (None, "unknown")
        assert agent.get("/livez").status_code == 200
        assert time.monotonic() - begun < 10
        assert agent.stop() < 5
    site.server.faults.remove(number)
    with agent:
        agent.room(synced)


def test_an_unknown_app_is_told_from_a_wrong_secret(site: Site) -> None:
    directory = site.server.world.directory
    directory.applications[:] = [replace(each, client_id="another") for each in directory.applications]
    with site.agent() as agent:
        agent.status(contact("calendar.app_unknown"))


def test_a_room_that_moves_from_ews_to_graph_keeps_its_meetings_ids(site: Site) -> None:
    site.book("Single")
    repeated = Recurrence(frequency=Frequency.DAILY, count=5)
    site.book("Series", site.now + timedelta(hours=1), recurrence=repeated)
    found = {}
    for source in ("ews", "graph", "ews"):
        with site.either(source) as agent:
            state = agent.room(lambda state: synced(state) and not state["calendar"]["stale"])
            assert state["calendar"]["source"] == source
            found[source] = {(each["subject"], each["start"]): each["id"] for each in state["meetings"]}
    assert len(found["ews"]) == 6
    assert found["ews"] == found["graph"]


def test_when_ews_is_switched_off_the_room_goes_on_through_graph_and_says_so(site: Site) -> None:
    site.book("Kept")
    with site.either("ews", "graph") as agent:
        before = agent.room(synced)
        assert before["notices"] == []
    site.server.faults.add(HttpStatus(403, only=EWS))
    with agent:
        state = agent.room(lambda state: bool(state["notices"]))
        assert [(each["code"], each["severity"]) for each in state["notices"]] == [("calendar.failed_over", "info")]
        assert "Microsoft Graph" in state["notices"][0]["detail"]
        assert state["calendar"]["problem"] is None
        assert state["calendar"]["source"] == "ews"
        assert [each["id"] for each in state["meetings"]] == [each["id"] for each in before["meetings"]]
        check = agent.get("/api/v1/status").json()["checks"]["calendar:source"][0]
        assert (check["status"], check["code"], check["observedValue"]) == ("warn", "calendar.failed_over", "graph")
        site.book("Booked afterwards", site.now + timedelta(minutes=40))
        agent.post("/api/v1/commands/refresh", {})
        agent.room(lambda state: "Booked afterwards" in subjects(state))


def test_sync_once_reads_through_graph(site: Site) -> None:
    site.book("One")
    command = agent_command("sync", "--once", "--json", "--config", str(site.config()), "--state-dir",
                            str(site.directory / "state"))  # fmt: skip
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout)
    assert (answer["ok"], answer["added"], answer["problem"]) == (True, 1, None)


def test_a_person_signs_the_room_in_with_a_code_while_the_agent_runs(site: Site) -> None:
    site.server.options.device_interval_s = 1
    site.book("Design review")
    graph = {"auth": "device_code", "client_secret_file": ""}
    with site.agent(calendar_graph=graph) as agent:
        status = agent.status(contact("calendar.sign_in_needed"))
        assert status["status"] == "fail"
        command = agent_command("sign-in", "--config", str(agent.config), "--state-dir", str(agent.state_dir))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as signing_in:
            assert signing_in.stdout is not None
            line = signing_in.stdout.readline()
            code = line.partition("code ")[2].partition(" ")[0]
            site.server.tokens.approve(code, USER)
            assert "Signed in." in signing_in.stdout.read()
        agent.post("/api/v1/commands/refresh", {})
        state = agent.room(synced)
        assert subjects(state) == ["Design review"]
        kept = agent.state_dir / "secrets" / "calendar.graph.sign-in"
        assert kept.stat().st_mode & 0o777 == 0o600


def parity(site: Site, *flags: str) -> subprocess.CompletedProcess[str]:
    agent = site.either("ews")
    command = agent_command("parity", *flags, "--config", str(agent.config), "--state-dir", str(agent.state_dir))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_parity_says_that_both_protocols_show_the_same(site: Site) -> None:
    site.book("Single")
    site.book("Series", site.now + timedelta(hours=1), recurrence=Recurrence(frequency=Frequency.DAILY, count=5))
    done = parity(site, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"equal": True, "differences": []})
    assert "the same" in parity(site).stdout


def test_parity_names_what_differs_and_ends_with_1(site: Site) -> None:
    site.book("Design review")
    site.server.faults.add(WithoutStart(), operation="calendarView")
    done = parity(site, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["equal"]) == (1, False)
    (found,) = answer["differences"]
    assert set(found) == {"id", "field", "ews", "graph"}
    assert (found["field"], found["graph"]) == ("meeting", None)
    assert "Design review" in found["ews"]
    table = parity(site)
    assert table.returncode == 1
    assert "Design review" in table.stdout
    assert "1 difference " in table.stderr
    assert "Traceback" not in table.stderr


def test_parity_needs_both_sections_and_says_which_source_failed(site: Site) -> None:
    command = agent_command(
        "parity", "--json", "--config", str(site.config()), "--state-dir", str(site.directory / "s")
    )
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "calendar.ews.endpoint" in done.stderr
    site.server.faults.add(GraphSays(403, "ErrorAccessDenied"))
    done = parity(site, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert "graph: " in done.stderr
    assert "calendar.graph_access_denied" in done.stderr


def test_parity_beside_a_running_agent_does_not_disturb_it(site: Site) -> None:
    site.book("Design review")
    with site.either("graph") as agent:
        agent.room(synced)
        assert parity(site, "--json").returncode == 0
        assert agent.get("/readyz").status_code == 200
