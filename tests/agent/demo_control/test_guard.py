"""Nobody but this machine's own page may play with the demo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from agent.wire import TOKEN_HEADER
from tests.agent.demo_control.conftest import Demo


def test_every_answer_carries_a_policy_without_inline_script_or_style(demo: Demo) -> None:
    for path in ("/", "/api/state", "/static/main.js", "/nowhere"):
        policy = demo.client.get(path).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "10.0.0.1:80", "x@127.0.0.1", "127.0.0.1/x"]
)
def test_a_foreign_host_name_is_refused(demo: Demo, host: str) -> None:
    assert demo.client.get("/api/state", headers={"Host": host}).status_code in (400, 421)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8081", "127.0.0.1:1", "[::1]:80"])
def test_names_of_loopback_are_ours(demo: Demo, host: str) -> None:
    assert demo.client.get("/api/state", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({TOKEN_HEADER: "guess"}, "token.stale"),
        ({TOKEN_HEADER: None}, "token.stale"),
        ({"Origin": "http://evil.example"}, "origin.foreign"),
        ({"Origin": "http://127.0.0.1:1"}, "origin.foreign"),
        ({"Origin": "null"}, "origin.foreign"),
        ({"Origin": "http://["}, "origin.foreign"),
        ({"Sec-Fetch-Site": "cross-site"}, "origin.foreign"),
        ({"Content-Type": "text/plain"}, "media_type.not_json"),
    ],
)
def test_a_post_that_is_not_the_pages_own_changes_nothing(
    demo: Demo, headers: dict[str, str | None], code: str
) -> None:
    merged = {TOKEN_HEADER: demo.token, "Content-Type": "application/json", **headers}
    sent = {name: value for name, value in merged.items() if value is not None}
    answer = demo.client.post("/api/exchange/down", content=b"{}", headers=sent)
    assert answer.json()["code"] == code
    assert demo.exchange.is_up


def test_the_pages_own_origin_may_post(demo: Demo) -> None:
    headers = {TOKEN_HEADER: demo.token, "Origin": demo.url, "Sec-Fetch-Site": "same-origin"}
    assert demo.client.post("/api/heal", json={}, headers=headers).status_code == 204


def test_a_body_that_is_large_or_of_unknown_length_is_refused(demo: Demo) -> None:
    headers = {TOKEN_HEADER: demo.token, "Content-Type": "application/json"}

    def endless() -> Iterator[bytes]:
        yield b"{}"

    bodies: tuple[Any, ...] = (b" " * 20_000, endless())
    for content in bodies:
        assert demo.client.post("/api/meetings", content=content, headers=headers).status_code == 413


def test_another_site_may_link_to_the_page_but_not_read_its_state(demo: Demo) -> None:
    linked = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"}
    assert demo.client.get("/", headers=linked).status_code == 200
    assert demo.client.get("/api/state", headers=linked).status_code == 403


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/control.html", "/docs"])
def test_only_the_pages_own_files_are_served(demo: Demo, path: str) -> None:
    assert demo.client.get(path).status_code == 404


def test_reading_paths_refuse_other_methods(demo: Demo) -> None:
    answer: httpx.Response = demo.post("state")
    assert (answer.status_code, answer.json()["code"]) == (405, "method.not_allowed")
