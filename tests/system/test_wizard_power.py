"""Power cuts: an agent that is killed in any step of a set-up resumes it, or serves the room; nothing is half done."""

from __future__ import annotations

import os
import signal
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.server import DemoServer
from tests.marks import LONG
from tests.system.technician import PIN, SECRETS, Technician, answers, new_box, organisation, shows_meetings

KILLS_AT = "ROOM_AGENT_TEST_KILLED_AT"
KILLER = f'''
import os, signal
from pathlib import Path

whole = Path.replace

def replaced(path, target):
    """The file that decides is renamed, or not any more."""
    if Path(target).name == "config.toml" and os.environ["{KILLS_AT}"] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = whole(path, target)
    if Path(target).name == "config.toml":
        os.kill(os.getpid(), signal.SIGKILL)
    return done

if os.environ.get("{KILLS_AT}"):
    Path.replace = replaced
'''


@pytest.fixture
def server(demo_certificates: Path) -> Iterator[DemoServer]:
    with DemoServer(organisation(), directory=demo_certificates) as server:
        yield server


def test_a_set_up_that_is_cut_off_goes_on_there(tmp_path: Path, server: DemoServer) -> None:
    """Cut off wherever something of another kind is on disk: a first draft, secrets, a verdict, the PIN, and while the
    checks run."""
    box, given = new_box(tmp_path), answers(server)
    for until in ("network", "preflight", "room", "summary"):
        with replace(box) as agent:
            technician = Technician(agent)
            assert technician.state()["access"] == "none"
            technician.pair()
            technician.walk(given, until)
            assert technician.state()["step"] == until
            if until == "preflight":
                assert technician.post("/checks", scope="room").status_code == 202
            agent.stop(signal.SIGKILL)
        assert "calendar" not in tomllib.loads((box.state_dir / "config.toml").read_text()), until
    with replace(box) as agent:
        technician = Technician(agent).pair()
        state = technician.state()
        assert (state["step"], state["checked"], state["kept"]) == (
            "summary", "passed", ["account.password", "policies.pin"],
        )  # fmt: skip
        assert state["answers"]["account"]["endpoint"] == server.https_url
        assert not any(secret in "".join(technician.said) for secret in SECRETS)
        assert technician.activate().status_code == 200
        shows_meetings(agent)


@pytest.mark.parametrize("moment", ["after", LONG("before")])
def test_an_activation_that_is_cut_off_is_whole_or_none(tmp_path: Path, server: DemoServer, moment: str) -> None:
    """The process kills itself beside the rename that decides."""
    (tmp_path / "sitecustomize.py").write_text(KILLER)
    box, given = new_box(tmp_path), answers(server)
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    with replace(box, environment={"PYTHONPATH": path, KILLS_AT: moment}) as agent:
        technician = Technician(agent).pair()
        technician.walk(given)
        with pytest.raises(Exception, match=r"disconnected|reset|closed|EOF"):
            technician.activate()
        assert agent.process.wait(10) == -signal.SIGKILL
    with replace(box) as agent:
        if moment == "before":
            technician = Technician(agent).pair()
            assert technician.state()["step"] == "summary"
            assert technician.activate().status_code == 200
        shows_meetings(agent)
        assert Technician(agent, on_screen=True).pair(pin=PIN).state()["mode"] == "settings"
    named = (box.state_dir / "config.toml").read_text()
    kept = {path.name for path in (box.state_dir / "secrets").iterdir()}
    assert kept == {"admin-pin", *(name for name in kept if f'"secrets/{name}"' in named)}
    assert len(kept) == 3
    assert not list(box.state_dir.rglob("*.new"))
    assert not (box.state_dir / "setup" / "draft.json").exists()
