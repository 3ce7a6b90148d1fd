"""What goes wrong in a set-up, against the real agent: each is named, nothing of it comes into effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from agent.demo.exchange.faults import Fault
from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import HttpStatus
from agent.demo.server import DemoServer
from tests.fakes.exchange import ACCOUNT, CLIENT_ID, OTHER_ROOM, ROOM
from tests.marks import LONG
from tests.system.agent_process import AgentProcess
from tests.system.technician import Technician, answers, code, new_box, organisation, welcome
from tests.waiting import wait_until

WRONG = "Tr0ub4dor&3"


@dataclass(frozen=True)
class Site:
    server: DemoServer
    agent: AgentProcess
    technician: Technician


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory, demo_certificates: Path) -> Iterator[Site]:
    box = new_box(tmp_path_factory.mktemp("box"))
    with DemoServer(organisation(), directory=demo_certificates) as server, box as agent:
        yield Site(server, agent, Technician(agent).pair())
    assert WRONG not in agent.log
    assert "Traceback" not in agent.log


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    """A technician in front of the account's questions."""
    server, technician = shared_site.server, shared_site.technician
    if technician.get().json()["access"] != "yours":
        technician.pair(code=code(shared_site.agent), take_over=True)
    server.requests.clear()
    yield shared_site
    server.faults.clear()
    server.world.directory.without_mailbox.clear()


def to_account(site: Site, source: str, **account: Any) -> dict[str, dict[str, Any]]:
    """Everything answered up to the account, whatever was answered before; all answers."""
    given = answers(site.server, source, **account)
    for step in ("language", "network"):
        site.technician.answer(step, **given[step])
    site.technician.answer("calendar", source="demo")  # another source forgets account and room of the one before
    for step in ("calendar", "account"):
        site.technician.answer(step, **given[step])
    return given


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and the check that says so. `says`: in what the technician reads or hands on."""

    source: str
    check: str
    code: str
    says: str
    account: dict[str, Any]
    break_it: Callable[[DemoServer], object] = lambda _: None


WRONGS = {
    "a wrong password": Wrong("ews", "ews.sign_in", "account.unauthorized", ACCOUNT, {"password": WRONG}),
    "a wrong password by NTLM": Wrong(
        "ews", "ews.sign_in", "account.unauthorized", ACCOUNT, {"password": WRONG, "auth": "ntlm"}
    ),
    "a denied impersonation": Wrong(
        "ews", "ews.impersonation", "ews.impersonation_denied", "New-ManagementRoleAssignment", {},
        lambda server: server.faults.add(Fault("ErrorImpersonateUserDenied"), operation="FindItem"),
    ),
    "an unknown mailbox": Wrong(
        "ews", "mailbox.exists", "mailbox.unknown", "'nobody@contoso.example'", {"mailbox": "nobody@contoso.example"}
    ),
    "EWS that is switched off": Wrong(
        "ews", "ews.enabled", "ews.blocked", "-EwsEnabled $true", {},
        lambda server: server.faults.add(HttpStatus(403), operation="FindItem"),
    ),
    "no certificate of the authority": Wrong("ews", "network.tls", "network.tls_authority", "demo CA", {"ca": ""}),
    "a wrong secret": Wrong("graph", "graph.sign_in", "account.wrong_secret", CLIENT_ID, {"client_secret": WRONG}),
    "an unknown tenant": Wrong(
        "graph", "graph.sign_in", "account.tenant_unknown", "nobody.example", {"tenant_id": "nobody.example"}
    ),
    "an app out of scope": Wrong(
        "graph", "graph.permission", "graph.permission_denied", "New-ManagementRoleAssignment", {},
        lambda server: server.faults.add(GraphSays(403, "ErrorAccessDenied"), operation="calendarView"),
    ),
}  # fmt: skip


ONE_OF_EACH = ("a wrong password", "a wrong secret", "no certificate of the authority")


@pytest.mark.parametrize("name", [each if each in ONE_OF_EACH else LONG(each) for each in WRONGS])
def test_what_is_wrong_is_named_with_what_to_do_and_stops_the_activation(site: Site, name: str) -> None:
    wrong = WRONGS[name]
    to_account(site, wrong.source, **wrong.account)
    wrong.break_it(site.server)
    found = site.technician.check()

    check = found[wrong.check]
    assert (check["status"], check["code"]) == ("fail", wrong.code)
    assert wrong.says in f"{check['title']} {check['detail']} {check['cure']} {check['command']}"
    assert (check["cure"], check["who"]) != ("", None)
    assert site.technician.state()["checked"] == "failed"
    refused = site.technician.post("/activate")
    assert (refused.status_code, refused.json()["code"]) == (409, "setup.not_checked")
    assert site.technician.post("/steps/preflight").json()["code"] == "setup.not_checked"
    assert "calendar" not in (site.agent.state_dir / "config.toml").read_text()
    assert WRONG not in "".join(site.technician.said)
    tried = [each for each in site.server.requests.records() if each.auth in ("basic", "ntlm") and not each.admitted]
    assert len(tried) == ("wrong password" in name)  # one try alone: accounts are locked by more


@pytest.mark.parametrize(
    ("field", "value"),
    [("endpoint", "http://mail.contoso.example/EWS/Exchange.asmx"), LONG("endpoint", "x" * 10_000),
     LONG("mailbox", "room"), LONG("username", ""),
     ("ca", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")],
    ids=["http", "10 kB", "no address", "empty", "no certificate"],
)  # fmt: skip
def test_an_answer_that_cannot_be_stays_at_its_field(site: Site, field: str, value: str) -> None:
    given = to_account(site, "ews")
    answer = site.technician.post("/steps/account", **{**given["account"], field: value})
    assert (answer.status_code, answer.json()["code"]) == (422, "setup.invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert all(each["title"] for each in answer.json()["errors"])
    assert site.technician.state()["answers"]["account"]["mailbox"] == ROOM


def test_an_address_without_ews_is_named(site: Site) -> None:
    to_account(site, "ews", endpoint=site.server.https_url.replace("/EWS/Exchange.asmx", "/elsewhere"))
    failed = [check for check in site.technician.check().values() if check["status"] == "fail"]
    assert [check["code"] for check in failed] == ["network.http_not_found"]


def test_a_mailbox_that_is_not_ready_is_waited_for_until_one_has_enough(site: Site) -> None:
    to_account(site, "ews")
    site.server.world.directory.without_mailbox.add(ROOM)
    assert site.technician.post("/checks", scope="room").status_code == 202

    def waiting() -> bool:
        return "mailbox.waiting" in {check["code"] for check in site.technician.state()["checks"]}

    wait_until(waiting, within=20, what="the wait for the mailbox")
    assert site.technician.state()["checked"] == "running"
    assert site.technician.post("/checks", scope="room").json()["code"] == "setup.checking"
    site.technician.post("/checks/stop")
    wait_until(lambda: site.technician.state()["checked"] != "running", within=20, what="the end of the checks")
    assert site.technician.state()["checked"] != "passed"


def test_the_network_may_go_in_any_step_and_come_again(site: Site) -> None:
    given = to_account(site, "ews")
    site.technician.check()
    assert site.technician.state()["checked"] == "passed"
    site.server.down()
    try:
        del given["account"]["password"]  # a page does not have it any more
        for step in ("preflight", "language", "network", "calendar", "account", "preflight"):
            site.technician.answer(step, **given[step])
        lists = site.technician.get("/room-lists")
        assert (lists.status_code, lists.json()["code"]) == (502, "calendar.unreachable"), lists.text
        site.technician.answer("room", **given["room"])
        site.technician.answer("screen")
        site.technician.answer("policies", pin="739154")
        failed = [check["code"] for check in site.technician.check().values() if check["status"] == "fail"]
        assert failed == ["network.tcp_refused"]
        assert site.technician.activate().json()["code"] == "setup.not_checked"
    finally:
        site.server.up()
    site.technician.check()
    assert site.technician.state()["checked"] == "passed"


def test_the_room_is_found_in_the_lists_by_name_and_by_address(site: Site) -> None:
    given = to_account(site, "ews", mailbox="")
    site.technician.check("account")
    site.technician.answer("preflight")
    (listed,) = site.technician.get("/room-lists").json()["lists"]
    rooms = site.technician.get(f"/rooms?list={listed['address']}").json()["rooms"]
    assert {room["address"] for room in rooms} == {ROOM, OTHER_ROOM}
    assert ROOM in {room["address"] for room in site.technician.get("/resolve?name=San").json()["rooms"]}
    assert ROOM in site.technician.get("/rooms.csv").text
    site.technician.answer("room", **given["room"])
    assert site.technician.state()["step"] == "room"  # named, not checked yet
    site.technician.check("room")
    site.technician.answer("room", **given["room"])
    assert site.technician.state()["step"] == "screen"


def test_one_technician_at_a_time_and_the_code_takes_over(site: Site) -> None:
    first, second = site.technician, Technician(site.agent)
    first.answer("language", language="de", timezone="Europe/Berlin")
    shown = code(site.agent)
    taken = second.post("/pair", code=shown)
    assert (taken.status_code, taken.json()["code"]) == (409, "setup.taken")
    assert second.state()["access"] == "others"
    assert not second.state().get("answers")
    second.pair(code=shown, take_over=True)
    assert second.state()["answers"]["language"]["language"] == "de"
    assert first.post("/steps/language", language="en", timezone="Europe/Berlin").json()["code"] == "setup.no_session"
    assert second.post("/leave").status_code == 204
    assert second.post("/steps/network").json()["code"] == "setup.no_session"
    assert first.pair().state()["answers"]["language"]["language"] == "de"


def test_a_session_that_is_none_opens_nothing(site: Site) -> None:
    stranger = Technician(site.agent)
    stranger.http.cookies.set("__Host-room-setup", "guessed" * 6)
    for path in ("/steps/language", "/activate", "/checks/stop", "/back", "/certificate", "/sign-in"):
        refused = stranger.post(path, **({"step": "language"} if path == "/back" else {}))
        assert (refused.status_code, refused.json()["code"]) == (403, "setup.no_session"), path
    assert stranger.post("/reset", pin="739154").status_code == 403
    for path in ("/checks", "/room-lists", "/display", "/commands?kind=exchange"):
        assert stranger.get(path).status_code == 403, path
    assert stranger.get("/welcome").status_code == 403
    assert stranger.http.get("/api/v1/room").status_code == 403


def test_a_guessed_code_locks_and_a_restart_does_not_open(tmp_path: Path) -> None:
    box = new_box(tmp_path)
    with box as agent:
        guesser = Technician(agent)
        right = code(agent)
        guesses = [f"{number:06}" for number in range(11) if f"{number:06}" != right][:10]
        refusals = [guesser.post("/pair", code=guess) for guess in guesses]
        assert [each.status_code for each in refusals] == [403] * 10
        locked = guesser.post("/pair", code=right)
        assert (locked.status_code, locked.json()["code"]) == (429, "setup.locked")
        assert 0 < int(locked.headers["Retry-After"]) <= 60
        shown = welcome(agent)
        assert shown["code"] not in (None, right)
        assert shown["retry_after_s"] is None  # who stands before the box is not kept out
    with replace(box) as agent:
        again = Technician(agent).post("/pair", code=right)
        assert (again.status_code, again.json()["code"]) == (429, "setup.locked")
        assert 0 < int(again.headers["Retry-After"]) <= 60
