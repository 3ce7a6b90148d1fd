"""The page's server: who may ask it, for what, and how much."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from agent.wire import TOKEN_HEADER
from display.demo.accidents import Accident
from display.demo.cables import Laptop, Shows
from display.demo.page.guard import LARGEST_BODY
from tests.display.demo.conftest import Served


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    """One who has read the page."""
    with httpx.Client(base_url=served.url, timeout=5) as client:
        found = re.search(r'name="demo-token" content="([\w-]+)"', client.get("/").text)
        assert found
        client.headers[TOKEN_HEADER] = found[1]
        yield client


def code(answer: httpx.Response) -> Any:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def test_every_answer_forbids_what_the_page_does_not_need(client: httpx.Client) -> None:
    for path in ("/", "/static/main.js", "/static/nothing.js", "/api/picture"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_page_has_no_code_of_its_own_and_nothing_from_elsewhere(client: httpx.Client) -> None:
    html = client.get("/").text
    assert re.findall(r'<script(?![^>]*\bsrc="/static/)(?![^>]*type="application/json")', html) == []
    assert re.findall(r'\b(?:style|on\w+)="', html) == []
    assert set(re.findall(r'(?:src|href)="(https?:[^"]+)"', html)) == {"http://127.0.0.1:8081/"}


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", ""])
def test_another_name_is_not_served(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421
    assert code(client.get("/api/picture", headers={"Host": host})) == "host.unknown"


@pytest.mark.parametrize("path", ["hands", "plug", "show", "accident"])
def test_a_change_needs_the_token_json_and_our_own_origin(client: httpx.Client, served: Served, path: str) -> None:
    url, body = f"/api/{path}", {"acts": [], "input": "hdmi", "plugged": True, "shows": "bars", "accident": "home"}
    assert code(client.post(url, json=body, headers={TOKEN_HEADER: "guess"})) == "token.stale"
    assert code(client.post(url, json=body, headers={"Origin": "http://evil.example"})) == "origin.foreign"
    assert code(client.post(url, json=body, headers={"Sec-Fetch-Site": "same-site"})) == "origin.foreign"
    assert code(client.post(url, data=body)) == "media_type.not_json"
    assert code(client.get(url)) == "method.not_allowed"
    assert client.put(url, json=body).status_code == 405
    assert (served.box.caused, served.box.laptops["hdmi"]) == ([], Laptop())

    assert client.post(url, json=body).status_code == 204


def test_another_sites_page_sees_nothing(client: httpx.Client) -> None:
    for path in ("/api/picture", "/api/state", "/static/main.js"):
        assert code(client.get(path, headers={"Sec-Fetch-Site": "cross-site"})) == "origin.foreign"
    follows = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=follows).status_code == 200


def test_bodies_are_bounded(client: httpx.Client) -> None:
    large = json.dumps({"acts": ["x" * LARGEST_BODY]})
    headers = {"Content-Type": "application/json"}
    assert code(client.post("/api/hands", content=large, headers=headers)) == "body.too_large"
    assert code(client.post("/api/hands", content=iter([b"{}"]), headers=headers)) == "body.too_large"
    assert code(client.post("/api/hands", content="[" * 10_000, headers=headers)) == "request.invalid"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("hands", {}),
        ("hands", {"acts": "click"}),
        ("hands", {"acts": [{"x": 0}]}),
        ("plug", {"input": "hdmi", "plugged": "yes"}),
        ("plug", {"input": "dvi", "plugged": True}),
        ("plug", {"input": [], "plugged": True}),
        ("show", {"input": "hdmi", "shows": "a film"}),
        ("accident", {"accident": "init"}),
        ("accident", []),
    ],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, path: str, body: Any) -> None:
    assert code(client.post(f"/api/{path}", json=body)) == "request.invalid"


def test_what_is_asked_for_arrives_at_the_box(client: httpx.Client, served: Served) -> None:
    client.post("/api/show", json={"input": "vga", "shows": "restless"})
    client.post("/api/hands", json={"acts": [{"do": "key", "key": "a"}]})
    assert code(client.post("/api/accident", json={"accident": "meeting"})) == "accident.nobody"
    client.post("/api/accident", json={"accident": "shell"})
    assert served.box.laptops["vga"].shows is Shows.RESTLESS
    assert served.box.acts == [{"do": "key", "key": "a"}]
    assert served.box.caused == [Accident.SHELL]


def test_a_picture_comes_once_and_then_when_it_changes(client: httpx.Client, served: Served) -> None:
    first = client.get("/api/picture", params={"after": "0"})
    assert (first.headers["content-type"], first.content) == ("image/jpeg", served.box.frame.jpeg)
    assert client.get("/api/picture", params={"after": first.headers["X-Frame"]}).status_code == 204
    assert client.get("/api/picture", params={"after": "9" * 5000}).status_code == 200


def test_a_head_without_an_end_is_cut_off(served: Served) -> None:
    where = urlsplit(served.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"X-Long: " + b"a" * 40_000)
        assert connection.recv(12) == b"HTTP/1.1 400"
