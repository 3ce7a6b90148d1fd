from __future__ import annotations

from typing import Any

import pytest
from exchangelib.errors import ErrorNameResolutionNoResults

from tests.fakes.exchange import OTHER_ROOM, ROOM, ROOM_LIST, USER


def test_room_lists_and_their_rooms_are_listed(account: Any) -> None:
    assert [(found.name, found.email_address) for found in account.protocol.get_roomlists()] == [
        ("All rooms", ROOM_LIST)
    ]
    rooms = list(account.protocol.get_rooms(ROOM_LIST))
    assert [(room.name, room.email_address) for room in rooms] == [("San Jose", ROOM), ("New York", OTHER_ROOM)]


def test_an_unknown_room_list_is_an_error(account: Any) -> None:
    with pytest.raises(ErrorNameResolutionNoResults):
        list(account.protocol.get_rooms("nowhere@contoso.example"))


@pytest.mark.parametrize(("entry", "addresses"), [("ann", [USER]), ("room", []), ("San Jose", [ROOM]), (USER, [USER])])
def test_names_resolve_to_mailboxes(account: Any, entry: str, addresses: list[str]) -> None:
    found = account.protocol.resolve_names([entry])
    assert [mailbox.email_address for mailbox in found if not isinstance(mailbox, Exception)] == addresses


def test_several_matches_are_a_warning_that_lists_them(account: Any) -> None:
    found = account.protocol.resolve_names(["smtp:"])
    assert [mailbox.name for mailbox in found] == ["Ann Lee", "New York", "San Jose"]


def test_a_stock_client_finds_out_version_and_zones(open_account: Any) -> None:
    account = open_account(version=None)
    assert account.protocol.version.build.major_version == 15
    zones = {zone.id for zone in account.protocol.get_timezones()}
    assert "W. Europe Standard Time" in zones
