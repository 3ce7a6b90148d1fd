"""Every rule of the guard as a table, on ASGI scopes: what may pass, what is refused and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import pytest

from agent.front.guard import RULES
from agent.front.guard.asked import Asked
from agent.front.guard.bearers import bearer_of
from agent.front.settings import FrontSettings

SETTINGS = FrontSettings(hosts=("Room7.contoso.example",), ports=(8443,))
LOCAL_HOST = ("host", "localhost:8080")
JSON = ("content-type", "application/json")
Headers = Sequence[tuple[str, str]]


def asked(
    method: str = "GET",
    path: str = "/",
    *,
    headers: Headers = (LOCAL_HOST,),
    peer: str | None = "127.0.0.1",
    scheme: str = "http",
    query: str = "",
) -> Asked:
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "scheme": scheme,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        "client": (peer, 50000) if peer else None,
        "server": ("192.0.2.7", 8080),
    }
    return Asked.from_scope(scope)


def refusal(
    method: str = "GET", path: str = "/", *, settings: FrontSettings = SETTINGS, **more: Any
) -> tuple[int, str] | None:
    request = asked(method, path, **more)
    refused = next((r for r in (rule(request, settings) for rule in RULES) if r is not None), None)
    return (refused.status, refused.code) if refused else None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LOCALHOST:8080",
        "127.0.0.1:8080",
        "[::1]:8080",
        "[::1]",
        "room7.contoso.example",
        "ROOM7.contoso.example:8443",
        "192.0.2.7:8080",
    ],
)
def test_a_host_of_ours_passes(host: str) -> None:
    assert refusal(headers=[("host", host)]) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "localhost.",
        "localhost:81",
        "localhost:",
        "localhost:8080:8080",
        "localhost:+8080",
        "localhost:008080",
        "localhost:٨٠٨٠".encode().decode("latin-1"),
        "localhost@evil.example",
        "127.0.0.1.nip.io",
        "192.0.2.8",
        "0.0.0.0:8080",
        "[::1",
        "[localhost]:8080",
        "::1",
    ],
)
def test_any_other_host_is_misdirected(host: str) -> None:
    assert refusal(headers=[("host", host)]) == (421, "host.unknown")


@pytest.mark.parametrize("headers", [[], [LOCAL_HOST, LOCAL_HOST], [LOCAL_HOST, ("host", "evil.example")]])
def test_exactly_one_host_header_is_needed(headers: Headers) -> None:
    assert refusal(headers=headers) == (421, "host.unknown")


@pytest.mark.parametrize("origin", [None, "http://localhost:8080", "http://127.0.0.1:8080", "https://[::1]:8443"])
def test_a_post_with_our_origin_or_none_passes(origin: str | None) -> None:
    own = [("origin", origin)] if origin else []
    assert refusal("POST", "/api/v1/commands/join", headers=[LOCAL_HOST, JSON, *own]) is None


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "http://evil.example",
        "http://localhost",
        "http://localhost:81",
        "https://localhost",
        "http://localhost:8080.evil.example",
        "file://",
        "chrome-extension://localhost:8080",
        "localhost:8080",
    ],
)
def test_a_post_with_another_origin_is_refused(origin: str) -> None:
    headers = [LOCAL_HOST, JSON, ("origin", origin)]
    assert refusal("POST", "/api/v1/commands/join", headers=headers) == (403, "origin.foreign")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("none", None),
        ("same-origin", None),
        ("cross-site", (403, "origin.foreign")),
        ("same-site", (403, "origin.foreign")),
    ],
)
def test_what_another_site_starts_is_refused_navigations_included(
    method: str, site: str, expected: tuple[int, str] | None
) -> None:
    headers = [LOCAL_HOST, JSON, ("sec-fetch-site", site), ("sec-fetch-mode", "navigate")]
    assert refusal(method, headers=headers) == expected


LINK = [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]


@pytest.mark.parametrize(
    ("method", "path", "headers", "passes"),
    [
        ("GET", "/", LINK, True),
        ("GET", "/api/v1/room", LINK, False),
        ("POST", "/", LINK, False),
        ("GET", "/", [("sec-fetch-site", "cross-site"), *LINK[1:]], False),
        ("GET", "/", [*LINK[:2], ("sec-fetch-dest", "iframe")], False),
        ("GET", "/", [LINK[0], ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "script")], False),
    ],
)
def test_the_demos_control_page_may_link_to_the_home_page_and_no_more(
    method: str, path: str, headers: list[tuple[str, str]], passes: bool
) -> None:
    sent = [LOCAL_HOST, JSON, *headers]
    demo = refusal(method, path, headers=sent, settings=FrontSettings(linked=True))
    assert demo == (None if passes else (403, "origin.foreign"))
    assert refusal(method, path, headers=sent) == (403, "origin.foreign")


BEARER = ("authorization", "Bearer s3cret")


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_ask_everything(peer: str) -> None:
    assert refusal(peer=peer, path="/") is None


@pytest.mark.parametrize("peer", ["192.0.2.50", "2001:db8::5", "::ffff:192.0.2.50", None])
@pytest.mark.parametrize(
    ("method", "path", "headers", "scheme", "passes"),
    [
        ("GET", "/livez", [], "http", True),
        ("HEAD", "/readyz", [], "http", True),
        ("POST", "/livez", [JSON], "http", False),
        ("GET", "/", [BEARER], "https", False),
        ("GET", "/api/v1/room", [BEARER], "https", False),
        ("POST", "/api/v1/commands/join", [JSON, BEARER], "https", False),
        ("GET", "/static/js/main.js", [], "https", False),
        ("GET", "/openapi.json", [BEARER], "https", False),
        ("GET", "/api/v1/status", [BEARER], "https", True),
        ("GET", "/metrics", [("authorization", "bearer s3cret")], "https", True),
        ("GET", "/metrics", [BEARER], "http", False),
        ("POST", "/metrics", [JSON, BEARER], "https", False),
        ("GET", "/api/v1/status/", [BEARER], "https", False),
    ],
)
def test_the_network_may_ask_next_to_nothing(
    peer: str | None, method: str, path: str, headers: Headers, scheme: str, passes: bool
) -> None:
    answer = refusal(method, path, headers=[LOCAL_HOST, *headers], peer=peer, scheme=scheme)
    assert answer == (None if passes else (403, "peer.refused"))


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ([BEARER], "s3cret"),
        ([("authorization", "bearer  s3cret ")], "s3cret"),
        ([], None),
        ([("authorization", "Bearer")], None),
        ([("authorization", "Bearer ")], None),
        ([("authorization", "Bearer s3 cret")], None),
        ([("authorization", "Bearer s3cr\xe9t")], None),
        ([("authorization", "Bearer " + "s" * 257)], None),
        ([("authorization", "Basic s3cret")], None),
        ([BEARER, BEARER], None),
        ([BEARER, ("authorization", "Basic s3cret")], None),
    ],
)
def test_a_request_bears_one_token_or_none(headers: Headers, token: str | None) -> None:
    assert bearer_of(asked(headers=[LOCAL_HOST, *headers])) == token


@pytest.mark.parametrize(
    "path",
    [
        "/static/../api/v1/room",
        "/static/%2e%2e/api/v1/room",
        "/api/v1%2froom",
        "/api/v1/room%00",
        "/api/v1/room%0d%0aX:y",
        "//api/v1/room",
        "/api//v1/room",
        "/api/v1/room/",
        "/./livez",
        "/.git/config",
        "/api\\v1\\room",
        "/api/v1/ro%6fm",
        "http://evil.example/api/v1/room",
        "evil.example:443",
        "*",
        "",
    ],
)
def test_a_target_with_a_trick_in_it_names_nothing(path: str) -> None:
    assert refusal(path=path) == (404, "path.unknown")
    assert refusal(path=path, peer="192.0.2.50", scheme="https") == (403, "peer.refused")


def test_nothing_passes_where_it_is_closed() -> None:
    for path in ("/", "/livez", "/setup", "/metrics"):
        assert refusal(path=path, settings=FrontSettings(closed=True)) == (403, "front.closed")


def test_long_targets_and_many_or_large_headers_are_refused() -> None:
    assert refusal(path="/" + "a" * 2047) is None
    assert refusal(path="/", query="q" * 2048) == (414, "target.too_long")
    assert refusal(headers=[LOCAL_HOST, *[("x", "y")] * 63]) is None
    assert refusal(headers=[LOCAL_HOST, *[("x", "y")] * 64]) == (431, "headers.too_large")
    assert refusal(headers=[LOCAL_HOST, ("x", "y" * 16384)]) == (431, "headers.too_large")
