"""The preflight over EWS: every check once failing at a real server, and all of them passing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.demo.exchange import faults
from agent.demo.http.faults import Effect, HttpStatus, Wire
from agent.demo.http.oauth import Aadsts
from agent.model.preflight import Status, Who
from agent.powershell.terms import name
from agent.preflight.context import Scope
from agent.sources.ews.settings import Auth
from tests.agent.preflight.exchange.looking import by_app, by_password, codes, looked, summary
from tests.fakes.exchange import (
    ACCOUNT,
    CLIENT_ID,
    OTHER_ROOM,
    ROOM,
    ROOM_ALIAS,
    ROOM_LIST,
    USER,
    DemoExchange,
    booking,
)

NOT_ASKED = {
    "mailbox.processing": "processing.too_few",
    "mailbox.write": "mailbox.write_not_asked",
    "mailbox.scope": "mailbox.scope_not_asked",
    "account.second_owner": "account.other_ways_unknown",
}


def book(demo: DemoExchange) -> None:
    start = demo.clock.now() + timedelta(hours=5)
    demo.calendar.book(booking("Salaries", start, start + timedelta(hours=1)))


@pytest.mark.parametrize("auth", [Auth.BASIC, Auth.NTLM])
def test_a_good_account_passes_everything_that_is_asked(demo_exchange: DemoExchange, auth: Auth) -> None:
    book(demo_exchange)
    account = by_password(demo_exchange, auth, timezone="America/Los_Angeles")
    checks = looked(demo_exchange, account, write=True, other_mailbox=USER)
    asked = {id_: NOT_ASKED[id_] for id_ in ("mailbox.processing", "account.second_owner")}
    assert codes(checks) == asked
    assert list(checks) == [
        "account.expiry", "ews.sign_in", "ews.enabled", "directory.room_lists", "mailbox.exists", "ews.impersonation",
        "mailbox.kind", "mailbox.calendar", "mailbox.processing", "mailbox.write", "mailbox.scope",
        "account.second_owner", "service.throttling",
    ]  # fmt: skip
    assert checks["mailbox.kind"].code == "mailbox.kind_room"
    assert "2026-11-23 09:00" in checks["mailbox.calendar"].detail  # 17:00 UTC, on the room's clock
    assert "San Jose" in checks["mailbox.calendar"].title
    assert not any("Salaries" in f"{check.title}{check.detail}" for check in checks.values())


def test_an_app_is_told_when_ews_ends(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_app(demo_exchange))
    found = NOT_ASKED | {"ews.enabled": "ews.ends", "account.second_owner": "account.owners_unknown"}
    assert codes(checks) == found
    assert summary(checks["ews.enabled"]) == (Status.WARN, "ews.ends", Who.EXCHANGE_ADMIN)
    assert "2027-04-01" in checks["ews.enabled"].title


def test_without_a_room_the_account_is_checked_all_the_same(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_password(demo_exchange, mailbox=""), scope=Scope.ACCOUNT)
    assert list(checks) == [
        "account.expiry", "ews.sign_in", "ews.enabled", "directory.room_lists", "service.throttling"
    ]  # fmt: skip
    assert codes(checks) == {}
    checks = looked(demo_exchange, by_app(demo_exchange, mailbox=""), scope=Scope.ACCOUNT)
    assert codes(checks) == {"ews.enabled": "ews.ends", "directory.room_lists": "directory.room_needed"}


def test_the_network_scope_asks_nothing(demo_exchange: DemoExchange) -> None:
    assert looked(demo_exchange, by_password(demo_exchange), scope=Scope.NETWORK) == {}
    assert not demo_exchange.server.requests.records()


SIGN_INS: list[tuple[str, Effect, str, Who, str]] = [
    ("a bare 401", HttpStatus(401), "account.unauthorized", Who.TECHNICIAN, "Get-ADUser"),
    ("locked", faults.LockedOut(), "account.locked", Who.EXCHANGE_ADMIN, "Unlock-ADAccount"),
    (
        "expired",
        faults.Fault("ErrorPasswordExpired"),
        "account.password_expired",
        Who.EXCHANGE_ADMIN,
        "Set-ADAccountPassword",
    ),
    (
        "temporary",
        faults.Fault("ErrorPasswordChangeRequired"),
        "account.password_must_change",
        Who.EXCHANGE_ADMIN,
        "-ChangePasswordAtLogon $false",
    ),
    ("disabled", faults.Fault("ErrorAccountDisabled"), "account.disabled", Who.EXCHANGE_ADMIN, "Enable-ADAccount"),
]


@pytest.mark.parametrize(
    ("effect", "code", "who", "command"), [row[1:] for row in SIGN_INS], ids=[r[0] for r in SIGN_INS]
)
def test_a_refused_account_is_named_by_its_state_and_never_tried_again(
    demo_exchange: DemoExchange, effect: Effect, code: str, who: Who, command: str
) -> None:
    demo_exchange.server.faults.add(effect)
    checks = looked(demo_exchange, by_password(demo_exchange), write=True, other_mailbox=USER)
    check = checks["ews.sign_in"]
    assert summary(check) == (Status.FAIL, code, who)
    assert check.command is not None
    assert command in check.command
    assert ACCOUNT in check.command
    assert ACCOUNT in f"{check.title}{check.detail}"
    assert len(demo_exchange.server.requests.records()) == 1
    skipped = {id_ for id_, each in checks.items() if each.code == "preflight.needs"}
    assert skipped == set(checks) - {"account.expiry", "ews.sign_in"}


def test_a_wrong_password_lists_its_causes_in_order(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_password(demo_exchange, password=lambda: "wrong"))
    assert checks["ews.sign_in"].code == "account.unauthorized"
    detail = checks["ews.sign_in"].detail
    order = ["password is wrong", "temporary", "locked", "may not sign in here", "Extended Protection", "DOMAIN\\user"]
    assert sorted(order, key=detail.index) == order


def test_ntlm_is_tried_once_too(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_password(demo_exchange, Auth.NTLM, password=lambda: "wrong"))
    assert checks["ews.sign_in"].code == "account.unauthorized"
    judged = [each for each in demo_exchange.server.requests.records() if each.auth == "ntlm"]
    assert len(judged) == 1


def test_a_method_that_is_not_offered_is_named_with_those_that_are(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.gate.schemes = ("ntlm", "bearer")
    check = looked(demo_exchange, by_password(demo_exchange))["ews.sign_in"]
    assert summary(check) == (Status.FAIL, "account.method_not_offered", Who.TECHNICIAN)
    assert "bearer, ntlm" in check.detail
    assert "basic" in check.title


def test_a_password_that_is_nowhere_is_the_technicians(demo_exchange: DemoExchange) -> None:
    check = looked(demo_exchange, by_password(demo_exchange, password=None))["ews.sign_in"]
    assert summary(check) == (Status.FAIL, "account.no_secret", Who.TECHNICIAN)
    assert not demo_exchange.server.requests.records()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (7000215, "account.wrong_secret"),
        (7000222, "account.client_secret_expired"),
        (700016, "account.app_unknown"),
        (90002, "account.tenant_unknown"),
        (50126, "account.password_wrong"),
        (50055, "account.password_expired"),
        (50144, "account.password_expired"),
        (50053, "account.locked"),
        (50057, "account.disabled"),
        (50076, "account.mfa"),
        (50079, "account.mfa"),
        (53003, "account.conditional_access"),
        (700027, "account.certificate_refused"),
        (65001, "account.consent_missing"),
        (123456, "account.refused"),
    ],
)
def test_entras_number_names_the_state_of_the_app(demo_exchange: DemoExchange, number: int, code: str) -> None:
    demo_exchange.server.faults.add(Aadsts(number), operation="token")
    check = looked(demo_exchange, by_app(demo_exchange))["ews.sign_in"]
    assert (check.status, check.code) == (Status.FAIL, code)
    assert check.command is not None
    assert CLIENT_ID in check.command
    assert len(demo_exchange.server.requests.records("token")) == 1


def test_an_unknown_tenant_is_named(demo_exchange: DemoExchange) -> None:
    check = looked(demo_exchange, by_app(demo_exchange, tenant_id="nobody.example"))["ews.sign_in"]
    assert summary(check) == (Status.FAIL, "account.tenant_unknown", Who.TECHNICIAN)
    assert "nobody.example" in check.title


def test_a_token_that_exchange_does_not_take_is_not_a_wrong_secret(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(HttpStatus(401, only="ews"))
    check = looked(demo_exchange, by_app(demo_exchange))["ews.sign_in"]
    assert summary(check) == (Status.FAIL, "account.token_refused", Who.EXCHANGE_ADMIN)


def test_ews_that_is_switched_off_on_premises_is_named(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(HttpStatus(403))
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert checks["ews.sign_in"].code == "ews.sign_in_not_judged"
    assert summary(checks["ews.enabled"]) == (Status.FAIL, "ews.blocked", Who.EXCHANGE_ADMIN)
    assert checks["ews.enabled"].command == (
        f"Set-OrganizationConfig -EwsEnabled $true; Set-CASMailbox -Identity '{ROOM}' -EwsEnabled $true"
    )


def test_ews_that_is_switched_off_online_says_how_to_list_the_app(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(HttpStatus(403, only="ews"))
    checks = looked(demo_exchange, by_app(demo_exchange))
    assert checks["ews.sign_in"].status is Status.PASS  # a token was given
    check = checks["ews.enabled"]
    assert summary(check) == (Status.FAIL, "ews.blocked_online", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"$Allowed += '{CLIENT_ID}'" in check.command  # added to the list, not in its place
    assert check.command.endswith(f"; Set-CASMailbox -Identity '{ROOM}' -EwsEnabled $true")


def test_ews_that_is_off_for_the_mailbox_alone_is_found(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(HttpStatus(403), operation="FindItem")
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert checks["ews.sign_in"].status is Status.PASS
    assert checks["ews.enabled"].code == "ews.blocked"


@pytest.mark.parametrize("code", ["ErrorImpersonateUserDenied", "ErrorImpersonationDenied"])
def test_a_denied_impersonation_comes_with_its_role_and_scope(demo_exchange: DemoExchange, code: str) -> None:
    demo_exchange.server.faults.add(faults.Fault(code), operation="FindItem")
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert checks["mailbox.exists"].status is Status.PASS  # the directory has it
    check = checks["ews.impersonation"]
    assert summary(check) == (Status.FAIL, "ews.impersonation_denied", Who.EXCHANGE_ADMIN)
    assert check.command == (
        f"New-ManagementScope -Name 'RoomAgent {ROOM}' "
        f"-RecipientRestrictionFilter \"PrimarySmtpAddress -eq '{ROOM}'\"; "
        f"New-ManagementRoleAssignment -Name '{name(ROOM, 'exchange', ACCOUNT)}' "
        f"-Role ApplicationImpersonation -User '{ACCOUNT}' "
        f"-CustomRecipientWriteScope 'RoomAgent {ROOM}'"
    )
    assert "up to an hour" in check.cure
    assert checks["mailbox.calendar"].code == "preflight.needs"


def test_an_app_is_given_the_role_for_apps(demo_exchange: DemoExchange) -> None:
    (application,) = demo_exchange.world.directory.applications
    demo_exchange.world.directory.applications[:] = [replace(application, impersonates=frozenset({OTHER_ROOM}))]
    check = looked(demo_exchange, by_app(demo_exchange))["ews.impersonation"]
    assert check.code == "ews.impersonation_denied"
    assert check.command is not None
    assert f"-App '{CLIENT_ID}' -Role 'Application EWS.AccessAsApp'" in check.command


def test_an_alias_is_answered_with_the_primary_address(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_password(demo_exchange, mailbox=ROOM_ALIAS))
    assert checks["mailbox.exists"].status is Status.PASS
    check = checks["ews.impersonation"]
    assert summary(check) == (Status.FAIL, "ews.not_primary", Who.TECHNICIAN)
    assert ROOM in check.detail


def test_an_address_nobody_has_is_the_technicians(demo_exchange: DemoExchange) -> None:
    checks = looked(demo_exchange, by_password(demo_exchange, mailbox="nobody@contoso.example"))
    check = checks["mailbox.exists"]
    assert summary(check) == (Status.FAIL, "mailbox.unknown", Who.TECHNICIAN)
    assert check.command is not None
    assert "'nobody@contoso.example'" in check.command


def test_what_is_out_of_scope_and_unknown_is_unknown(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(faults.Fault("ErrorImpersonateUserDenied"), operation="FindItem")
    checks = looked(demo_exchange, by_password(demo_exchange, mailbox="nobody@contoso.example"))
    assert checks["mailbox.exists"].code == "mailbox.unknown"


@pytest.mark.parametrize("online", [False, True])
def test_a_mailbox_that_never_comes_is_told_with_the_licence_rule(demo_exchange: DemoExchange, online: bool) -> None:
    demo_exchange.server.faults.add(faults.Fault("ErrorMissingEmailAddress"), operation="FindItem")
    account = by_app(demo_exchange) if online else by_password(demo_exchange)
    check = looked(demo_exchange, account)["mailbox.exists"]
    code = "mailbox.none_online" if online else "mailbox.none_on_prem"
    assert summary(check) == (Status.FAIL, code, Who.EXCHANGE_ADMIN)
    assert check.title == "No mailbox for this account"
    assert ("needs neither mailbox nor licence" in check.detail) is not online
    assert check.command is not None
    assert ROOM in check.command


def test_a_persons_mailbox_is_warned_of(demo_exchange: DemoExchange) -> None:
    (service,) = demo_exchange.world.directory.accounts
    demo_exchange.world.directory.accounts[:] = [replace(service, impersonates=frozenset({USER}))]
    check = looked(demo_exchange, by_password(demo_exchange, mailbox=USER))["mailbox.kind"]
    assert summary(check) == (Status.WARN, "mailbox.kind_user", Who.EXCHANGE_ADMIN)
    assert check.command == f"Set-Mailbox -Identity '{USER}' -Type Room"


def test_a_room_in_no_list_is_of_unknown_kind(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.add_room("attic@contoso.example", "Attic")
    check = looked(demo_exchange, by_password(demo_exchange, mailbox="attic@contoso.example"))["mailbox.kind"]
    assert (check.status, check.code) == (Status.PASS, "mailbox.kind_unknown")


def test_a_calendar_folder_that_stays_shut_is_named(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="FindItem")
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert checks["ews.impersonation"].status is Status.PASS
    check = checks["mailbox.calendar"]
    assert summary(check) == (Status.FAIL, "mailbox.calendar_denied", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"'{ROOM}:\\Calendar'" in check.command


def test_a_room_list_that_may_not_be_read_is_named_with_its_manager(demo_exchange: DemoExchange) -> None:
    demo_exchange.world.directory.add_room_list("Open", "open@contoso.example", [ROOM])
    demo_exchange.world.directory.closed_lists.add(ROOM_LIST)
    check = looked(demo_exchange, by_password(demo_exchange))["directory.room_lists"]
    assert summary(check) == (Status.WARN, "directory.room_list_denied", Who.EXCHANGE_ADMIN)
    assert f"All rooms <{ROOM_LIST}>" in check.detail
    assert "open@contoso.example" not in check.detail
    assert check.command == (
        f"Set-DistributionGroup -Identity '{ROOM_LIST}' -ManagedBy @{{Add='{ACCOUNT}'}} "
        "-BypassSecurityGroupManagerCheck"
    )


def test_room_lists_that_may_not_be_read_stop_nothing(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(faults.ErrorCode("ErrorAccessDenied"), operation="GetRoomLists")
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert summary(checks["directory.room_lists"])[:2] == (Status.WARN, "directory.room_lists_denied")
    assert checks["mailbox.calendar"].status is Status.PASS


@pytest.mark.parametrize("effect", [faults.ServerBusy(45_000), HttpStatus(503, retry_after_s=45)])
def test_being_held_back_is_told(demo_exchange: DemoExchange, effect: Effect) -> None:
    demo_exchange.server.faults.add(effect, operation="GetRooms", times=1)
    check = looked(demo_exchange, by_password(demo_exchange))["service.throttling"]
    assert summary(check) == (Status.WARN, "service.throttled", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"-Identity '{ACCOUNT}' -ThrottlingPolicy" in check.command


def test_a_busy_server_fails_the_step_it_hits(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(faults.ServerBusy(45_000), operation="FindItem")
    checks = looked(demo_exchange, by_password(demo_exchange))
    assert summary(checks["mailbox.exists"]) == (Status.FAIL, "service.busy", Who.EXCHANGE_ADMIN)
    assert "45 seconds" in checks["mailbox.exists"].detail


def test_a_line_that_breaks_is_the_networks(demo_exchange: DemoExchange) -> None:
    demo_exchange.server.faults.add(Wire(drop_after=0), operation="FindItem")
    check = looked(demo_exchange, by_password(demo_exchange))["mailbox.exists"]
    assert (check.status, check.who) == (Status.FAIL, Who.NETWORK)


@pytest.mark.parametrize("scope", [None, frozenset({ROOM})])
def test_least_privilege_is_proven_by_another_mailbox(demo_exchange: DemoExchange, scope: Any) -> None:
    (service,) = demo_exchange.world.directory.accounts
    demo_exchange.world.directory.accounts[:] = [replace(service, impersonates=scope)]
    assert (
        looked(demo_exchange, by_password(demo_exchange), other_mailbox=USER)["mailbox.scope"].code == "mailbox.scope"
    )


def test_rights_that_reach_too_far_are_narrowed_by_command(demo_exchange: DemoExchange) -> None:
    (service,) = demo_exchange.world.directory.accounts
    demo_exchange.world.directory.accounts[:] = [replace(service, impersonates=frozenset({ROOM, USER}))]
    check = looked(demo_exchange, by_password(demo_exchange), other_mailbox=USER)["mailbox.scope"]
    assert summary(check) == (Status.FAIL, "mailbox.scope_too_wide", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"-RoleAssignee '{ACCOUNT}'" in check.command
    assert f"Set-ManagementRoleAssignment -CustomRecipientWriteScope 'RoomAgent {ROOM}'" in check.command


@pytest.mark.parametrize("other", ["nobody@contoso.example", ROOM.upper()])
def test_a_test_that_proves_nothing_says_so(demo_exchange: DemoExchange, other: str) -> None:
    check = looked(demo_exchange, by_password(demo_exchange), other_mailbox=other)["mailbox.scope"]
    assert (check.status, check.code) == (Status.SKIPPED, "mailbox.scope_says_nothing")


def test_who_else_gets_in_is_asked_by_command(demo_exchange: DemoExchange) -> None:
    check = looked(demo_exchange, by_password(demo_exchange))["account.second_owner"]
    assert summary(check) == (Status.SKIPPED, "account.other_ways_unknown", Who.EXCHANGE_ADMIN)
    assert check.command is not None
    assert f"Get-MailboxPermission -Identity '{ROOM}'" in check.command
