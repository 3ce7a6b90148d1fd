"""The preflight over Graph: every check once failing at a real server, and all of them passing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import Effect, HttpStatus
from agent.demo.http.oauth import Aadsts
from agent.demo.world import Application
from agent.model.preflight import Check, Status, Who
from agent.powershell.terms import name
from agent.preflight.context import Scope
from agent.sources.graph.settings import GraphAuth
from agent.sources.graph.signin import open_device_tokens
from agent.sources.transport.session import Transport
from tests.agent.preflight.exchange.looking import GRAPH_CONFIG, by_graph, codes, looked, summary
from tests.fakes.exchange import CLIENT_ID, OTHER_ROOM, ROOM, ROOM_LIST, USER, DemoExchange, booking

NOT_ASKED = {
    "mailbox.processing": "processing.too_few",
    "mailbox.write": "mailbox.write_not_asked",
    "mailbox.scope": "mailbox.scope_not_asked",
    "account.second_owner": "account.owners_unknown",
}


def checked(demo: DemoExchange, settings: dict[str, Any] | None = None, **more: Any) -> dict[str, Check]:
    return looked(demo, by_graph(demo, **(settings or {})), config=GRAPH_CONFIG, **more)


def allow(demo: DemoExchange, **changes: Any) -> None:
    """Changes what the application may do."""
    (application,) = demo.world.directory.applications
    assert isinstance(application, Application)
    demo.world.directory.applications[:] = [replace(application, **changes)]


def test_a_good_app_passes_everything_that_is_asked(demo_exchange: DemoExchange) -> None:
    allow(demo_exchange, reads_applications=True, owners=("ann", "bob"))
    start = demo_exchange.clock.now() + timedelta(hours=5)
    demo_exchange.calendar.book(booking("Salaries", start, start + timedelta(hours=1)))
    checks = checked(demo_exchange, write=True, other_mailbox=USER)
    assert codes(checks) == {"mailbox.processing": "processing.too_few"}
    assert list(checks) == [
        "account.expiry", "graph.sign_in", "directory.room_lists", "mailbox.exists", "graph.permission", "mailbox.kind",
        "mailbox.calendar", "mailbox.processing", "mailbox.write", "mailbox.scope", "account.second_owner",
        "service.throttling",
    ]  # fmt: skip
    assert "2026-11-23 17:00" in checks["mailbox.calendar"].detail
    assert not any("Salaries" in f"{check.title}{check.detail}" for check in checks.values())


def test_without_a_room_the_app_is_checked_all_the_same(demo_exchange: DemoExchange) -> None:
    checks = checked(demo_exchange, {"mailbox": ""}, scope=Scope.ACCOUNT)
    assert codes(checks) == {"account.second_owner": "account.owners_unknown"}
    assert "mailbox.exists" not in checks


@pytest.mark.parametrize(
    ("number", "code", "who"),
    [
        (7000215, "account.wrong_secret", Who.TECHNICIAN),
        (7000222, "account.client_secret_expired", Who.EXCHANGE_ADMIN),
        (700016, "account.app_unknown", Who.TECHNICIAN),
        (90002, "account.tenant_unknown", Who.TECHNICIAN),
        (53003, "account.conditional_access", Who.EXCHANGE_ADMIN),
        (7000112, "account.app_disabled", Who.EXCHANGE_ADMIN),
        (500011, "account.wrong_cloud", Who.TECHNICIAN),
    ],
)
def test_entras_number_names_what_is_wrong_and_the_secret_is_shown_once(
    demo_exchange: DemoExchange, number: int, code: str, who: Who
) -> None:
    demo_exchange.server.faults.add(Aadsts(number), operation="token")
    checks = checked(demo_exchange, write=True, other_mailbox=USER)
    check = checks["graph.sign_in"]
    assert summary(check) == (Status.FAIL, code, who)
    assert check.command is not None
    assert CLIENT_ID in check.command
    assert len(demo_exchange.server.requests.records("token")) == 1
    assert not demo_exchange.server.requests.records("calendarView")


def test_a_wrong_secret_and_an_unknown_app_are_told_apart_by_the_server_itself(demo_exchange: DemoExchange) -> None:
    assert checked(demo_exchange, {"client_secret": lambda: "no"})["graph.sign_in"].code == "account.wrong_secret"
    assert checked(demo_exchange, {"client_id": "no"})["graph.sign_in"].code == "account.app_unknown"
    assert checked(demo_exchange, {"tenant_id": "no.example"})["graph.sign_in"].code == "account.tenant_unknown"


def test_a_person_who_has_not_signed_in_is_asked_to(demo_exchange: DemoExchange) -> None:
    check = checked(demo_exchange, {"auth": GraphAuth.DEVICE_CODE, "client_secret": None})["graph.sign_in"]
    assert summary(check) == (Status.FAIL, "account.sign_in_needed", Who.TECHNICIAN)


def test_a_token_that_graph_does_not_take_is_told(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(GraphSays(401, "InvalidAuthenticationToken"), operation="calendarView")
    check = checked(demo_exchange)["mailbox.exists"]
    assert summary(check) == (Status.FAIL, "account.token_refused", Who.EXCHANGE_ADMIN)


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        (GraphSays(403, "ErrorAccessDenied"), "graph.permission_denied"),
        (GraphSays(403, "Authorization_RequestDenied"), "graph.role_missing"),
        (GraphSays(403, "ErrorAccessDenied", "Access to OData is disabled."), "graph.out_of_scope"),
    ],
)
def test_a_refused_mailbox_comes_with_the_role_for_this_room(
    demo_exchange: DemoExchange, effect: Effect, code: str
) -> None:
    demo_exchange.server.faults.add(effect, operation="calendarView")
    checks = checked(demo_exchange)
    assert checks["mailbox.exists"].code == "mailbox.not_judged"
    check = checks["graph.permission"]
    assert summary(check) == (Status.FAIL, code, Who.EXCHANGE_ADMIN)
    assert check.command == (
        f"New-ManagementScope -Name 'RoomAgent {ROOM}' "
        f"-RecipientRestrictionFilter \"PrimarySmtpAddress -eq '{ROOM}'\"; "
        f"New-ManagementRoleAssignment -Name '{name(ROOM, 'graph', CLIENT_ID)}' "
        f"-App '{CLIENT_ID}' -Role 'Application Calendars.ReadWrite' -CustomResourceScope 'RoomAgent {ROOM}'; "
        f"Test-ServicePrincipalAuthorization -Identity '{CLIENT_ID}' -Resource '{ROOM}' | ft"
    )
    assert "keeps trying" in check.cure


def test_an_address_nobody_has_is_the_technicians(demo_exchange: DemoExchange) -> None:
    checks = checked(demo_exchange, {"mailbox": "nobody@contoso.example"})
    check = checks["mailbox.exists"]
    assert summary(check) == (Status.FAIL, "mailbox.unknown", Who.TECHNICIAN)
    assert check.command is not None
    assert "nobody@contoso.example" in check.command
    assert checks["graph.permission"].code == "preflight.needs"


def test_a_room_on_premises_is_out_of_graphs_reach(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(GraphSays(404, "MailboxNotHostedInExchangeOnline"), operation="calendarView")
    check = checked(demo_exchange)["mailbox.exists"]
    assert summary(check) == (Status.FAIL, "mailbox.elsewhere", Who.TECHNICIAN)


def test_kinds_of_mailboxes_are_told_where_they_may_be_seen(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.add_equipment("beamer@contoso.example", "Beamer")
    mailboxes = frozenset({USER, "beamer@contoso.example"})
    allow(demo_exchange, impersonates=mailboxes)
    kind = checked(demo_exchange, {"mailbox": USER})["mailbox.kind"]
    assert summary(kind) == (Status.WARN, "mailbox.kind_user", Who.EXCHANGE_ADMIN)
    assert kind.command == f"Set-Mailbox -Identity '{USER}' -Type Room"
    assert (
        checked(demo_exchange, {"mailbox": "beamer@contoso.example"})["mailbox.kind"].code == "mailbox.kind_equipment"
    )
    allow(demo_exchange, reads_settings=False)
    assert checked(demo_exchange, {"mailbox": USER})["mailbox.kind"].code == "mailbox.kind_unknown"


def test_places_that_may_not_be_read_stop_nothing(demo_exchange: DemoExchange) -> None:
    allow(demo_exchange, reads_places=False)
    checks = checked(demo_exchange)
    check = checks["directory.room_lists"]
    assert summary(check) == (Status.WARN, "directory.room_lists_denied", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert CLIENT_ID in check.command
    assert "'Place.Read.All'" in check.command
    assert checks["mailbox.kind"].code == "mailbox.kind_room"  # the mailbox's own settings say so


def test_a_room_list_that_may_not_be_read_is_named(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.directory.closed_lists.add(ROOM_LIST)
    check = checked(demo_exchange)["directory.room_lists"]
    assert summary(check) == (Status.WARN, "directory.room_list_denied", Who.EXCHANGE_ADMIN)
    assert ROOM_LIST in check.detail
    assert check.command is not None
    assert ROOM_LIST in check.command


def test_an_organisation_without_room_lists_is_no_fault(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(HttpStatus(404), operation="roomLists")
    assert checked(demo_exchange)["directory.room_lists"].status is Status.WARN


@pytest.mark.parametrize(("owners", "code"), [(("ann",), "account.single_owner"), ((), "account.single_owner")])
def test_an_app_of_one_person_is_warned_of(demo_exchange: DemoExchange, owners: tuple[str, ...], code: str) -> None:
    allow(demo_exchange, reads_applications=True, owners=owners)
    check = checked(demo_exchange)["account.second_owner"]
    assert summary(check) == (Status.WARN, code, Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"appId eq ''{CLIENT_ID}''" in check.command


def test_being_held_back_is_told(demo_exchange: DemoExchange) -> None:
    busy = GraphSays(429, "TooManyRequests", retry_after="30.5")
    demo_exchange.server.faults.add(busy, operation="mailboxSettings", times=1)
    demo_exchange.world.directory.closed_lists.add(ROOM_LIST)  # else the list tells the kind
    check = checked(demo_exchange)["service.throttling"]
    assert summary(check) == (Status.WARN, "service.throttled", Who.EXCHANGE_ADMIN)


def test_least_privilege_is_proven_by_another_mailbox(demo_exchange: DemoExchange) -> None:
    assert checked(demo_exchange, other_mailbox=USER)["mailbox.scope"].code == "mailbox.scope"
    check = checked(demo_exchange, other_mailbox=OTHER_ROOM)["mailbox.scope"]
    assert summary(check) == (Status.FAIL, "mailbox.scope_too_wide", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"-RoleAssignee '{CLIENT_ID}'" in check.command
    nobody = checked(demo_exchange, other_mailbox="nobody@contoso.example")["mailbox.scope"]
    assert (nobody.status, nobody.code) == (Status.SKIPPED, "mailbox.scope_says_nothing")


def test_a_person_who_signed_in_is_checked_by_their_own_rights(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.options.device_interval_s = 0
    kept: list[str] = [""]
    person: dict[str, Any] = {
        "auth": GraphAuth.DEVICE_CODE,
        "client_secret": None,
        "load_sign_in": lambda: kept[-1],
        "keep_sign_in": kept.append,
    }
    settings = by_graph(demo_exchange, **person)
    prompt, wait = open_device_tokens(settings, Transport(settings.http), demo_exchange.clock).ask()
    demo_exchange.server.tokens.approve(prompt.code, USER)
    wait()
    checks = checked(demo_exchange, person)
    assert (checks["graph.sign_in"].status, checks["graph.permission"].status) == (Status.PASS, Status.PASS)
    demo_exchange.server.faults.add(GraphSays(403, "ErrorAccessDenied"), operation="calendarView")
    check = checked(demo_exchange, person)["graph.permission"]
    assert summary(check) == (Status.FAIL, "graph.person_denied", Who.EXCHANGE_ADMIN)
    assert check.command == f"Get-MailboxPermission -Identity '{ROOM}' | Format-Table User,AccessRights"
