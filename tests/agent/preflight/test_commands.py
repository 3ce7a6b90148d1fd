"""Commands hold this box's values, and nothing in a value is ever read as code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.powershell import Kind, Options, Tenant, cures, script
from agent.preflight.commands import accounts, apps, rooms
from tests.agent.powershell.tokens import shape, tokens

EVIL = "x'; Remove-Mailbox *; '\u2019$(calc)`\n\"x"
BY_ONE: list[Callable[[str], str]] = [
    accounts.state,
    accounts.unlock,
    accounts.enable,
    accounts.renew_password,
    accounts.other_ways,
    accounts.throttling_policy,
    apps.sign_in_log,
    apps.known,
    apps.new_secret,
    apps.certificates,
    apps.owners,
    apps.places_role,
    rooms.allow_ews_on_prem,
    rooms.permissions,
    rooms.recipient,
    rooms.licences,
    rooms.make_room,
    rooms.calendar_rights,
]
BY_TWO: list[Callable[[str, str], str]] = [
    accounts.narrow,
    lambda a, b: accounts.list_managers([a, b], b),
    apps.allow_ews_online,
    lambda a, b: apps.role(a, b, "Application Calendars.ReadWrite"),
    apps.narrow,
    lambda a, b: rooms.processing(a, {"DeleteComments": "$false"}) + b[:0],
    rooms.remove_items_ews,
    rooms.remove_events_graph,
]


def made(value: str) -> list[str]:
    return [*(make(value) for make in BY_ONE), *(make(value, value) for make in BY_TWO)]


def test_values_stay_within_their_strings() -> None:
    for plain, evil in zip(made("plain@contoso.example"), made(EVIL), strict=True):
        assert shape(tokens(evil)) == shape(tokens(plain))
        assert "\n" not in evil


def test_every_command_has_its_value_in_it() -> None:
    assert all("plain@contoso.example" in command for command in made("plain@contoso.example"))


def test_a_windows_name_is_looked_up_by_its_account_name() -> None:
    assert accounts.unlock("CONTOSO\\svc") == "Get-ADUser -Filter 'SamAccountName -eq ''svc''' | Unlock-ADAccount"


def test_a_filter_of_graph_doubles_quotes_for_both_languages() -> None:
    assert apps.known("o'x").startswith("Get-MgServicePrincipal -Filter 'appId eq ''o''''x''' |")


def test_several_lists_get_their_manager_in_one_line() -> None:
    command = accounts.list_managers(["a@x.example", "b@x.example"], "svc")
    assert command == "; ".join(cures.room_list_managed_by(each, "svc") for each in ("a@x.example", "b@x.example"))


@pytest.mark.parametrize("room", ["o'neill@contoso.example", f"{'long' * 15}@contoso.example"])
def test_scopes_are_those_of_the_administrators_script(room: str) -> None:
    account = "svc@contoso.example"
    made = accounts.narrow(account, room).partition("; ")[0]
    options = Options(kind=Kind.EXCHANGE, tenant=Tenant.ON_PREM, mailbox=room, service_account=account)

    assert f"    {made}\n" in script(options)
    assert cures.impersonation_for(account, room).startswith(f"{made}; ")


@pytest.mark.parametrize("room", ["", "room@contoso.example"])
def test_ews_is_allowed_for_the_room_only_where_there_is_one(room: str) -> None:
    assert ("Set-CASMailbox" in rooms.allow_ews_on_prem(room)) is bool(room)
