from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from exchangelib import CalendarItem, EWSDate, EWSDateTime, HTMLBody, Message
from exchangelib.errors import (
    ErrorCalendarIsNotOrganizer,
    ErrorCalendarIsOrganizerForDecline,
    ErrorInvalidOperation,
    ErrorItemNotFound,
    ErrorOccurrenceCrossingBoundary,
)
from exchangelib.items import SEND_TO_NONE
from exchangelib.recurrence import DailyPattern, Recurrence, WeeklyPattern
from lxml import etree

from agent.demo import world as w
from agent.demo.exchange.names import mt
from agent.model.event import Response, ShowAs
from tests.agent.demo.support import at, view
from tests.fakes.exchange import ROOM, DemoExchange, booking
from tests.fakes.soap import envelope, send

IMPERSONATING = (
    f"<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>{ROOM}</t:SmtpAddress></t:ConnectingSID>"
    "</t:ExchangeImpersonation>"
)


def ews(value: datetime) -> Any:
    return EWSDateTime.from_datetime(value)


def ews_date(value: datetime) -> Any:
    return EWSDate.from_date(value.date())


def new_item(account: Any, **fields: Any) -> Any:
    plain: dict[str, Any] = {"subject": "Ad hoc", "start": ews(at(9)), "end": ews(at(10))}
    return CalendarItem(account=account, folder=account.calendar, **(plain | fields))


def fetch(account: Any, item_id: str) -> Any:
    (item,) = account.fetch(ids=[(item_id, None)])
    return item


def test_what_is_created_is_in_the_calendar_with_the_room_as_organizer(
    demo_exchange: DemoExchange, account: Any
) -> None:
    item = new_item(account, location="San Jose", body=HTMLBody("<p>x</p>"), legacy_free_busy_status="Tentative")
    item.save(send_meeting_invitations=SEND_TO_NONE)
    (stored,) = demo_exchange.calendar.items()
    assert (stored.item_id, stored.change_key) == (item.id, item.changekey)
    assert (stored.booking.start, stored.booking.end) == (at(9), at(10))
    assert (stored.booking.show_as, stored.booking.body_html) == (ShowAs.TENTATIVE, "<p>x</p>")
    seen = fetch(account, item.id)
    assert (seen.organizer.email_address, seen.my_response_type) == (ROOM, "Organizer")


def test_a_series_can_be_created(demo_exchange: DemoExchange, account: Any) -> None:
    pattern = WeeklyPattern(interval=2, weekdays=["Monday", "Tuesday"], first_day_of_week="Monday")
    fortnightly = Recurrence(pattern=pattern, start=ews_date(at(9)), end=ews_date(at(9, day=30)))
    new_item(account, recurrence=fortnightly).save()
    (stored,) = demo_exchange.calendar.items()
    assert stored.booking.recurrence == w.Recurrence(
        frequency=w.Frequency.WEEKLY, interval=2, weekdays=frozenset({0, 1}), until=at(9, day=30).date()
    )
    new_item(account, recurrence=Recurrence(pattern=DailyPattern(interval=1), start=ews_date(at(9)), number=3)).save()
    assert len(demo_exchange.calendar.view(at(0), at(0, day=30))) == 4


def test_an_update_changes_only_what_it_names_and_the_change_key(demo_exchange: DemoExchange, account: Any) -> None:
    item_id = demo_exchange.calendar.book(booking("Plan", at(9), at(10), location="San Jose", body_html="<p>x</p>"))
    item = fetch(account, item_id)
    before = item.changekey
    item.end = ews(at(11))
    item.save(update_fields=["end"], send_meeting_invitations=SEND_TO_NONE)
    stored = demo_exchange.calendar.item(item_id)
    assert (stored.booking.end, stored.booking.location, stored.booking.body_html) == (at(11), "San Jose", "<p>x</p>")
    assert stored.change_key not in (before, "")
    assert item.changekey == stored.change_key


def test_a_property_can_be_deleted(demo_exchange: DemoExchange, account: Any) -> None:
    item = fetch(account, demo_exchange.calendar.book(booking("Plan", at(9), at(10), location="San Jose")))
    item.location = None
    item.save(update_fields=["location"])
    assert demo_exchange.calendar.item(item.id).booking.location == ""


def test_updating_an_occurrence_makes_an_exception(demo_exchange: DemoExchange, account: Any) -> None:
    daily = w.Recurrence(frequency=w.Frequency.DAILY, count=3)
    master = demo_exchange.calendar.book(booking("Daily", at(9), at(10), recurrence=daily))
    second = view(account, at(0), at(0, day=30))[1]
    second.start, second.end = ews(at(13, day=25)), ews(at(14, day=25))
    second.save(update_fields=["start", "end"])
    found = view(account, at(0), at(0, day=30))
    assert [(item.type, item.start.hour) for item in found] == [
        ("Occurrence", 9),
        ("Exception", 13),
        ("Occurrence", 9),
    ]
    assert found[1].original_start == at(9, day=25)
    assert [item.item_id for item in demo_exchange.calendar.exceptions(master)] == [second.id]


def test_an_occurrence_cannot_pass_its_neighbour(demo_exchange: DemoExchange, account: Any) -> None:
    daily = w.Recurrence(frequency=w.Frequency.DAILY, count=3)
    demo_exchange.calendar.book(booking("Daily", at(9), at(10), recurrence=daily))
    second = view(account, at(0), at(0, day=30))[1]
    second.start, second.end = ews(at(13, day=26)), ews(at(14, day=26))
    with pytest.raises(ErrorOccurrenceCrossingBoundary):
        second.save(update_fields=["start", "end"])


def test_a_deleted_item_is_gone_and_cannot_be_deleted_again(demo_exchange: DemoExchange, account: Any) -> None:
    item = fetch(account, demo_exchange.calendar.book(booking("Plan", at(9), at(10))))
    again = fetch(account, item.id)
    item.delete()
    assert demo_exchange.calendar.items() == []
    with pytest.raises(ErrorItemNotFound):
        again.delete()


def test_a_declined_meeting_leaves_the_calendar_and_an_accepted_one_is_marked(
    demo_exchange: DemoExchange, account: Any
) -> None:
    calendar = demo_exchange.calendar
    declined = calendar.book(booking("Declined", at(9), at(10)))
    accepted = calendar.book(booking("Accepted", at(10), at(11), response=Response.NONE))
    fetch(account, declined).decline(body="No-show")
    fetch(account, accepted).accept()
    (left,) = calendar.items()
    assert (left.item_id, left.booking.response) == (accepted, Response.ACCEPTED)


def test_only_the_organizer_cancels_and_only_others_decline(demo_exchange: DemoExchange, account: Any) -> None:
    foreign = fetch(account, demo_exchange.calendar.book(booking("Foreign", at(9), at(10))))
    with pytest.raises(ErrorCalendarIsNotOrganizer):
        foreign.cancel()
    own = new_item(account, subject="Own").save()
    own = fetch(account, own.id)
    with pytest.raises(ErrorCalendarIsOrganizerForDecline):
        own.decline()
    own.cancel()
    assert [item.booking.subject for item in demo_exchange.calendar.items()] == ["Foreign"]


def test_mail_is_not_kept(account: Any) -> None:
    with pytest.raises(ErrorInvalidOperation):
        Message(account=account, folder=account.calendar, subject="x").save()


OWN_SET = "F13ACEDA-8239-496B-8104-29E20BD5E88C"
OWN_KEY = f'<t:ExtendedFieldURI PropertySetId="{OWN_SET}" PropertyName="Key" PropertyType="String"/>'
ALL_OF_IT = (
    f"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>{OWN_KEY}</t:AdditionalProperties>"
    '</m:ItemShape>{}<m:ParentFolderIds><t:DistinguishedFolderId Id="{}"/></m:ParentFolderIds>'
)


def having(value: str) -> str:
    equal = f'{OWN_KEY}<t:FieldURIOrConstant><t:Constant Value="{value}"/></t:FieldURIOrConstant>'
    return f"<m:Restriction><t:IsEqualTo>{equal}</t:IsEqualTo></m:Restriction>"


def found(demo_exchange: DemoExchange, folder: str, restriction: str = "") -> tuple[str, list[str | None]]:
    """The response code, and the keys of the items that were found."""
    content = ALL_OF_IT.format(restriction, folder)
    answer = send(demo_exchange.server.http_url, envelope(f'<m:FindItem Traversal="Shallow">{content}</m:FindItem>',
                                                          header=IMPERSONATING))  # fmt: skip
    items = etree.fromstring(answer.body).iter(mt("t:CalendarItem"))
    return answer.code, [item.findtext(mt("t:ExtendedProperty/t:Value")) for item in items]


def test_a_property_of_ones_own_set_is_kept_told_and_searched_for(demo_exchange: DemoExchange) -> None:
    for key in ("one", "two"):
        marks = {f"{OWN_SET.lower()}/Key": key}
        demo_exchange.calendar.book(booking(key, at(9), at(10), marks=marks))
    demo_exchange.calendar.book(booking("none", at(9), at(10)))
    assert found(demo_exchange, "calendar") == ("NoError", ["one", "two", None])
    assert found(demo_exchange, "calendar", having("two")) == ("NoError", ["two"])
    assert found(demo_exchange, "calendar", having("three")) == ("NoError", [])
    by_subject = having("two").replace(OWN_KEY, '<t:FieldURI FieldURI="calendar:UID"/>')
    assert found(demo_exchange, "calendar", by_subject) == ("ErrorUnsupportedPathForQuery", [])


def test_what_is_moved_to_the_deleted_items_is_there(demo_exchange: DemoExchange, account: Any) -> None:
    for subject in ("kept", "gone"):
        demo_exchange.calendar.book(booking(subject, at(9), at(10)))
    for item in view(account, at(0), at(0, day=30), "subject"):
        (item.move_to_trash if item.subject == "kept" else item.delete)()
    assert demo_exchange.calendar.items() == []
    assert [item.booking.subject for item in demo_exchange.calendar.deleted_items()] == ["kept"]
    assert found(demo_exchange, "deleteditems") == ("NoError", [None])


def test_an_update_that_must_not_overwrite_needs_the_change_key(demo_exchange: DemoExchange) -> None:
    item_id = demo_exchange.calendar.book(booking("Plan", at(9), at(10)))
    end = "<t:CalendarItem><t:End>2026-11-24T09:30:00Z</t:End></t:CalendarItem>"

    def update(keys: str) -> str:
        field = f'<t:SetItemField><t:FieldURI FieldURI="calendar:End"/>{end}</t:SetItemField>'
        change = f'<t:ItemChange><t:ItemId Id="{item_id}"{keys}/><t:Updates>{field}</t:Updates></t:ItemChange>'
        how = 'ConflictResolution="NeverOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"'
        body = f"<m:UpdateItem {how}><m:ItemChanges>{change}</m:ItemChanges></m:UpdateItem>"
        return send(demo_exchange.server.http_url, envelope(body, header=IMPERSONATING)).code

    old = demo_exchange.calendar.item(item_id).change_key
    demo_exchange.calendar.touch(item_id)
    assert update("") == "ErrorChangeKeyRequired"
    assert update(f' ChangeKey="{old}"') == "ErrorIrresolvableConflict"
    assert demo_exchange.calendar.item(item_id).booking.end == at(10)
    assert update(f' ChangeKey="{demo_exchange.calendar.item(item_id).change_key}"') == "NoError"
    assert demo_exchange.calendar.item(item_id).booking.end == at(9, 30)
