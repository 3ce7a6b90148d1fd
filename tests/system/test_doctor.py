"""`room-agent doctor` beside a running agent, which alone holds what opens the account."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from agent.demo.server import DemoServer
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, make_world
from tests.system.agent_process import AgentProcess, agent_command, free_port, secret, write_config


def test_the_agent_checks_its_own_calendar_for_the_shell(tmp_path: Path, demo_certificates: Path) -> None:
    world, port = make_world(FakeClock(SystemClock().now())), free_port()
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    secret(credentials / "calendar.ews.password", PASSWORD)
    with DemoServer(world, directory=demo_certificates) as server:
        ews = {"ca_file": str(server.ca_file), "password_file": ""}
        config = write_config(tmp_path, server.https_url, "", port, calendar_ews=ews)
        ours = {"CREDENTIALS_DIRECTORY": str(credentials)}
        with AgentProcess(tmp_path / "state", config, port, ours) as agent:
            agent.room()
            done = subprocess.run(
                agent_command("doctor", "--json", "--config", str(config), "--state-dir", str(tmp_path / "state")),
                capture_output=True,
                text=True,
                timeout=30,
                check=False,
            )

    answer = json.loads(done.stdout)
    found = {check["id"]: check for check in answer["checks"]}
    network = [check["status"] for check in answer["checks"] if check["id"].startswith("network.")]
    assert network == ["pass"] * 7, found
    assert found["network.tls"]["detail"] == "localhost, certified by Room agent demo CA."
    assert found["account.secret"]["status"] == "pass"
    assert done.returncode == (0 if answer["ok"] else 1)
