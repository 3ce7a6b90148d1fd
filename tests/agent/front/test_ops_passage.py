"""The front's half of operations, in-process: who reaches it from where, its own cookie, what the core hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from agent.front.sessions import OPS, PLAIN_COOKIE
from agent.front.settings import FrontSettings
from agent.wire import PEER_HEADER, SCREEN, SESSION_HEADER, TOKEN_HEADER
from tests.agent.front.browser import Browser
from tests.agent.front.ops_states import operations
from tests.agent.front.states import room_state
from tests.fakes.core import API_TOKEN, Answer, served_core
from tests.fakes.ops_core import BUNDLE, PIN, ROOT, TOKEN, OpsCore

REMOTE = FrontSettings(settings=True)
SCREENS = FrontSettings()
DESK = "192.0.2.50"
LOOPBACK = "127.0.0.1"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpsCore, Path]]:
    core, path = OpsCore(room_state(), operations()), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, path):
        yield core, path


class Desk(Browser):
    """Somebody who looks after rooms, over TLS from their own desk."""

    def __init__(self, socket: Path, settings: FrontSettings = REMOTE, peer: str = DESK, scheme: str = "https") -> None:
        super().__init__(socket, settings, peer, scheme)

    def sign_in(self, **given: str) -> httpx.Response:
        return self.ask("POST", f"{ROOT}/session", json=given or {"pin": PIN}, headers={TOKEN_HEADER: API_TOKEN})


@pytest.fixture
def core(started: tuple[OpsCore, Path]) -> OpsCore:
    started[0].begin(operations())
    return started[0]


@pytest.fixture
def desk(core: OpsCore, started: tuple[OpsCore, Path]) -> Desk:
    return Desk(started[1])


@pytest.mark.parametrize(
    "path", ["/ops", "/static/ops.js", ROOT, f"{ROOT}/timeline", f"{ROOT}/logs", f"{ROOT}/bundle", f"{ROOT}/raw"]
)
def test_operations_are_reached_over_tls_where_the_box_is_managed_remotely_and_nowhere_else(
    started: tuple[OpsCore, Path], desk: Desk, path: str
) -> None:
    desk.sign_in()
    assert desk.ask("GET", path).status_code == 200
    refused = {
        "plain": Desk(started[1], REMOTE, scheme="http"),
        "not remote": Desk(started[1], SCREENS),
        "being set up": Desk(started[1], FrontSettings(setup=True)),
    }
    for name, browser in refused.items():
        answer = browser.ask("GET", path)
        if name == "being set up" and path.startswith("/static/"):
            continue  # the wizard's files
        assert (answer.status_code, answer.json()["code"]) == (403, "peer.refused"), name


@pytest.mark.parametrize("path", ["/ops/", "/opsx", "/api/v1/opsx", "/api/v1/room", "/"])
def test_nothing_beside_it_is_reached_from_the_network(desk: Desk, path: str) -> None:
    assert desk.ask("GET", path).json()["code"] == "peer.refused"


def test_the_bearer_token_alone_opens_nothing_of_it(desk: Desk) -> None:
    answer = desk.ask("GET", ROOT, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "ops.no_session")


@pytest.mark.parametrize("given", [{"pin": PIN}, {"token": TOKEN}])
def test_a_session_is_a_cookie_of_its_own_kind(core: OpsCore, desk: Desk, given: dict[str, str]) -> None:
    assert desk.ask("GET", ROOT).json()["code"] == "ops.no_session"
    answer = desk.sign_in(**given)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{OPS.tls}=ops-1;")
    assert {"Path=/", "HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; "))
    assert SESSION_HEADER.lower() not in answer.headers
    assert core.ops.peers == [DESK]
    assert desk.ask("GET", ROOT).json()["room"] == "San Jose"


def test_without_tls_on_loopback_it_is_another_name(started: tuple[OpsCore, Path], core: OpsCore) -> None:
    own = Desk(started[1], SCREENS, LOOPBACK, "http")
    cookie = own.sign_in().headers["set-cookie"]
    assert cookie.startswith(f"{OPS.plain}=ops-1;")
    assert "Secure" not in cookie
    assert core.ops.peers == [SCREEN]


def test_the_technicians_session_does_not_stand_for_it(started: tuple[OpsCore, Path], core: OpsCore) -> None:
    core.ops.sessions.add("ops-9")
    own = Desk(started[1], SCREENS, LOOPBACK, "http")
    own.cookies.set(PLAIN_COOKIE, "ops-9")
    assert own.ask("GET", ROOT).json()["code"] == "ops.no_session"


def test_headers_of_a_client_are_not_believed(core: OpsCore, desk: Desk) -> None:
    core.ops.sessions.add("ops-9")
    forged = {SESSION_HEADER: "ops-9", PEER_HEADER: SCREEN}
    assert desk.ask("GET", ROOT, headers=forged).status_code == 403


def test_signing_out_ends_both_ends(core: OpsCore, desk: Desk) -> None:
    desk.sign_in()
    answer = desk.ask("POST", f"{ROOT}/leave", json={}, headers={TOKEN_HEADER: API_TOKEN})
    assert (answer.status_code, core.ops.sessions) == (204, set())
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_nothing_is_sent_without_the_pages_token(desk: Desk) -> None:
    answer = desk.ask("POST", f"{ROOT}/session", json={"pin": PIN})
    assert (answer.status_code, answer.json()["code"]) == (403, "token.stale")


def test_a_lock_says_how_long(core: OpsCore, desk: Desk) -> None:
    core.ops.locked_s = 60
    answer = desk.sign_in()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_questions_are_handed_on_with_what_they_ask_for(core: OpsCore, desk: Desk) -> None:
    desk.sign_in()
    desk.ask("GET", f"{ROOT}/timeline?hours=168")
    assert core.ops.hours == ["168"]
    found = desk.ask("GET", f"{ROOT}/logs?level=error&after=10").json()["entries"]
    assert {entry["level"] for entry in found} == {"error"}
    assert min(entry["n"] for entry in found) > 10


def test_the_bundle_comes_as_it_is(desk: Desk) -> None:
    desk.sign_in()
    answer = desk.ask("GET", f"{ROOT}/bundle")
    assert (answer.content, answer.headers["content-type"]) == (BUNDLE, "application/zip")


def test_an_answer_of_the_core_keeps_its_status_and_code(core: OpsCore, desk: Desk) -> None:
    desk.sign_in()
    core.instead[f"{ROOT}/raw"] = Answer.problem(502, "calendar.unreachable")
    answer = desk.ask("GET", f"{ROOT}/raw")
    assert (answer.status_code, answer.json()["code"]) == (502, "calendar.unreachable")


@pytest.mark.parametrize(
    ("header", "asked", "language"),
    [("de-DE,de;q=0.9", "", "de"), ("xx", "", "en"), ("de", "ar", "ar"), ("", "", "en"), ("de", "<b>", "de")],
)
def test_the_page_speaks_the_language_of_who_reads_it(desk: Desk, header: str, asked: str, language: str) -> None:
    answer = desk.ask("GET", f"/ops?language={asked}", headers={"Accept-Language": header})
    assert f'<html lang="{language}"' in answer.text
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]


def test_the_page_comes_while_the_core_is_gone(tmp_path: Path) -> None:
    answer = Desk(tmp_path / "none.sock").ask("GET", "/ops")
    assert (answer.status_code, '<html lang="en"' in answer.text) == (200, True)
    gone = Desk(tmp_path / "none.sock").ask("GET", ROOT)
    assert (gone.status_code, gone.json()["code"]) == (503, "core.unreachable")
