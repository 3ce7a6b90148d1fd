"""After the activation: settings behind the PIN take effect in the running agent, and a reset leaves nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.demo.server import DemoServer
from agent.demo.world import ServiceAccount
from tests.fakes.exchange import ACCOUNT, PASSWORD, ROOM
from tests.system.agent_process import AgentProcess, agent_command, secret
from tests.system.on_disk import holding
from tests.system.technician import (
    OTHER_PIN,
    PATIENCE_S,
    PIN,
    SECRETS,
    Technician,
    activated,
    answers,
    new_box,
    organisation,
    shows_meetings,
    welcome,
)
from tests.waiting import wait_until

ROTATED = "correct horse, rotated"
EFFECT_S = 10.0
"""The goal is 2 s (`tests.bench.setting_up` measures it); a busy machine gets longer."""


@dataclass(frozen=True)
class Site:
    server: DemoServer
    agent: AgentProcess


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, demo_certificates: Path) -> Iterator[Site]:
    box = new_box(tmp_path_factory.mktemp("box"))
    with DemoServer(organisation(), directory=demo_certificates) as server, box as agent:
        yield Site(server, agent)
    assert "Traceback" not in agent.log
    assert not [each for each in (*SECRETS, ROTATED) if each in agent.log]


@pytest.fixture
def site(box: Site) -> Site:
    """A room in service, with PASSWORD and PIN."""
    url = f"http://127.0.0.1:{box.agent.port}/api/v1/setup"
    wait_until(lambda: answers_at(url), within=PATIENCE_S, what="the start of the agent")
    if box.agent.get("/api/v1/setup").json()["mode"] == "setup":
        activated(box.agent, answers(box.server))
    shows_meetings(box.agent)
    return box


@pytest.fixture
def used_up(site: Site) -> Iterator[Site]:
    """The same for a test that leaves it otherwise: the next one gets a box that was set up anew."""
    yield site
    site.server.world.directory.accounts[:] = [ServiceAccount(username=ACCOUNT, password=PASSWORD)]
    if site.agent.get("/api/v1/setup").json()["mode"] != "setup":
        command(site, "setup", "reset", "--yes")


def answers_at(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def opened(site: Site, pin: str = PIN) -> Technician:
    return Technician(site.agent, on_screen=True).pair(pin=pin, take_over=True)


def command(site: Site, *arguments: str, status: int = 0) -> str:
    """What a command of the administrator's beside the agent says on standard output."""
    done = subprocess.run(
        agent_command(*arguments, "--state-dir", str(site.agent.state_dir)),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert not [each for each in SECRETS if each in done.stdout + done.stderr]
    return done.stdout


def room_of(site: Site) -> dict[str, Any]:
    return dict(site.agent.get("/api/v1/room").json()["room"])


def test_language_and_time_zone_change_under_the_running_agent(site: Site) -> None:
    technician, process = opened(site), site.agent.process.pid
    state = technician.state()
    assert (state["mode"], state["access"], state["checked"]) == ("settings", "yours", "passed")
    technician.answer("language", language="de", timezone="Europe/Berlin")
    assert technician.activate().status_code == 200
    room = site.agent.room(lambda found: found["room"]["language"] == "de" and found["meetings"], EFFECT_S)
    assert room["room"]["timezone"] == "Europe/Berlin"
    assert site.agent.process.pid == process
    assert site.agent.process.poll() is None


def test_what_people_may_do_with_the_room_changes_under_the_running_agent(site: Site) -> None:
    offered = {"book", "extend", "end", "cancel"}
    assert offered <= {*site.agent.room()["commands"]}
    off = {"allow_booking": False, "check_in": True, "release_after_min": 10}
    technician = opened(site)
    technician.answer("policies", **off)
    assert technician.activate().status_code == 200
    room = site.agent.room(lambda found: not offered & {*found["commands"]} and found["meetings"], EFFECT_S)
    assert "check-in" in room["commands"]
    refused = site.agent.post("/api/v1/commands/book", {"minutes": 30})
    assert (refused.status_code, refused.json()["code"]) == (403, "booking.off")
    assert "release_after_min = 10" in command(site, "show-config", "--changed")
    technician = opened(site)
    technician.answer("policies", allow_booking=True, check_in=False, release_after_min=0)
    assert technician.activate().status_code == 200
    site.agent.room(lambda found: offered <= {*found["commands"]}, EFFECT_S)


def test_an_account_that_is_refused_does_not_replace_the_one_there_is(site: Site) -> None:
    technician = opened(site)
    technician.answer("account", password="not this one")
    site.server.requests.clear()
    assert technician.check()["ews.sign_in"]["code"] == "account.unauthorized"
    refused = technician.activate()
    assert (refused.status_code, refused.json()["code"]) == (409, "setup.not_checked")
    tried = [each for each in site.server.requests.records() if each.auth == "basic" and not each.admitted]
    assert len(tried) == 1
    assert shows_meetings(site.agent)["screen"] != "setup"
    (kept,) = (site.agent.state_dir / "secrets").glob("calendar.ews.password.*")
    assert kept.read_text().strip() == PASSWORD


def test_a_rotated_password_is_checked_and_then_in_effect(used_up: Site) -> None:
    site = used_up
    directory = site.server.world.directory
    directory.accounts[:] = [ServiceAccount(username=ACCOUNT, password=ROTATED)]
    technician = opened(site)
    technician.answer("account", password=ROTATED)
    technician.check()
    assert technician.activate().status_code == 200
    shows_meetings(site.agent)
    (kept,) = (site.agent.state_dir / "secrets").glob("calendar.ews.password.*")
    assert kept.read_text().strip() == ROTATED


def test_another_server_does_not_get_the_password_there_is(site: Site) -> None:
    refused = opened(site).post("/steps/account", endpoint="https://elsewhere.example/EWS/Exchange.asmx")
    assert [each["field"] for each in refused.json()["errors"]] == ["password"]


def test_the_network_gets_nothing_of_the_settings(site: Site) -> None:
    answer = site.agent.get("/api/v1/setup")
    assert answer.json()["access"] != "yours"
    assert "answers" not in answer.json() or not answer.json()["answers"]
    assert site.agent.get("/api/v1/setup/welcome").status_code == 404


def test_the_administrators_commands_tell_the_same_as_the_pages(site: Site) -> None:
    checked = json.loads(command(site, "doctor", "--json"))
    assert checked["ok"]
    assert {each["id"]: each["status"] for each in checked["checks"]}["ews.sign_in"] == "pass"
    audit = json.loads(command(site, "audit", "--json", "--verify"))
    acts = [each["act"] for each in audit["entries"]]
    assert acts[0] == "setup.paired"
    assert "setup.activated" in acts
    assert f"'{ROOM}'" in command(site, "commands", "exchange")


def test_a_file_is_applied_beside_the_agent(used_up: Site, tmp_path: Path) -> None:
    site = used_up
    secret(tmp_path / "password", PASSWORD)
    secret(tmp_path / "pin", OTHER_PIN)
    file = tmp_path / "room.toml"
    file.write_text(
        f'[room]\nmailbox = "{ROOM}"\nname = "Applied"\n[calendar.ews]\nendpoint = "{site.server.https_url}"\n'
        f'username = "{ACCOUNT}"\npassword_file = "password"\nca_file = "{site.server.ca_file}"\n'
        f'[web]\nlisten = "127.0.0.1:{site.agent.port}"\n[setup]\nadmin_pin_file = "pin"\n'
    )
    applied = json.loads(command(site, "setup", "apply", str(file), "--json"))
    assert (applied["ok"], applied["changed"]) == (True, True)
    site.agent.room(lambda found: found["room"]["name"] == "Applied" and bool(found["meetings"]), EFFECT_S)
    assert json.loads(command(site, "setup", "apply", str(file), "--json"))["changed"] is False
    opened(site, OTHER_PIN)


def test_a_guessed_pin_locks_like_a_guessed_code(used_up: Site) -> None:
    site = used_up
    guesser = Technician(site.agent, on_screen=True)
    refusals = [guesser.post("/pair", pin=f"{number:06}").status_code for number in range(10)]
    assert refusals == [403] * 10
    locked = guesser.post("/pair", pin=PIN)
    assert (locked.status_code, locked.json()["code"]) == (429, "setup.locked")
    assert 0 < int(locked.headers["Retry-After"]) <= 60
    shows_meetings(site.agent)


def test_a_reset_leaves_nothing_and_the_wizard_comes_up(site: Site) -> None:
    command(site, "setup", "reset", "--yes")
    is_forgotten(site)
    audit = json.loads(command(site, "audit", "--json", "--verify"))
    assert audit["entries"][-1]["act"] == "setup.reset"


def test_a_box_is_reset_from_its_page_with_the_pin(site: Site) -> None:
    technician = opened(site)
    wrong = technician.post("/reset", pin="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (403, "setup.pin_wrong")
    shows_meetings(site.agent)
    assert technician.post("/reset", pin=PIN).status_code == 202
    is_forgotten(site)


def is_forgotten(site: Site) -> None:
    """The wizard is up, and no file knows of the room or of a secret."""
    wait_until(lambda: site.agent.get("/api/v1/setup/welcome").status_code == 200, within=20, what="the welcome screen")
    wait_until(
        lambda: not holding(site.agent.state_dir, ROOM, ACCOUNT, ROTATED, *SECRETS),
        within=10,
        what="the end of what the room's core still wrote",
    )
    left = {path.name for path in site.agent.state_dir.iterdir() if path.is_file()}
    assert not left & {"config.toml", "admin-pin"}
    assert not [*site.agent.state_dir.glob("secrets/*")]
    assert welcome(site.agent)["code"]
