"""The front over real sockets: pages and files, the passage to the core, tokens, refusals."""

from __future__ import annotations

import http.client
import json

import httpx
import pytest

from agent.front.guard.headers import HEADERS
from agent.wire import TOKEN_HEADER
from tests.agent.front.conftest import Running
from tests.fakes.core import API_TOKEN, Answer, Sent

JOIN = "/api/v1/commands/join"


def raw(front: Running, target: str) -> int:
    """The status for a request target that no client library may tidy up."""
    connection = http.client.HTTPConnection(front.url.removeprefix("http://"))
    connection.putrequest("GET", target)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def post(front: Running, path: str, payload: object, token: str) -> httpx.Response:
    return front.http.post(path, json=payload, headers={TOKEN_HEADER: token})


def test_answers_of_the_core_are_passed_on_byte_for_byte(front: Running) -> None:
    front.core.instead["/api/v1/status"] = Answer(
        503, b'{ "status":"fail" }\n', {"content-type": "application/health+json", "retry-after": "7", "x-inner": "1"}
    )
    answer = front.http.get("/api/v1/status")
    assert (answer.status_code, answer.content) == (503, b'{ "status":"fail" }\n')
    assert answer.headers["content-type"] == "application/health+json"
    assert answer.headers["retry-after"] == "7"
    assert "x-inner" not in answer.headers


def test_every_path_of_the_core_is_reached_under_the_same_name(front: Running) -> None:
    assert front.http.get("/api/v1/room").json()["room"]["name"] == "San Jose"
    assert front.http.get("/readyz").json() == [{"part": "store", "ready": True}]
    assert front.http.get("/metrics", headers={"Accept": "application/openmetrics-text"}).text == "room_agent_up 1\n"
    assert front.http.get("/metrics", headers=[(b"Accept", b"caf\xe9")]).status_code == 200
    assert front.core.accepts == ["application/openmetrics-text", "caf\xe9"]
    assert front.http.get("/api/v1/commands/c-1").json()["state"] == "done"


def test_without_the_core_the_page_is_served_and_the_api_says_why_not(alone: Running) -> None:
    assert alone.http.get("/").status_code == 200
    assert alone.http.get("/livez").text == "ok"
    for path in ("/api/v1/room", "/api/v1/stream", "/metrics"):
        answer = alone.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert answer.json()["code"] == "core.unreachable"
    assert post(alone, JOIN, {}, "unknown").json()["code"] == "core.unreachable"


def test_without_the_core_machines_that_watch_are_told_in_their_own_forms(alone: Running) -> None:
    status = alone.http.get("/api/v1/status")
    assert (status.status_code, status.headers["content-type"]) == (503, "application/health+json")
    document = status.json()
    (check,) = document["checks"]["core:reachable"]
    assert (document["status"], check["status"], check["code"]) == ("fail", "fail", "core.unreachable")
    assert set(check) == {"status", "code", "since", "observedValue", "observedUnit", "time", "output"}
    ready = alone.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (503, [{"part": "core", "ready": False}])


def test_a_command_needs_the_page_token_or_one_the_core_knows(front: Running) -> None:
    payload = {"meeting_id": "m-1"}
    assert post(front, JOIN, payload, front.page_token()).json() == {"id": "c-1"}
    assert post(front, JOIN, payload, API_TOKEN).status_code == 202
    assert front.core.commands == [Sent("join", payload)] * 2
    for wrong in ("", "x", front.page_token() + "x", "y" * 300):
        answer = post(front, JOIN, payload, wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "token.stale")
    assert front.http.post(JOIN, json=payload).json()["code"] == "token.stale"
    assert len(front.core.commands) == 2


def test_a_command_of_any_name_is_the_cores_to_judge(front: Running) -> None:
    front.core.instead["/api/v1/commands/dance"] = Answer.problem(404, "command.unknown")
    assert post(front, "/api/v1/commands/dance", {}, API_TOKEN).json()["code"] == "command.unknown"


def test_a_page_report_reaches_the_core(front: Running) -> None:
    report = {"page_id": "p", "revision": 7, "hash": "0", "rendered_at": "2026-11-22T17:00:00Z", "errors": []}
    assert post(front, "/api/v1/page", report, front.page_token()).status_code == 204
    assert front.core.reports[0].revision == 7


def test_what_a_person_types_reaches_the_core_with_a_token_only(front: Running) -> None:
    typed = {"text": "912 3456 7890, passcode: 428913"}
    answer = post(front, "/api/v1/typed", typed, front.page_token())
    assert [way["label"] for way in answer.json()["ways"]] == ["Zoom · zoom.us"]
    assert post(front, "/api/v1/typed", typed, "guess").json()["code"] == "token.stale"
    assert front.http.post("/api/v1/typed", data=typed).json()["code"] == "media_type.not_json"
    assert front.http.get("/api/v1/typed").headers["allow"] == "POST"
    post(front, JOIN, {**typed, "way": 0}, front.page_token())
    assert front.core.commands == [Sent("join", {**typed, "way": 0})]


@pytest.mark.parametrize(
    "target",
    [
        "/nothing",
        "/docs",
        "/static/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2f..%2fapp.py",
        "/static/page%2f..%2f..%2fapp.py",
        "/static/page.js%00",
        "/static//etc/passwd",
        "/api/v1/commands/..",
        "/api/v1/commands/..%2froom",
        "/api/v1/commands/a%3fb",
        "/api/v1/commands/" + "a" * 65,
        "/api/v1/token",
        "/api/v1/room/",
    ],
)
def test_paths_that_do_not_exist_are_not_found(front: Running, target: str) -> None:
    assert raw(front, target) == 404


def test_a_wrong_method_names_those_of_the_document(front: Running) -> None:
    for path, allowed in {
        "/": "GET, HEAD",
        JOIN: "POST",
        "/api/v1/commands/c-17": "GET, HEAD",
        "/api/v1/page": "POST",
        "/api/v1/stream": "GET",
        "/static/page.js": "GET, HEAD",
    }.items():
        answer = front.http.request("DELETE", path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["code"] == "method.not_allowed"


def test_head_is_answered_as_get_without_the_body(front: Running) -> None:
    answer = front.http.head("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.content == b""


def test_files_have_their_type_and_are_not_sent_twice(front: Running) -> None:
    for path, media_type in {
        "/static/page.js": "text/javascript; charset=utf-8",
        "/static/page.css": "text/css; charset=utf-8",
        "/static/icon.svg": "image/svg+xml",
    }.items():
        answer = front.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        again = front.http.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_security_headers_are_on_every_answer(front: Running) -> None:
    bad_host = {"Host": "evil.example"}
    answers = [front.http.get(path) for path in ("/", "/livez", "/nothing", "/api/v1/room", "/static/page.css")]
    answers += [front.http.get("/", headers=bad_host), front.http.post(JOIN, json={}), front.http.delete("/")]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_bodies_beyond_64_kib_are_refused_whatever_their_length_says(front: Running) -> None:
    headers = {TOKEN_HEADER: API_TOKEN, "Content-Type": "application/json"}
    payload = json.dumps({"pad": "x" * 65536}).encode()
    pieces = (payload[at : at + 1000] for at in range(0, len(payload), 1000))
    assert front.http.post(JOIN, content=payload, headers=headers).json()["code"] == "body.too_large"
    assert front.http.post(JOIN, content=pieces, headers=headers).json()["code"] == "body.too_large"
    fitting = b" " * (65536 - 2) + b"{}"
    assert front.http.post(JOIN, content=fitting, headers=headers).status_code == 202


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 202),
        ("Application/JSON; charset=utf-8", 202),
        ("", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data", 415),
        ("application/json-patch+json", 415),
    ],
)
def test_only_json_is_taken(front: Running, media_type: str, status: int) -> None:
    headers = {TOKEN_HEADER: API_TOKEN, "Content-Type": media_type}
    assert front.http.post(JOIN, content=b"{}", headers=headers).status_code == status


def test_the_token_is_new_with_each_front_and_the_same_within_one(front: Running, alone: Running) -> None:
    token = front.page_token()
    assert token == front.page_token() != alone.page_token()
    assert len(token) >= 43
