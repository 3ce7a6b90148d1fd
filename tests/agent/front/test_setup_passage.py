"""The wizard's half of the front, in-process: who reaches it from where, the session's cookie, what the core hears."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from agent.front.first_bytes import accepted, language_in
from agent.front.guard.headers import IMAGE_POLICY
from agent.front.sessions import PLAIN_COOKIE, TLS_COOKIE
from agent.front.settings import FrontSettings
from agent.wire import PEER_HEADER, SESSION_HEADER, TOKEN_HEADER
from tests.agent.front.browser import Browser
from tests.agent.front.states import room_state
from tests.fakes.core import API_TOKEN, Answer, served_core
from tests.fakes.setup_core import CODE, SetupCore

SETUP = FrontSettings(setup=True)
SETTINGS = FrontSettings(settings=True)
LAPTOP = "192.0.2.44"
ROOT = "/api/v1/setup"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SetupCore, Path]]:
    core, path = SetupCore(room_state()), tmp_path_factory.mktemp("core") / "core.sock"
    with served_core(core, path):
        yield core, path


@pytest.fixture
def core(started: tuple[SetupCore, Path]) -> SetupCore:
    started[0].begin()
    started[0].forget(room_state())
    return started[0]


class Technician(Browser):
    """Over TLS; at the box itself the screen's front is asked, without."""

    def __init__(self, started: tuple[SetupCore, Path], settings: FrontSettings, peer: str, scheme: str = "") -> None:
        own = peer == "127.0.0.1" and not scheme
        usual = "http" if own else "https"
        super().__init__(started[1], FrontSettings() if own else settings, peer, scheme or usual)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, payload: object, **headers: str) -> httpx.Response:
        return self.ask("POST", ROOT + path, json=payload, headers={TOKEN_HEADER: API_TOKEN, **headers})


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/setup"),
        ("GET", "/static/setup.js"),
        ("GET", ROOT),
        ("GET", f"{ROOT}/qr?text=https://192.0.2.7/"),
        ("POST", f"{ROOT}/pair"),
        ("GET", "/livez"),
    ],
)
def test_a_technician_reaches_the_wizard_over_tls_before_the_room_is_set_up(
    started: tuple[SetupCore, Path], core: SetupCore, method: str, path: str
) -> None:
    headers = {TOKEN_HEADER: API_TOKEN}
    answer = Technician(started, SETUP, LAPTOP).ask(method, path, json={"code": CODE}, headers=headers)
    assert answer.status_code in (200, 204)
    if path != "/livez":
        plain = Technician(started, SETUP, LAPTOP, "http").ask(method, path, json={}, headers=headers)
        assert (plain.status_code, plain.json()["code"]) == (403, "peer.refused")
        closed = Technician(started, FrontSettings(), LAPTOP).ask(method, path, json={}, headers=headers)
        assert (closed.status_code, closed.json()["code"]) == (403, "peer.refused")


@pytest.mark.parametrize(
    "path",
    [
        f"{ROOT}/welcome",
        f"{ROOT}s",
        "/setups",
        "/setup/",
        "/readyz",
        "/metrics",
        "/api/v1/status",
        "/api/v1/room",
        "/api/v1/stream",
        "/openapi.json",
    ],
)
def test_nothing_else_is_reached_from_the_network(started: tuple[SetupCore, Path], path: str) -> None:
    bearer = {"Authorization": "Bearer s3cret"}
    assert Technician(started, SETUP, LAPTOP).get(path, **bearer).json()["code"] == "peer.refused"


def test_after_that_status_and_settings_stand_side_by_side(started: tuple[SetupCore, Path], core: SetupCore) -> None:
    browser = Technician(started, SETTINGS, LAPTOP)
    assert browser.get("/setup").status_code == 200
    assert browser.get("/metrics", Authorization="Bearer s3cret").status_code == 200
    assert browser.get("/readyz").status_code == 200
    assert browser.get(f"{ROOT}/welcome").json()["code"] == "peer.refused"
    assert browser.get("/").json()["code"] == "peer.refused"


def test_a_technician_who_types_the_address_alone_comes_to_the_wizard(
    started: tuple[SetupCore, Path], core: SetupCore
) -> None:
    moved = Technician(started, SETUP, LAPTOP).get("/")
    assert (moved.status_code, moved.headers["location"]) == (303, "/setup")
    assert Technician(started, SETUP, "127.0.0.1").get("/").status_code == 200


@pytest.mark.parametrize(
    ("peer", "told"), [("127.0.0.1", "screen"), (LAPTOP, LAPTOP), ("::ffff:192.0.2.9", "192.0.2.9")]
)
def test_the_core_is_told_who_asks_whatever_a_client_says(
    started: tuple[SetupCore, Path], core: SetupCore, peer: str, told: str
) -> None:
    Technician(started, SETUP, peer).get(ROOT, **{PEER_HEADER: "screen", SESSION_HEADER: "session-1"})
    assert core.setup.peers == [told]


def test_the_wizards_own_listener_is_the_networks_whoever_comes_there(
    started: tuple[SetupCore, Path], core: SetupCore
) -> None:
    browser = Technician(started, SETUP, "127.0.0.1", "https")
    browser.get(ROOT)
    assert core.setup.peers == ["127.0.0.1"]
    assert browser.get(f"{ROOT}/welcome").json()["code"] == "peer.refused"
    assert browser.get("/api/v1/room").json()["code"] == "peer.refused"


def test_a_clients_own_session_header_opens_nothing(started: tuple[SetupCore, Path], core: SetupCore) -> None:
    browser = Technician(started, SETUP, LAPTOP)
    browser.post("/pair", {"code": CODE})
    thief = Technician(started, SETUP, "192.0.2.66")
    assert thief.get(ROOT, **{SESSION_HEADER: "session-1"}).json()["access"] == "others"
    assert browser.get(ROOT).json()["access"] == "yours"


@pytest.mark.parametrize(("peer", "name", "secure"), [("127.0.0.1", PLAIN_COOKIE, False), (LAPTOP, TLS_COOKIE, True)])
def test_a_session_is_a_cookie_that_no_script_and_no_other_site_has(
    started: tuple[SetupCore, Path], core: SetupCore, peer: str, name: str, secure: bool
) -> None:
    browser = Technician(started, SETUP, peer)
    paired = browser.post("/pair", {"code": CODE})
    assert paired.status_code == 204
    assert SESSION_HEADER not in paired.headers
    given, *attributes = paired.headers["set-cookie"].split("; ")
    assert given == f"{name}=session-1"
    wanted = {"HttpOnly", "Path=/", "SameSite=strict"} | ({"Secure"} if secure else set())
    assert set(attributes) == wanted
    left = browser.post("/leave", {})
    assert "Max-Age=0" in left.headers["set-cookie"]


def test_a_cookie_that_is_no_token_is_not_passed_on(started: tuple[SetupCore, Path], core: SetupCore) -> None:
    core.begin(session="a b")
    answer = Technician(started, SETUP, LAPTOP).get(ROOT, Cookie=f'{TLS_COOKIE}="a b"')
    assert answer.json()["access"] == "others"


def test_what_changes_something_needs_the_token_and_json(started: tuple[SetupCore, Path], core: SetupCore) -> None:
    browser = Technician(started, SETUP, LAPTOP)
    assert browser.post("/pair", {"code": CODE}, **{TOKEN_HEADER: "guess"}).json()["code"] == "token.stale"
    form = browser.ask("POST", f"{ROOT}/pair", data={"code": CODE}, headers={TOKEN_HEADER: API_TOKEN})
    assert form.json()["code"] == "media_type.not_json"
    assert browser.post("/pair", {"code": CODE}, Origin="https://evil.example").json()["code"] == "origin.foreign"
    assert browser.post("/steps/reboot", {}).json()["code"] == "path.unknown"
    assert core.setup.session is None


def test_questions_and_answers_pass_as_they_are(started: tuple[SetupCore, Path], core: SetupCore) -> None:
    browser = Technician(started, SETUP, LAPTOP)
    browser.post("/pair", {"code": CODE})
    assert len(browser.get(f"{ROOT}/rooms?list=building7%40contoso.example").json()["rooms"]) == 2
    assert browser.get(f"{ROOT}/rooms.csv").headers["content-type"].startswith("text/csv")
    refused = browser.post("/steps/language", {"language": "en", "timezone": ""})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "timezone")
    core.instead[f"{ROOT}/room-lists"] = Answer(429, b"{}", {"retry-after": "9"})
    assert browser.get(f"{ROOT}/room-lists").headers["retry-after"] == "9"
    browser.post("/checks", {"scope": "network", "write": False, "other_mailbox": ""})
    events = browser.get(f"{ROOT}/checks")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert re.findall("event: (.*)", events.text) == ["check"] * 4 + ["done"]


def test_the_page_speaks_the_technicians_language_and_the_screen_the_rooms(
    started: tuple[SetupCore, Path], core: SetupCore
) -> None:
    core.begin(language="de")
    for peer, header, query, language in [
        (LAPTOP, "ar-EG,en;q=0.5", "", "ar"),
        (LAPTOP, "xx", "", "de"),
        (LAPTOP, "ar", "?language=ja", "ja"),
        ("127.0.0.1", "ar", "", "de"),
    ]:
        page = Technician(started, SETUP, peer).get(f"/setup{query}", **{"Accept-Language": header})
        place = "screen" if peer == "127.0.0.1" else "network"
        assert f'lang="{language}"' in page.text
        assert f'data-place="{place}"' in page.text


def test_the_page_comes_without_a_core(tmp_path: Path) -> None:
    browser = Technician((SetupCore(room_state()), tmp_path / "none.sock"), SETUP, "127.0.0.1")
    assert 'lang="en"' in browser.get("/setup").text
    assert browser.get(ROOT).json()["code"] == "core.unreachable"
    assert browser.get(f"{ROOT}/checks").json()["code"] == "core.unreachable"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH, de;q=0.9", "de"),
        ("xx, fr;q=0.8", "fr"),
        ("en-GB", "en"),
        ("*", ""),
        ("", ""),
        ("../de", ""),
        ("EN", "en"),
    ],
)
def test_the_first_language_there_is_counts(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"language": 7}', b'{"language": "en"}'])
def test_an_answer_without_a_language_is_english(body: bytes) -> None:
    assert language_in(body, "language") == "en"


def test_an_address_becomes_a_code_that_a_camera_reads(started: tuple[SetupCore, Path]) -> None:
    browser = Technician(started, SETUP, "127.0.0.1")
    answer = browser.get(f"{ROOT}/qr?text=https://192.0.2.7:8443/setup")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["content-security-policy"] == IMAGE_POLICY
    for text in ("", "javascript:alert(1)", "https://a b/", "https://" + "a" * 300, "https://ä.example/"):
        assert browser.ask("GET", f"{ROOT}/qr", params={"text": text}).json()["code"] == "qr.not_an_address"


def test_a_wrong_method_names_all_there_are(started: tuple[SetupCore, Path]) -> None:
    browser = Technician(started, SETUP, "127.0.0.1")
    assert browser.ask("DELETE", f"{ROOT}/certificate").headers["allow"] == "GET, HEAD, POST"
    assert browser.ask("DELETE", f"{ROOT}/checks").headers["allow"] == "GET, POST"
