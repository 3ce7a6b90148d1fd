"""Another mailbox on the screen of a running agent, and a kill in between."""

from __future__ import annotations

import json
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.demo.server import DemoServer
from agent.setup import pin
from agent.system.clock import SystemClock
from agent.system.secrets import FileSecrets
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import OTHER_ROOM, PASSWORD, ROOM, booking, make_world
from tests.fakes.pins import CHEAP
from tests.system.agent_process import AgentProcess, agent_command, free_port, write_config
from tests.system.on_disk import holding

PIN = "739154"
OWN, OTHER = "Design review", "Quarterly figures of Fabrikam"


def subjects(state: dict[str, Any]) -> list[str]:
    return [meeting["subject"] for meeting in state["meetings"]]


def audited(agent: AgentProcess) -> dict[str, Any]:
    done = subprocess.run(
        agent_command("audit", "--json", "--verify", "--state-dir", str(agent.state_dir)),
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_killed_agent_comes_back_with_its_own_room_and_nothing_of_the_other(
    tmp_path: Path, demo_certificates: Path
) -> None:
    now = SystemClock().now()
    world = make_world(FakeClock(now))
    for mailbox, subject in ((ROOM, OWN), (OTHER_ROOM, OTHER)):
        world.calendar(mailbox).book(booking(subject, now, now + timedelta(minutes=30)))
    FileSecrets(tmp_path / "state" / "secrets", {}).keep(pin.FILE, pin.hashed(PIN, CHEAP).decode())
    asked = {"mailbox": OTHER_ROOM, "minutes": 10, "pin": PIN}
    with DemoServer(world, directory=demo_certificates) as server:
        port = free_port()
        config = write_config(tmp_path, server.http_url, PASSWORD, port)
        config.write_text(f'{config.read_text()}[hot_desk]\nallowed = ["{OTHER_ROOM}"]\n')
        with AgentProcess(tmp_path / "state", config, port) as agent:
            before = agent.room(lambda state: subjects(state) == [OWN])
            for body in ({**asked, "minutes": 481}, {**asked, "minutes": 0}, {**asked, "mailbox": "../evil"}, {}):
                refused = agent.post("/api/v1/commands/show-mailbox", body)
                assert (refused.status_code, PIN in refused.text) == (422, False)
            wrong = agent.post("/api/v1/commands/show-mailbox", {**asked, "pin": "000000"})
            assert (wrong.status_code, wrong.json()["code"]) == (403, "pin.wrong")

            accepted = agent.post("/api/v1/commands/show-mailbox", asked)
            assert accepted.status_code == 202
            shown = agent.room(lambda state: subjects(state) == [OTHER])
            assert shown["room"]["mailbox"] == OTHER_ROOM
            assert [each["code"] for each in shown["notices"]] == ["hot_desk.active"]
            assert shown["revision"] > before["revision"]
            assert agent.post("/api/v1/commands/undo", {"command_id": accepted.json()["id"]}).status_code == 202
            agent.room(lambda state: subjects(state) == [OWN])
            assert holding(agent.state_dir, OTHER) == []

            agent.post("/api/v1/commands/show-mailbox", asked)
            agent.room(lambda state: subjects(state) == [OTHER])
            agent.process.kill()
            agent.process.wait(10)
        assert holding(agent.state_dir, OTHER)
        assert PIN not in agent.log
        with AgentProcess(tmp_path / "state", config, port) as agent:
            state = agent.room()
            assert (state["room"]["mailbox"], subjects(state)) == (ROOM, [OWN])  # stored: there before the first read
            assert holding(agent.state_dir, OTHER) == []
            told = audited(agent)
            assert 'room_agent_boots_total{previous="crash"} 1.0' in agent.get("/metrics").text
    acts = [entry["act"] for entry in told["entries"]]
    assert acts == ["pin.wrong", "hot_desk.shown", "hot_desk.ended", "hot_desk.shown", "hot_desk.ended"]
    assert told["intact"]
