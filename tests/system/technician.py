"""A box nobody has set up, as a process, and a technician who sets it up by requests alone, over TLS as a browser."""

from __future__ import annotations

import json
import re
import ssl
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from agent.demo.server import DemoServer
from agent.demo.world import World
from agent.system.clock import SystemClock
from tests.fakes.exchange import ACCOUNT, CLIENT_ID, CLIENT_SECRET, PASSWORD, ROOM, TENANT, booking, make_world
from tests.system.agent_process import AgentProcess, free_port

PIN = "739154"
OTHER_PIN = "481516"
SUBJECT = "Stand-up"
ROOT = "/api/v1/setup"
TOKEN = re.compile(r'name="room-agent-token" content="([^"]+)"')
PATIENCE_S = 40.0
HTTP: dict[str, Any] = {"timeout": 60, "trust_env": False, "limits": httpx.Limits(max_keepalive_connections=0)}
"""No connection is kept: tests leave none behind, and an agent that ends waits for none."""
SECRETS = (PASSWORD, CLIENT_SECRET, PIN, OTHER_PIN)


def organisation() -> World:
    """The organisation of the tests, by the real clock, with one meeting that goes on now."""
    clock = SystemClock()
    world = make_world(clock)
    begun = clock.now().replace(second=0, microsecond=0)
    world.calendar(ROOM).book(booking(SUBJECT, begun, begun + timedelta(minutes=45)))
    return world


def new_box(directory: Path) -> AgentProcess:
    """Its agent, not started yet: a configuration that says nothing but where to listen leaves it unset."""
    state, port = directory / "state", free_port()
    state.mkdir(mode=0o700)
    (state / "config.toml").write_text(
        f'[web]\nlisten = "127.0.0.1:{port}"\nsetup_listen = "127.0.0.1:{free_port()}"\n'
    )
    return AgentProcess(state, None, port)


def answers(server: DemoServer, source: str = "ews", **account: Any) -> dict[str, dict[str, Any]]:
    """Good answers to all steps for a room in this server, with the server's own authority."""
    ca = server.ca_file.read_text("ascii")
    accounts: dict[str, dict[str, Any]] = {
        "ews": {"endpoint": server.https_url, "auth": "basic", "username": ACCOUNT, "password": PASSWORD},
        "graph": {"cloud": "other", "endpoint": server.authority, "authority": server.authority, "auth": "secret",
                  "tenant_id": TENANT, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET},
        "demo": {},
    }  # fmt: skip
    own = {} if source == "demo" else {"mailbox": ROOM, "ca": ca, **accounts[source], **account}
    return {
        "language": {"language": "en", "timezone": "America/Los_Angeles"},
        "network": {},
        "calendar": {"source": source},
        "account": own,
        "preflight": {},
        "room": {"mailbox": ROOM, "name": "San Jose"},
        "screen": {},
        "policies": {"pin": PIN},
    }


class Technician:
    """In a browser on the network while the box is unset; on its own screen (`on_screen`) too, and afterwards only."""

    def __init__(self, agent: AgentProcess, *, on_screen: bool = False) -> None:
        self.agent = agent
        self.said: list[str] = []
        deadline = time.monotonic() + PATIENCE_S
        while (page := self._page(on_screen=on_screen)) is None:
            assert time.monotonic() < deadline, "the wizard was not reached"
            time.sleep(0.1)
        found = TOKEN.search(page)
        assert found, "the page has no token"
        self.http.headers["X-Room-Agent-Token"] = found[1]

    def _page(self, *, on_screen: bool) -> str | None:
        """The page, from where the screen says; None while the listener of the certificate before goes on there."""
        if on_screen:
            self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.agent.port}", **HTTP)
        else:
            url = wizard_url(self.agent).removesuffix("/setup")
            trusted = ssl.create_default_context(cafile=str(self.agent.state_dir / "tls" / "server.pem"))
            self.http = httpx.Client(base_url=url, verify=trusted, **HTTP)
        try:
            return self.http.get("/setup").text
        except httpx.TransportError:
            return None

    def get(self, path: str = "") -> httpx.Response:
        return self._heard(self.http.get(ROOT + path))

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self._heard(self.http.post(ROOT + path, json=body))

    def state(self) -> dict[str, Any]:
        return dict(self.get().json())

    def pair(self, **body: Any) -> Technician:
        """Be the one who is at it, with the code on the screen where nothing else is given."""
        answer = self.post("/pair", **(body or {"code": code(self.agent)}))
        assert answer.status_code == 204, answer.text
        return self

    def answer(self, step: str, **values: Any) -> dict[str, Any]:
        """Answer a step well; the state after it."""
        answer = self.post(f"/steps/{step}", **values)
        assert answer.status_code == 200, (step, answer.text)
        return dict(answer.json())

    def check(self, scope: str = "room", **more: Any) -> dict[str, dict[str, Any]]:
        """Run the checks to their end; what they found, by id."""
        asked = self.post("/checks", scope=scope, **more)
        assert asked.status_code == 202, asked.text
        found = {}
        with self.http.stream("GET", f"{ROOT}/checks") as stream:
            for line in stream.iter_lines():
                if line.startswith("data: ") and "id" in (check := json.loads(line.removeprefix("data: "))):
                    found[check["id"]] = check
        self.said.append(json.dumps(found))
        return found

    def walk(self, given: dict[str, dict[str, Any]], until: str = "summary") -> None:
        """All steps that are still open before this one."""
        demo = given["calendar"]["source"] == "demo"
        begin = list(given).index(self.state()["step"]) if self.state()["step"] in given else len(given)
        for step in list(given)[begin:]:
            if step == until:
                return
            if demo and step in ("account", "preflight", "room"):
                continue
            if step == "preflight":
                self.check()
            self.answer(step, **given[step])

    def activate(self) -> httpx.Response:
        return self.post("/activate")

    def _heard(self, answer: httpx.Response) -> httpx.Response:
        self.said.append(f"{answer.headers}{answer.text}")
        return answer


def wizard_url(agent: AgentProcess) -> str:
    """Where the screen says that a technician's browser finds the wizard, once it is there."""
    return str(welcome(agent)["urls"][0])


def code(agent: AgentProcess) -> str:
    """The code on the screen."""
    return str(welcome(agent)["code"])


def welcome(agent: AgentProcess) -> dict[str, Any]:
    """What the screen of an unset box shows, once its agent has started."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        assert agent.process.poll() is None, agent.process.communicate()[1]
        try:
            answer = agent.get(f"{ROOT}/welcome")
        except httpx.TransportError:
            answer = None
        if answer is not None and answer.status_code == 200 and (agent.state_dir / "tls" / "server.pem").exists():
            return dict(answer.json())
        time.sleep(0.05)
    raise AssertionError("the box never showed its welcome")


def shows_meetings(agent: AgentProcess) -> dict[str, Any]:
    """The room once it shows the meetings."""
    return agent.room(lambda room: bool(room.get("meetings")), PATIENCE_S)


def activated(agent: AgentProcess, given: dict[str, dict[str, Any]]) -> Technician:
    """Who has set this box up from the beginning."""
    technician = Technician(agent).pair()
    technician.walk(given)
    done = technician.activate()
    assert done.status_code == 200, done.text
    return technician
