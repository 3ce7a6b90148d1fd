"""A display beside the running agent: what it is told and what it makes of a join, over the core's own socket."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.demo.server import DemoServer
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import make_world
from tests.system.agent_process import AgentProcess, agent_command
from tests.system.conftest import noon_zone
from tests.system.display_socket import core, events
from tests.system.test_run import HALF_HOUR, Site

PHONE = "Meet by phone\nJoin by SIP\nboard@vc.fabrikam.example\n"


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[Site]:
    with DemoServer(make_world(FakeClock(SystemClock().now())), directory=demo_certificates) as server:
        yield Site(server, tmp_path)


def ready(state: dict[str, Any]) -> bool:
    return bool(state["meetings"]) and "show-input" in state["commands"]


def finished(agent: AgentProcess, command_id: str) -> dict[str, Any]:
    return agent._until(f"/api/v1/commands/{command_id}", lambda command: bool(command["state"] != "pending"), 30)


def test_a_join_is_an_order_that_the_display_carries_out(site: Site) -> None:
    site.book("Design review")
    agent = site.agent(display={"meeting_grace_min": 5}, meetings={"show_subject": "busy"})
    with agent:
        agent.room(lambda state: bool(state["meetings"]))
        with core(agent.state_dir / "core.sock") as client, client.stream("GET", "/api/v1/display/orders") as answer:
            orders = events(answer)
            name, config = next(orders)
            assert (name, config["home_url"]) == ("config", f"http://127.0.0.1:{agent.port}/")
            meeting = agent.room(ready)["meetings"][0]
            assert (meeting["join"]["launcher"], meeting["join"]["passcode"]) == ("display", None)
            accepted = agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]}).json()["id"]
            name, order = next(each for each in orders if each[0] != "config")
            assert (name, order["order_id"], order["host"]) == ("open", accepted, "app.zoom.us")
            assert order["url"].startswith("https://app.zoom.us/wc/")
            assert (order["provider"], order["room_name"], order["command"]) == ("zoom", "San Jose", [])
            closes = datetime.fromisoformat(order["until"])
            assert closes == datetime.fromisoformat(meeting["end"]) + timedelta(minutes=5)
            done = {"orders": [{"order_id": accepted, "state": "done"}], "screen": "meeting"}
            assert client.post("/api/v1/display/report", json=done).status_code == 204
            assert finished(agent, accepted)["state"] == "done"
            agent.room(lambda state: state["screen"] == "meeting")
            text = "https://zoom.us/j/98765432101?pwd=MARKED"
            accepted = agent.post("/api/v1/commands/join", {"text": text}).json()["id"]
            name, order = next(each for each in orders if each[0] != "config")
            assert (order["order_id"], order["until"]) == (accepted, None)
            assert agent.stop() < 5
            assert list(orders) == []
    assert agent.process.returncode == 0
    assert [secret for secret in ("zoom.us", "MARKED", "445566", "91234567890") if secret in agent.log] == []
    assert "Traceback" not in agent.log


def test_meetings_want_the_screen_on_before_they_begin(site: Site) -> None:
    start = site.now + timedelta(minutes=20)
    site.book("Design review", start)
    with site.agent(display={"wake_before_min": 15}) as agent:
        agent.room(lambda state: bool(state["meetings"]))
        with core(agent.state_dir / "core.sock") as client, client.stream("GET", "/api/v1/display/orders") as answer:
            orders = events(answer)
            config = next(config for _, config in orders if config["awake"])
            (span,) = config["awake"]
            assert datetime.fromisoformat(span["start"]) == start - timedelta(minutes=15)
            assert datetime.fromisoformat(span["end"]) == start + HALF_HOUR
            assert client.get("/api/v1/display/config").json() == config
        assert agent.get("/api/v1/display/config").status_code == 404
        assert agent.post("/api/v1/display/report", {}).status_code == 404


def test_what_only_a_program_can_dial_is_dialled_by_it_and_else_by_hand(site: Site) -> None:
    site.book("Board", body=PHONE)
    with site.agent() as agent:
        agent.room(lambda state: bool(state["meetings"]))
        with core(agent.state_dir / "core.sock") as client, client.stream("GET", "/api/v1/display/orders") as answer:
            orders = events(answer)
            next(orders)
            meeting = agent.room(ready)["meetings"][0]
            assert (meeting["join"]["url"], meeting["join"]["sip"]) == (None, "board@vc.fabrikam.example")
            refused = agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]})
            assert (refused.status_code, refused.json()["code"]) == (409, "join.by_hand")
    launcher = (
        '[[join.launchers]]\nprovider = "sip"\nlauncher = "command"\ncommand = ["linphonec", "-s", "sip:{sip}"]\n'
    )
    with (site.directory / "config.toml").open("a") as config:
        config.write(launcher)
    with agent:
        with core(agent.state_dir / "core.sock") as client:
            agent.room(lambda state: bool(state["meetings"]))
            with client.stream("GET", "/api/v1/display/orders") as answer:
                orders = events(answer)
                next(orders)
                meeting = agent.room(ready)["meetings"][0]
                assert agent.post("/api/v1/commands/join", {"meeting_id": meeting["id"]}).status_code == 202
                _, order = next(each for each in orders if each[0] != "config")
        assert (order["launcher"], order["url"]) == ("command", "")
        assert order["command"] == ["linphonec", "-s", "sip:board@vc.fabrikam.example"]


def test_the_demo_tells_a_display_where_its_home_screen_is(tmp_path: Path) -> None:
    command = agent_command("demo", "--no-browser", "--port", "0", "--control-port", "0", "--state-dir", str(tmp_path))
    environment = {**os.environ, "TZ": noon_zone()}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        home = process.stdout.readline().strip().partition(": ")[2]
        process.stdout.readline()
        with core(tmp_path / "core.sock") as client:
            told = client.get("/api/v1/display/config").json()["home_url"]
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=10)
    assert told == home, complaints
