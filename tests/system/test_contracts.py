"""The contracts other programs rely on, asked of the running product over real HTTP."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.demo.http import faults as http_faults
from agent.demo.server import DemoServer
from agent.model.event import Sensitivity
from agent.system.clock import SystemClock
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import PASSWORD, make_world
from tests.system.agent_process import AgentProcess, agent_command, free_port
from tests.system.test_run import Site, contact, subjects

PROMTOOL = shutil.which("promtool")
PROBLEM = "application/problem+json"
READABLE = {
    "/": "text/html; charset=utf-8",
    "/api/v1/room": "application/json",
    "/api/v1/status": "application/health+json",
    "/livez": "text/plain; charset=utf-8",
    "/readyz": "application/json",
    "/metrics": "text/plain; version=0.0.4; charset=utf-8",
    "/openapi.json": "application/json",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, demo_certificates: Path) -> Iterator[Site]:
    world = make_world(FakeClock(SystemClock().now()))
    with DemoServer(world, directory=demo_certificates) as server:
        yield Site(server, tmp_path_factory.mktemp("house"))


@pytest.fixture
def site(tmp_path: Path, demo_certificates: Path) -> Iterator[Site]:
    with DemoServer(make_world(FakeClock(SystemClock().now())), directory=demo_certificates) as server:
        yield Site(server, tmp_path)


@pytest.fixture(scope="module")
def box(house: Site) -> Iterator[AgentProcess]:
    """An agent with a meeting to join now and one without a link later. Tests may read it and send it commands."""
    house.book("Design review")
    house.book("Lunch", house.now + timedelta(hours=1), body="Bring a spoon")
    with house.agent() as agent:
        agent.room(lambda state: len(state["meetings"]) == 2)
        yield agent
    assert agent.process.returncode == 0
    assert "Traceback" not in agent.log


def raw(port: int, request: str) -> bytes:
    """Everything a server says to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request.encode("latin-1"))
        return b"".join(iter(lambda: connection.recv(65536), b""))


def token(agent: AgentProcess) -> str:
    return (agent.state_dir / "api-token").read_text().strip()


def send(agent: AgentProcess, path: str, content: bytes, **headers: str) -> httpx.Response:
    plain = {"Content-Type": "application/json", "X-Room-Agent-Token": token(agent)}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"http://127.0.0.1:{agent.port}{path}", content=content, headers=plain | named, timeout=10)


def finished(agent: AgentProcess, command_id: str) -> dict[str, Any]:
    return agent._until(f"/api/v1/commands/{command_id}", lambda command: bool(command["state"] != "pending"), 30)


@pytest.mark.parametrize(("path", "media_type"), READABLE.items())
def test_a_path_answers_get_and_head_uncached_and_refuses_all_else(
    box: AgentProcess, path: str, media_type: str
) -> None:
    url = f"http://127.0.0.1:{box.port}{path}"
    for method in ("GET", "HEAD"):
        answer = httpx.request(method, url, timeout=10)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["cache-control"] == "no-store"
        assert bool(answer.content) == (method == "GET")
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        refused = httpx.request(method, url, timeout=10)
        assert (refused.status_code, refused.headers["content-type"]) == (405, PROBLEM)
        assert refused.headers["allow"] == "GET, HEAD"


def test_the_stream_begins_at_once_and_keeps_alive_after_15_seconds_of_quiet(box: AgentProcess) -> None:
    begun = time.monotonic()
    headers = {"Last-Event-ID": "nonsense"}
    with httpx.stream("GET", f"http://127.0.0.1:{box.port}/api/v1/stream", headers=headers, timeout=40) as answer:
        assert answer.headers["content-type"].partition(";")[0] == "text/event-stream"
        assert answer.headers["cache-control"] == "no-store"
        lines = answer.iter_lines()
        first = [next(lines) for _ in range(4)]
        assert time.monotonic() - begun < 2
        fields = dict(line.split(": ", 1) for line in first[:3])
        state = json.loads(fields["data"])
        assert (fields["event"], fields["id"], first[3]) == ("room", str(state["revision"]), "")
        assert next(line for line in lines if line.startswith(":")) == ": keep-alive"
        assert time.monotonic() - begun > 14


@pytest.mark.parametrize(
    ("headers", "reading", "writing"),
    [
        ({}, 200, 202),
        ({"Host": "localhost"}, 200, 202),
        ({"Host": "evil.example"}, 421, 421),
        ({"Origin": "http://evil.example"}, 200, 403),
        ({"Origin": "null"}, 200, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200, 202),
        ({"X-Room-Agent-Token": "stale"}, 200, 403),
        ({"X-Room-Agent-Token": ""}, 200, 403),
    ],
)
def test_who_may_read_and_write(box: AgentProcess, headers: dict[str, str], reading: int, writing: int) -> None:
    url = f"http://127.0.0.1:{box.port}"
    assert httpx.get(f"{url}/api/v1/room", headers=headers, timeout=10).status_code == reading
    written = send(box, "/api/v1/commands/refresh", b"{}", **headers)
    assert written.status_code == writing
    if "X-Room-Agent-Token" in headers:
        assert written.json()["code"] == "token.stale"


def test_the_pages_own_token_may_command(box: AgentProcess) -> None:
    (found,) = re.findall(r'<meta name="room-agent-token" content="([^"]+)"', box.get("/").text)
    assert found != token(box)
    assert send(box, "/api/v1/commands/refresh", b"{}", X_Room_Agent_Token=found).status_code == 202


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"meeting_id": 5}', b'{"meeting_id": "\xff"}', b'{"meeting_id": "\\ud800"}',
     b"[" * 60_000, b'{"a":' * 10_000, b'{"meeting_id": ' + b"9" * 5000 + b"}", b'{"meeting_id": "x", "MARKED": 1}',
     b'{"meeting_id": "x", "alternative": -1}', b'{"meeting_id": "x", "alternative": true}'],
)  # fmt: skip
def test_a_bad_payload_is_422_and_nothing_of_it_is_repeated(box: AgentProcess, body: bytes) -> None:
    answer = send(box, "/api/v1/commands/join", body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM)
    assert answer.json()["code"] == "request.invalid"
    assert "MARKED" not in answer.text


def test_what_cannot_be_a_command_is_refused_by_its_kind(box: AgentProcess) -> None:
    join = "/api/v1/commands/join"
    now, later = box.room()["meetings"]
    assert send(box, join, b"{}", Content_Type="text/plain").status_code == 415
    assert send(box, join, b"x" * 70_000).status_code == 413
    assert send(box, join, b'{"meeting_id": "nobody"}').status_code == 404
    assert send(box, "/api/v1/commands/dance", b"{}").status_code == 404
    assert send(box, join, json.dumps({"meeting_id": later["id"]}).encode()).json()["code"] == "join.none"
    changed = send(box, join, json.dumps({"meeting_id": now["id"], "alternative": 99}).encode())
    assert (changed.status_code, changed.json()["code"]) == (409, "join.changed")
    assert box.get("/api/v1/commands/unknown").status_code == 404


def test_a_command_goes_from_pending_to_done(box: AgentProcess) -> None:
    accepted = box.post("/api/v1/commands/refresh", {})
    assert (accepted.status_code, set(accepted.json())) == (202, {"id"})
    path = f"/api/v1/commands/{accepted.json()['id']}"
    assert set(box.get(path).json()) == {"id", "name", "state", "problem"}
    done = finished(box, accepted.json()["id"])
    assert (done["name"], done["state"], done["problem"]) == ("refresh", "done", None)


def test_the_page_reports_what_it_shows(box: AgentProcess) -> None:
    report = {"page_id": "p", "revision": 1, "hash": "0" * 64, "rendered_at": "2026-11-22T17:00:00.123Z", "errors": []}
    assert box.post("/api/v1/page", report).status_code == 204
    assert box.post("/api/v1/page", report | {"rendered_at": "soon"}).status_code == 422


def test_every_check_of_the_status_has_all_its_fields(box: AgentProcess) -> None:
    document = box.get("/api/v1/status").json()
    assert document["status"] in {"pass", "warn"}
    assert {"status", "releaseId", "checks"} <= set(document)
    for (check,) in document["checks"].values():
        assert set(check) == {"status", "code", "since", "observedValue", "observedUnit", "time", "output"}


def test_requests_on_one_connection_are_answered_in_order_and_paths_lead_nowhere_else(box: AgentProcess) -> None:
    host = f"Host: 127.0.0.1:{box.port}\r\n"
    two = f"GET /livez HTTP/1.1\r\n{host}\r\nGET /readyz HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
    answer = raw(box.port, two)
    assert answer.count(b"HTTP/1.1 200 OK") == 2
    assert answer.index(b"ok") < answer.index(b'"part"')
    for path in ("/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/%00", "//api/v1/room"):
        answer = raw(box.port, f"GET {path} HTTP/1.1\r\n{host}Connection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 404 "), path
    for broken in ("GET /livez HTTP/1.1\r\n\r\n", "nonsense\r\n\r\n"):
        assert raw(box.port, broken).startswith(b"HTTP/1.1 400 ")


def test_a_head_that_does_not_come_within_5_seconds_ends_the_connection(box: AgentProcess) -> None:
    host = f"Host: 127.0.0.1:{box.port}\r\n"
    begun = time.monotonic()
    assert b"HTTP/1.1 408 " in raw(box.port, f"GET /livez HTTP/1.1\r\n{host}\r\nGET /li")
    assert 4 < time.monotonic() - begun < 8


@pytest.mark.skipif(PROMTOOL is None, reason="no promtool on this machine: install the package prometheus")
def test_promtool_finds_nothing_to_complain_about(box: AgentProcess) -> None:
    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=box.get("/metrics").text, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_metrics_come_as_openmetrics_when_asked_for(box: AgentProcess) -> None:
    headers = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = httpx.get(f"http://127.0.0.1:{box.port}/metrics", headers=headers, timeout=10)
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")
    names = set(re.findall(r"^# TYPE (\w+)", answer.text, re.MULTILINE))
    assert all(name.startswith(("room_agent_", "process_")) for name in names)


NO_SCHEMA_CAN_SAY = """
[[operations]]
include-path = "/api/v1/commands/join"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, "5xx"]

[[operations]]
include-path = "/api/v1/commands/show-mailbox"
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429, "5xx"]

[[operations]]
include-path-regex = "/api/v1/setup/.*"
checks.negative_data_rejection.expected-statuses = [400, 401, 403, 404, 409, 414, 415, 422, 429, 431, "5xx"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 404, 409, 422, 429, "5xx"]

[[operations]]
include-path-regex = "/api/v1/ops.*"
checks.negative_data_rejection.expected-statuses = [400, 401, 403, 404, 414, 415, 422, 429, 431, "5xx"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 401, 403, 422, 429, "5xx"]
"""
"""A text of the right shape may be no meeting, no mail address that Exchange would take, and no address of a web page;
one that is far too long is an address too long. Who has no session is told that before anything else."""


def test_schemathesis_finds_no_difference_between_document_and_product(box: AgentProcess, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(NO_SCHEMA_CAN_SAY)
    command = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run",
               f"http://127.0.0.1:{box.port}/openapi.json", "--checks", "all", "--max-examples", "5", "--seed", "1",
               "--exclude-path", "/api/v1/stream", "--header", f"X-Room-Agent-Token: {token(box)}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout


def test_a_stop_takes_less_than_5_seconds_with_streams_open_and_a_hung_calendar(site: Site) -> None:
    site.book("Design review")
    with site.agent() as agent:
        agent.room(lambda state: bool(state["meetings"]))
        url = f"http://127.0.0.1:{agent.port}/api/v1/stream"
        with httpx.stream("GET", url, timeout=20) as one, httpx.stream("GET", url, timeout=20) as two:
            site.server.faults.add(http_faults.Wire(delay_s=60))
            agent.post("/api/v1/commands/refresh", {})
            asked = len(site.server.requests.records())
            assert site.server.requests.wait_for(lambda records: len(records) > asked, 20)
            assert agent.stop() < 5
            assert [b"data" in stream.read() for stream in (one, two)] == [True, True]
        site.server.faults.clear()
    assert agent.process.returncode == 0
    assert "Traceback" not in agent.log


def test_a_front_of_its_own_needs_no_state_directory_and_says_while_there_is_no_core(tmp_path: Path) -> None:
    port = free_port()
    (tmp_path / "config.toml").write_text(f'[web]\nlisten = "127.0.0.1:{port}"\n')
    command = agent_command("front", "--core", str(tmp_path / "core.sock"), "--config", str(tmp_path / "config.toml"),
                            "--state-dir", "/proc/nowhere")  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "agent.started" in process.stderr.readline()
        for path, status in (("/", 200), ("/livez", 200), ("/readyz", 503), ("/api/v1/status", 503)):
            assert httpx.get(f"http://127.0.0.1:{port}{path}", timeout=10).status_code == status
        process.terminate()
        assert process.wait(timeout=5) == 0


def test_a_room_nobody_set_up_says_so_on_every_path(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    port = free_port()
    (tmp_path / "state" / "config.toml").write_text(f'[web]\nlisten = "127.0.0.1:{port}"\n')
    with AgentProcess(tmp_path / "state", None, port) as agent:
        state = agent.room()
        assert (state["screen"], state["availability"], state["calendar"]["as_of"]) == ("setup", "unknown", None)
        assert state["notices"][0]["code"] == "setup.no_config"
        assert agent.status()["checks"]["setup:state"][0]["code"] == "setup.no_config"
        assert agent.get("/readyz").status_code == 200
        done = finished(agent, agent.post("/api/v1/commands/refresh", {}).json()["id"])
        assert (done["state"], done["problem"]["code"]) == ("failed", "setup.no_config")
    assert agent.process.returncode == 0


SECRETS = (
    "MARKED-subject",
    "MARKED-organizer",
    "marked.address",
    "MARKEDpass",
    "9127777333",
    "MARKED-body",
    PASSWORD,
)


def test_nothing_of_a_meeting_and_no_secret_is_in_logs_status_metrics_or_the_process_list(site: Site) -> None:
    link = "https://zoom.us/j/9127777333?pwd=MARKEDpass"
    people: dict[str, Any] = {
        "organizer_name": "MARKED-organizer",
        "organizer_address": "marked.address@contoso.example",
    }
    site.book("MARKED-subject", body=f"Join Zoom Meeting\n{link}\nMARKED-body", **people)
    site.book("MARKED-subject", site.now + timedelta(hours=1), sensitivity=Sensitivity.PRIVATE, **people)
    agent = site.agent()
    agent.flags = ("--log-level", "debug")
    with agent:
        state = agent.room(lambda state: len(state["meetings"]) == 2)
        agent.post("/api/v1/commands/join", {"meeting_id": state["meetings"][0]["id"]})
        agent.post("/api/v1/commands/join", {"meeting_id": link})
        assert agent.post("/api/v1/typed", {"text": f"{link} MARKED-body"}).json()["ways"][0]["url"] == link
        assert agent.post("/api/v1/commands/join", {"text": link, "way": 0}).status_code == 202
        assert agent.post("/api/v1/commands/join", {"text": "MARKED-body"}).status_code == 422
        said = [agent.get(path).text for path in ("/api/v1/status", "/metrics", "/readyz", "/livez")]
        site.server.faults.add(http_faults.NotXml(link.encode()))
        agent.post("/api/v1/commands/refresh", {})
        agent.status(contact("calendar.not_exchange"))
        said += [agent.get(path).text for path in ("/api/v1/status", "/metrics")]
        process = Path(f"/proc/{agent.process.pid}")
        said += [(process / name).read_text() for name in ("cmdline", "environ")]
        assert "MARKED-subject" in subjects(agent.room())
    for text in (*said, agent.log):
        assert [secret for secret in SECRETS if secret in text] == []
    assert agent.log.count("\n") > 3
