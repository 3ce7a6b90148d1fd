"""The set-up's paths, over the real service and a real disk."""

from __future__ import annotations

import asyncio
import shutil
import threading
from pathlib import Path

import pytest

from agent import wire
from agent.config import Config, load
from agent.errors import SourceUnavailable
from agent.model.directory import Mailbox
from agent.model.preflight import Status
from tests.agent.setup.walking import EWS, PASSWORD, PIN, ROOM, Box, Technician, activated

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.fixture
async def technician(box: Box) -> Technician:
    found = Technician(box)
    assert (await found.pair()).status_code == 204
    return found


def password_of(config: Config) -> str:
    return Path(config.calendar.ews.password_file).read_text()


# --- pairing ---------------------------------------------------------------------------------------------------------


async def test_a_stranger_learns_only_that_there_is_a_set_up(box: Box) -> None:
    answer = (await Technician(box).get()).json()

    assert answer == {"version": 1, "mode": "setup", "access": "none", "owner": None, "retry_after_s": None,
                      "language": "en"}  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/steps/language"), ("POST", "/back"), ("POST", "/checks"), ("GET", "/checks"), ("POST", "/checks/stop"),
     ("GET", "/room-lists"), ("GET", "/rooms?list=a"), ("GET", "/resolve?name=a"), ("GET", "/rooms.csv"),
     ("POST", "/rooms-csv"), ("POST", "/certificate"), ("GET", "/certificate"), ("POST", "/sign-in"),
     ("GET", "/sign-in"), ("GET", "/commands?kind=exchange"), ("GET", "/display"), ("POST", "/show-input"),
     ("POST", "/activate"), ("POST", "/reset"), ("POST", "/leave")],
)  # fmt: skip
async def test_nothing_else_is_open_without_a_session(box: Box, method: str, path: str) -> None:
    bodies = {"/back": {"step": "language"}, "/checks": {"scope": "network"}, "/show-input": {"input": "hdmi"}}
    answer = await Technician(box).ask(method, path, bodies.get(path, {}) if method == "POST" else None)

    assert (answer.status_code, answer.json()["code"]) == (403, "setup.no_session")


async def test_the_code_is_for_the_rooms_own_screen(box: Box) -> None:
    refused = await Technician(box).get("/welcome")
    shown = (await Technician(box, wire.SCREEN).get("/welcome")).json()

    assert (refused.status_code, refused.json()["code"]) == (403, "setup.screen_only")
    assert (len(shown["code"]), shown["fingerprint"], shown["urls"]) == (6, "AA:BB", ["https://192.0.2.7:8443/setup"])


async def test_a_front_that_does_not_say_who_asks_is_refused(box: Box) -> None:
    assert (await Technician(box, "").get()).json()["code"] == "peer.refused"


async def test_a_code_that_was_used_opens_nothing(box: Box) -> None:
    code = box.code()
    await Technician(box).pair(code=code)

    assert (await Technician(box).pair(code=code, take_over=True)).json()["code"] == "setup.code_wrong"


async def test_the_second_technician_sees_who_is_at_it_and_takes_over_only_with_the_code(
    box: Box, technician: Technician
) -> None:
    second = Technician(box, wire.SCREEN)
    seen = (await second.get()).json()
    taken = await second.pair()
    over = await second.pair(code=box.code(), take_over=True)

    assert (seen["access"], seen["owner"]["address"]) == ("others", "192.0.2.20")
    assert (taken.status_code, taken.json()["code"]) == (409, "setup.taken")
    assert over.status_code == 204
    assert (await technician.answer("language")).json()["code"] == "setup.no_session"
    assert (await second.get()).json()["access"] == "yours"


async def test_ten_wrong_codes_lock_pairing_over_a_restart_and_a_new_code_is_shown(box: Box) -> None:
    code = box.code()
    stranger = Technician(box)
    for _ in range(10):
        assert (await stranger.pair(code="wrong")).status_code == 403
    box.start()
    locked = await stranger.pair(code=code)

    assert (locked.status_code, locked.json()["code"], locked.headers["Retry-After"]) == (429, "setup.locked", "60")
    assert box.setup.welcome().code not in (None, code)
    box.clock.advance(60)
    assert (await stranger.pair(code=code)).status_code == 403
    assert (await stranger.get()).json()["retry_after_s"] == 120
    box.clock.advance(120)
    assert (await stranger.pair(code=box.code())).status_code == 204


async def test_who_guesses_from_afar_does_not_keep_out_who_stands_before_the_box(box: Box) -> None:
    stranger, here = Technician(box), Technician(box, wire.SCREEN)
    for _ in range(11):
        await stranger.pair(code="wrong")

    assert (await stranger.get()).json()["retry_after_s"] == 60
    assert (await here.get()).json()["retry_after_s"] is None
    assert (await here.pair(code=box.code())).status_code == 204


async def test_guessing_all_day_tries_less_than_a_hundred_codes(box: Box) -> None:
    stranger, tried = Technician(box), 0
    for _ in range(24 * 60 * 2):
        if box.setup.guard.retry_after_s(stranger.peer) == 0:
            answer = await stranger.pair(code="000000x")
            tried += answer.status_code == 403
        box.clock.advance(30)

    assert 10 < tried < 100


async def test_a_session_ends_after_half_an_hour_of_doing_nothing(box: Box, technician: Technician) -> None:
    box.clock.advance(29 * 60)
    assert (await technician.answer("language")).status_code == 200
    for _ in range(31):
        box.clock.advance(60)
        await technician.get()

    assert (await technician.answer("language")).status_code == 403
    assert (await Technician(box).pair()).status_code == 204


# --- steps -----------------------------------------------------------------------------------------------------------


async def test_the_whole_way_makes_a_configuration_that_serves_the_room(tmp_path: Path) -> None:
    async with activated(tmp_path) as (box, technician):
        config = load(tmp_path / "config.toml", {})

        assert (config.room.mailbox, config.room.name, config.room.timezone) == (ROOM, "San José", "Europe/Berlin")
        assert config.meetings.show_subject == "organizer"
        assert password_of(config) == f"{PASSWORD}\n"
        assert box.around.reconfigured == 1
        assert not (tmp_path / "setup" / "draft.json").exists()
        assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}
        assert ((tmp_path / "config.toml").stat().st_mode & 0o777) == 0o600
        assert (await technician.get()).json()["mode"] == "settings"
        assert (await technician.get()).json()["access"] == "none"


async def test_no_answer_log_or_file_in_the_clear_holds_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with activated(tmp_path) as (box, technician):
        await technician.pair(pin=PIN)
        await technician.get()
        texts = [
            *technician.answers,
            repr(box.setup),
            repr(box.setup._answers.draft),
            repr(box.around.audited),
            *capsys.readouterr(),
        ]
        texts += [(tmp_path / "config.toml").read_text(), (tmp_path / "secrets" / "admin-pin").read_text()]

        assert [text for text in texts if PASSWORD in text or PIN in text] == []
        assert "account.password" in (await technician.get()).json()["kept"]


async def test_a_step_whose_turn_has_not_come_is_refused(technician: Technician) -> None:
    assert (await technician.answer("account")).json()["code"] == "setup.step_closed"
    assert (await technician.post("/back", {"step": "room"})).json()["code"] == "setup.step_closed"
    assert (await technician.post("/steps/nonsense")).json()["code"] == "setup.step_closed"


async def test_wrong_answers_are_named_field_by_field_in_the_boxs_language(technician: Technician) -> None:
    await technician.walk("account")
    answer = await technician.answer("account", endpoint="http://mail.contoso.example/", mailbox="nobody", username="")

    assert answer.status_code == 422
    assert {each["field"]: each["code"] for each in answer.json()["errors"]} == {
        "endpoint": "setup.url_insecure", "mailbox": "setup.mailbox_wrong", "username": "setup.field_missing"
    }  # fmt: skip
    assert "Erwartet wird eine Adresse" in answer.text


@pytest.mark.parametrize("body", [[], "text", 3, None, {"language": {"a": 1}}, {"language": "x" * 10_000},
                                  {"language": "\ud800"}, {"__class__": "x", "language": "en"}])  # fmt: skip
async def test_bodies_of_another_shape_are_refused(technician: Technician, body: object) -> None:
    answer = await technician.ask("POST", "/steps/language", body)

    assert answer.status_code == 422


async def test_going_back_keeps_the_answers_and_another_account_outdates_the_checks(technician: Technician) -> None:
    await technician.walk("screen")
    before = (await technician.post("/back", {"step": "account"})).json()
    same = (await technician.answer("account", password="")).json()
    other = (await technician.answer("account", username="other@contoso.example", password="")).json()

    assert (before["step"], before["answers"]["account"]["username"]) == ("account", "svc@contoso.example")
    assert (same["checked"], other["checked"]) == ("passed", "outdated")
    assert other["step"] == "preflight"
    assert [each["id"] for each in other["steps"] if each["state"] == "done"] == [
        "language",
        "network",
        "calendar",
        "account",
    ]


async def test_another_source_forgets_the_account(technician: Technician) -> None:
    await technician.walk("preflight")
    state = (await technician.answer("calendar", source="graph")).json()

    assert ("account" in state["answers"], state["kept"], state["step"]) == (False, [], "account")


async def test_the_demo_needs_no_account(technician: Technician, box: Box) -> None:
    await technician.walk("calendar")
    assert (await technician.answer("calendar", source="demo")).json()["step"] == "screen"
    for step in ("screen", "policies"):
        await technician.answer(step)

    assert (await technician.post("/activate")).json() == {"ok": True}
    assert load(box.state / "config.toml", {}).calendar.source == "demo"


async def test_a_restart_resumes_at_the_last_finished_step(box: Box, technician: Technician) -> None:
    await technician.walk("screen")
    box.start()
    await technician.pair()
    state = (await technician.get()).json()

    assert (state["step"], state["checked"], state["kept"]) == ("screen", "passed", ["account.password"])
    assert [each["id"] for each in state["checks"]] == ["network.dns", "ews.sign_in"]


# --- checks ----------------------------------------------------------------------------------------------------------


async def test_checks_are_told_live_and_only_passed_ones_lead_on(box: Box, technician: Technician) -> None:
    box.around.verdicts = [Status.FAIL, Status.PASS]
    await technician.walk("preflight")
    early = await technician.answer("preflight")
    failed = await technician.check()
    still = await technician.answer("preflight")
    passed = await technician.check()

    assert (early.status_code, early.json()["code"]) == (409, "setup.not_checked")
    assert (failed["checked"], still.status_code, passed["checked"]) == ("failed", 409, "passed")
    assert "event: check\ndata: " in technician.answers[-2]
    assert technician.answers[-2].endswith('event: done\ndata: {"ok": true}\n\n')
    assert (await technician.answer("preflight")).json()["step"] == "room"


async def test_checks_see_the_staged_secret_and_no_configuration_is_written(box: Box, technician: Technician) -> None:
    await technician.walk("room")
    config, secrets = box.around.configs[-1], box.around.secrets[-1]

    assert secrets.read("calendar.ews.password", config.calendar.ews.password_file) == PASSWORD
    assert not (box.state / "config.toml").exists()


async def test_the_network_can_be_checked_before_there_is_an_account(box: Box, technician: Technician) -> None:
    await technician.walk("account")
    state = await technician.check("network")

    assert (box.around.scopes, state["checked"], len(state["checks"])) == (["network"], "never", 2)


async def test_commands_are_filled_in_before_there_is_an_account(technician: Technician) -> None:
    await technician.walk("account")

    assert (await technician.get("/commands?kind=exchange&scope=none")).json() == {
        "script": "# exchange for  ['scope']"
    }
    assert (await technician.get("/commands?kind=bash")).status_code == 422


async def test_another_room_is_checked_before_it_is_taken(box: Box, technician: Technician) -> None:
    await technician.walk("room")
    other = (await technician.answer("room", mailbox="lisbon@contoso.example")).json()
    await technician.check()
    taken = (await technician.answer("room", mailbox="lisbon@contoso.example")).json()

    assert (other["step"], other["checked"], taken["step"]) == ("room", "outdated", "screen")


async def test_one_run_at_a_time_which_can_be_stopped(box: Box, technician: Technician) -> None:
    await technician.walk("preflight")
    box.around.gate = threading.Event()
    await technician.post("/checks", {"scope": "room"})
    second = await technician.post("/checks", {"scope": "room"})
    running = (await technician.get()).json()["checked"]
    await technician.post("/checks/stop")
    box.around.gate.set()
    await technician.get("/checks")

    assert (second.json()["code"], running) == ("setup.checking", "running")
    assert (await technician.get()).json()["checked"] == "never"


# --- rooms -----------------------------------------------------------------------------------------------------------


async def test_room_lists_rooms_and_names_are_read_and_a_forbidden_list_is_named(
    box: Box, technician: Technician
) -> None:
    box.around.lists = {"a@contoso.example": [Mailbox("=1+1", "one@contoso.example")], "b@contoso.example": None}
    await technician.walk("preflight")
    lists = (await technician.get("/room-lists")).json()
    exported = (await technician.get("/rooms.csv")).text

    assert [each["address"] for each in lists["lists"]] == ["a@contoso.example", "b@contoso.example"]
    assert "-Identity 'b@contoso.example' -ManagedBy @{Add='svc@contoso.example'}" in lists["unreadable"][0]["command"]
    assert (await technician.get("/rooms?list=a@contoso.example")).json()["rooms"][0][
        "address"
    ] == "one@contoso.example"
    assert (await technician.get("/rooms?list=x")).status_code == 404
    assert (await technician.get("/resolve?name=%3D1")).json()["rooms"][0]["name"] == "=1+1"
    assert exported == "\ufeffname,address,list\r\n'=1+1,one@contoso.example,a@contoso.example\r\n"
    imported = (await technician.post("/rooms-csv", {"csv": exported})).json()
    assert imported == {"errors": [], "rooms": [
        {"name": "=1+1", "address": "one@contoso.example", "list": "a@contoso.example"}]}  # fmt: skip


async def test_a_network_that_is_gone_is_named_and_the_answers_stay(box: Box, technician: Technician) -> None:
    await technician.walk("preflight")
    box.around.trouble = SourceUnavailable("calendar.unreachable", "mail.contoso.example: no route")
    gone = await technician.get("/room-lists")
    box.around.trouble = None

    assert (gone.status_code, gone.json()["code"]) == (502, "calendar.unreachable")
    assert (await technician.get("/room-lists")).status_code == 200
    assert (await technician.get()).json()["step"] == "preflight"


async def test_a_disk_that_takes_nothing_is_named_and_nothing_changes(box: Box, technician: Technician) -> None:
    shutil.rmtree(box.state / "setup", ignore_errors=True)
    (box.state / "setup").write_text("in the way")
    refused = await technician.answer("language")

    assert (refused.status_code, refused.json()["code"]) == (503, "setup.unwritable")
    assert (await technician.get()).json()["step"] == "language"


async def test_a_certificate_is_made_here_and_its_key_stays(box: Box, technician: Technician) -> None:
    await technician.walk("calendar")
    await technician.answer("calendar", source="graph")
    graph = {
        "cloud": "global",
        "auth": "certificate",
        "tenant_id": "contoso.example",
        "client_id": "1",
        "mailbox": ROOM,
    }
    without = await technician.post("/steps/account", graph)
    made = (await technician.post("/certificate")).json()
    taken = await technician.post("/steps/account", graph)
    await technician.check()

    assert without.json()["errors"][0]["code"] == "setup.certificate_missing"
    assert (len(made["thumbprint"]), made["ends"][:4]) == (40, "2028")
    assert taken.json()["kept"] == ["account.certificate"]
    assert (await technician.get("/certificate")).json() == made
    assert "PRIVATE" not in "".join(technician.answers)
    config, secrets = box.around.configs[-1], box.around.secrets[-1]
    content = secrets.read_bytes("calendar.graph.certificate", config.calendar.graph.certificate_file)
    assert b"PRIVATE KEY" in content


async def test_a_person_signs_in_with_a_code_and_the_sign_in_comes_into_effect(
    box: Box, technician: Technician
) -> None:
    box.around.signs_in = lambda secrets: secrets.keep("calendar.graph.sign-in", "refresh token")
    await technician.walk("calendar")
    await technician.answer("calendar", source="graph")
    graph = {
        "cloud": "global",
        "auth": "device_code",
        "tenant_id": "contoso.example",
        "client_id": "1",
        "mailbox": ROOM,
    }
    await technician.post("/steps/account", graph)
    shown = (await technician.post("/sign-in")).json()
    await technician.post("/back", {"step": "account"})
    while (await technician.get("/sign-in")).json()["state"] == "waiting":  # noqa: ASYNC110  as a page does
        await asyncio.sleep(0)
    await technician.check()
    for step in ("preflight", "room", "screen", "policies"):
        await technician.answer(step)
    box.start()
    await technician.pair()

    assert (shown["code"], (await technician.get()).json()["kept"]) == (
        "ABCD-EFGH",
        ["account.sign_in", "policies.pin"],
    )
    assert (await technician.post("/activate")).json() == {"ok": True}
    assert (box.state / "secrets" / "calendar.graph.sign-in").read_text() == "refresh token"


async def test_every_step_takes_its_answer_twice(technician: Technician) -> None:
    for step in EWS:
        if step == "preflight":
            await technician.check()
        first = await technician.answer(step)
        again = await technician.answer(step)
        assert (first.status_code, again.status_code) == (200, 200), step
        assert first.json()["answers"] == again.json()["answers"]
