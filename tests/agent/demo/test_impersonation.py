from __future__ import annotations

import pytest
from exchangelib import DELEGATE
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorFolderNotFound,
    ErrorImpersonateUserDenied,
    ErrorMissingEmailAddress,
    ErrorNonExistentMailbox,
    ErrorNonPrimarySmtpAddress,
)

from tests.agent.demo.support import Open, at, view
from tests.fakes.exchange import ACCOUNT, OTHER_ROOM, ROOM, ROOM_ALIAS, USER, DemoExchange, booking
from tests.fakes.soap import post


def test_each_room_shows_its_own_calendar(demo_exchange: DemoExchange, open_account: Open) -> None:
    demo_exchange.world.calendar(ROOM).book(booking("here", at(9), at(10)))
    demo_exchange.world.calendar(OTHER_ROOM).book(booking("there", at(9), at(10)))
    assert [item.subject for item in view(open_account(ROOM.upper()), at(0), at(23), "subject")] == ["here"]
    assert [item.subject for item in view(open_account(OTHER_ROOM), at(0), at(23), "subject")] == ["there"]
    assert {record.mailbox for record in demo_exchange.server.requests.records("FindItem")} == {
        ROOM.upper(),
        OTHER_ROOM,
    }


@pytest.mark.parametrize(
    ("mailbox", "error"),
    [
        (USER, ErrorImpersonateUserDenied),
        ("nobody@contoso.example", ErrorNonExistentMailbox),
        (ACCOUNT, ErrorNonExistentMailbox),
        (ROOM_ALIAS, ErrorNonPrimarySmtpAddress),
    ],
)
def test_other_mailboxes_are_refused(open_account: Open, mailbox: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        view(open_account(mailbox), at(0), at(23), "subject")


def test_an_account_can_be_limited_to_one_room(demo_exchange: DemoExchange, open_account: Open) -> None:
    demo_exchange.world.add_service_account("one@contoso.example", "pw", impersonates=frozenset({OTHER_ROOM}))
    assert view(open_account(OTHER_ROOM, "one@contoso.example", "pw"), at(0), at(23), "subject") == []
    with pytest.raises(ErrorImpersonateUserDenied):
        view(open_account(ROOM, "one@contoso.example", "pw"), at(0), at(23), "subject")


@pytest.mark.parametrize(("mailbox", "error"), [(ROOM, ErrorAccessDenied), (ACCOUNT, ErrorNonExistentMailbox)])
def test_the_service_account_alone_opens_nothing(open_account: Open, mailbox: str, error: type[Exception]) -> None:
    account = open_account(mailbox, access_type=DELEGATE)
    with pytest.raises((error, ErrorFolderNotFound)):
        view(account, at(0), at(23), "subject")


def test_the_service_account_has_no_calendar_of_its_own(demo_exchange: DemoExchange) -> None:
    answer = post(demo_exchange.server.http_url, "GetFolder", impersonate=None)
    assert (answer.status, answer.code) == (200, "ErrorMissingEmailAddress")
    assert ErrorMissingEmailAddress.__name__ == answer.code


def test_an_item_of_another_room_cannot_be_read(demo_exchange: DemoExchange, open_account: Open) -> None:
    item = demo_exchange.world.calendar(OTHER_ROOM).book(booking("there", at(9), at(10)))
    (answer,) = open_account(ROOM).fetch(ids=[(item, None)])
    assert type(answer).__name__ == "ErrorItemNotFound"


def test_a_folder_of_another_room_cannot_be_opened(demo_exchange: DemoExchange) -> None:
    answer = post(demo_exchange.server.http_url, "GetFolder", folder_mailbox=OTHER_ROOM)
    assert answer.code == "ErrorAccessDenied"


def test_nothing_can_be_saved_into_a_folder_of_another_room(demo_exchange: DemoExchange) -> None:
    mailbox = f"<t:Mailbox><t:EmailAddress>{OTHER_ROOM}</t:EmailAddress></t:Mailbox>"
    folder = f'<t:DistinguishedFolderId Id="calendar">{mailbox}</t:DistinguishedFolderId>'
    item = "<t:Start>2026-11-24T09:00:00Z</t:Start><t:End>2026-11-24T10:00:00Z</t:End>"
    answer = post(
        demo_exchange.server.http_url,
        "CreateItem",
        f"<m:SavedItemFolderId>{folder}</m:SavedItemFolderId><m:Items><t:CalendarItem>{item}</t:CalendarItem></m:Items>",
    )
    assert answer.code == "ErrorAccessDenied"
    assert demo_exchange.world.change_number == 0


@pytest.mark.parametrize("header", ["SmtpAddress", "PrincipalName", "PrimarySmtpAddress"])
def test_the_room_can_be_named_in_several_ways(demo_exchange: DemoExchange, header: str) -> None:
    assert post(demo_exchange.server.http_url, "GetFolder", sid=header).code == "NoError"


def test_a_sid_names_nobody(demo_exchange: DemoExchange) -> None:
    answer = post(demo_exchange.server.http_url, "GetFolder", sid="SID", impersonate="S-1-5-21-1")
    assert (answer.status, answer.code) == (500, "ErrorInvalidExchangeImpersonationHeaderData")
