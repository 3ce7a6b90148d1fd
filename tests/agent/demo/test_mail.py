"""The inbox over EWS, with a client as stock as it comes; Microsoft's schema watches every message."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from exchangelib import ExtendedProperty, Message
from exchangelib.errors import (
    ErrorCalendarMeetingRequestIsOutOfDate,
    ErrorInvalidOperation,
    ErrorInvalidRecipients,
    ErrorItemNotFound,
    ErrorUnsupportedPathForQuery,
)
from exchangelib.folders import FolderCollection
from exchangelib.items import AcceptItem, MeetingCancellation, MeetingRequest, MeetingResponse
from exchangelib.properties import ItemId, Mailbox, ReferenceItemId
from exchangelib.services import GetItem, GetStreamingEvents

from agent.demo import world as w
from agent.model import directory
from agent.model.event import Response
from tests.agent.demo.support import at
from tests.fakes import soap
from tests.fakes.exchange import ROOM, USER, DemoExchange, booking

REQUEST, CANCELLATION = "IPM.Schedule.Meeting.Request", "IPM.Schedule.Meeting.Canceled"
AS_ROOM = (
    "<t:ExchangeImpersonation><t:ConnectingSID>"
    f"<t:PrimarySmtpAddress>{ROOM}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
)
DAILY = w.Recurrence(frequency=w.Frequency.DAILY, count=5)


class SentKey(ExtendedProperty):  # type: ignore[misc]
    property_set_id = "6f1d7a52-8f60-4c0c-9a60-1c5a8f7a1b2c"
    property_name = "sentKey"
    property_type = "String"


@pytest.fixture
def world(demo_exchange: DemoExchange) -> w.World:
    demo_exchange.world.mail.set_handling(ROOM, w.Handling(w.Processing.NONE))
    return demo_exchange.world


@pytest.fixture
def keyed() -> Any:
    Message.register("sent_key", SentKey)
    yield
    Message.deregister("sent_key")


def invite(world: w.World, subject: str = "Plan", hour: int = 9, **more: Any) -> w.Invitation:
    return world.mail.invite(ROOM, booking(subject, at(hour), at(hour + 1), **more), culture="de-DE")


def listed(account: Any, *fields: str, **filters: Any) -> list[Any]:
    return list(account.inbox.filter(**filters).only(*(fields or ("subject",))).order_by("datetime_received"))


def fetched(account: Any, item: w.MailItem) -> Any:
    (found,) = account.fetch(ids=[(item.item_id, item.change_key)])
    return found


def only_request(world: w.World) -> w.MailItem:
    (request,) = world.mailbox(ROOM).inbox()
    return request


def test_an_inbox_is_listed_oldest_first_in_pages_and_by_class(
    demo_exchange: DemoExchange, world: w.World, account: Any
) -> None:
    for number in range(7):
        invite(world, f"Plan {number}")
        demo_exchange.clock.advance(1)
    world.mail.withdraw(ROOM, world.mail.invitations(ROOM)[-1].uid)
    sender, room = directory.Mailbox("", USER), directory.Mailbox("", ROOM)
    world.mail.send(w.NewMail(kind=w.MailKind.NOTE, subject="Hello", sender=sender, recipients=(room,)))
    everything = listed(account, "subject", "item_class")
    assert [item.item_class for item in everything] == [REQUEST] * 7 + [CANCELLATION, "IPM.Note"]
    both = account.inbox.filter(item_class__in=(REQUEST, CANCELLATION)).only("subject").order_by("datetime_received")
    both.page_size = 3
    assert [item.subject for item in both][:2] == ["Plan 0", "Plan 1"]
    assert [type(item) for item in both].count(MeetingCancellation) == 1
    newest = account.inbox.filter(item_class=REQUEST).only("subject").order_by("-datetime_received")
    assert newest[0].subject == "Plan 6"
    assert len(listed(account, item_class__startswith="IPM.Schedule")) == 8
    assert [item.subject for item in listed(account, is_out_of_date=True)] == ["Plan 6"]


def test_a_list_says_what_a_request_is_for(world: w.World, account: Any) -> None:
    invite(world)
    fields = ("start", "end", "is_out_of_date", "meeting_request_type", "associated_calendar_item_id", "author")
    (found,) = listed(account, *fields, "datetime_received", "culture", item_class=REQUEST)
    assert isinstance(found, MeetingRequest)
    assert (found.start, found.end) == (at(9), at(10))
    assert (found.is_out_of_date, found.meeting_request_type) == (False, "NewMeetingRequest")
    assert found.associated_calendar_item_id is None
    assert (found.author.name, found.culture) == ("Ann Lee", "de-DE")


def test_a_list_names_the_uid_of_what_is_asked_for(demo_exchange: DemoExchange, world: w.World) -> None:
    invitation = invite(world)
    field = '<t:AdditionalProperties><t:FieldURI FieldURI="calendar:UID"/></t:AdditionalProperties>'
    content = (
        f"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>{field}</m:ItemShape>"
        '<m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds>'
    )
    envelope = soap.envelope(f'<m:FindItem Traversal="Shallow">{content}</m:FindItem>', header=AS_ROOM)
    answer = soap.send(demo_exchange.server.http_url, envelope)
    assert f"<t:UID>{invitation.uid}</t:UID>" in answer.body.decode()


def test_a_request_is_read_with_all_it_says(world: w.World, account: Any) -> None:
    invitation = invite(world, "Daily", recurrence=DAILY, body_html="<p>Agenda</p>")
    own = world.calendar(USER)
    own.delete(own.occurrence(invitation.item_id, at(9, day=26)).item_id)
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, subject="Special"), at(9, day=25))
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, location="here"))
    request = fetched(account, world.mailbox(ROOM).inbox()[-1])
    assert request.meeting_request_type == "InformationalUpdate"
    assert (request.organizer.email_address, request.author.email_address) == (USER, USER)
    assert (request.recurrence.pattern.interval, request.recurrence.boundary.number) == (1, 5)
    assert [each.start for each in request.deleted_occurrences] == [at(9, day=26)]
    assert [each.original_start for each in request.modified_occurrences] == [at(9, day=25)]
    assert (request.type, request.my_response_type) == ("RecurringMaster", "NoResponseReceived")
    assert "Agenda" in request.body
    assert request.text_body == "Agenda"
    first = fetched(account, world.mailbox(ROOM).inbox()[0])
    assert (first.is_out_of_date, first.meeting_request_type) == (True, "Outdated")


def test_an_accepted_request_is_in_the_calendar_and_tells_the_organizer(world: w.World, account: Any) -> None:
    invitation = invite(world)
    done = fetched(account, only_request(world)).accept(body="Herzlich willkommen")
    (item,) = world.calendar(ROOM).items()
    assert item.item_id in [each.id for each in done]
    assert (item.uid, item.booking.response) == (invitation.uid, Response.ACCEPTED)
    assert world.mailbox(ROOM).inbox() == []
    answered = world.mail.invitation(ROOM, invitation.uid)
    assert (answered.response, answered.comment) == (Response.ACCEPTED, "Herzlich willkommen")
    (sent,) = account.sent.all().only("subject", "response_type", "item_class")
    assert isinstance(sent, MeetingResponse)
    assert (sent.subject, sent.response_type) == ("Accepted: Plan", "Accept")
    assert sent.item_class == "IPM.Schedule.Meeting.Resp.Pos"


def test_a_request_is_declined_with_a_comment_or_held_tentatively(world: w.World, account: Any) -> None:
    declined = invite(world)
    fetched(account, only_request(world)).decline(body="Taken")
    held = invite(world, "Other")
    fetched(account, only_request(world)).tentatively_accept()
    answers = [world.mail.invitation(ROOM, each.uid) for each in (declined, held)]
    assert [(each.response, each.comment) for each in answers] == [
        (Response.DECLINED, "Taken"),
        (Response.TENTATIVE, ""),
    ]
    assert [item.booking.subject for item in world.calendar(ROOM).items()] == ["Other"]


@pytest.mark.parametrize(("disposition", "told", "kept"), [("SaveOnly", 0, 0), ("SendOnly", 1, 0)])
def test_who_hears_of_an_answer_is_the_callers_choice(
    world: w.World, account: Any, disposition: str, told: int, kept: int
) -> None:
    invite(world)
    request = fetched(account, only_request(world))
    reply = AcceptItem(
        account=account,
        folder=account.inbox if disposition == "SaveOnly" else None,
        reference_item_id=ReferenceItemId(id=request.id, changekey=request.changekey),
    )
    reply.send(message_disposition=disposition)
    assert len(world.mailbox(USER).inbox()) == told
    assert len(world.mailbox(ROOM).sent()) == kept
    assert len(world.calendar(ROOM).items()) == 1


def test_an_answered_request_is_gone_and_a_superseded_one_is_refused(world: w.World, account: Any) -> None:
    invitation = invite(world)
    old = fetched(account, only_request(world))
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, start=at(11), end=at(12)))
    with pytest.raises(ErrorCalendarMeetingRequestIsOutOfDate):
        old.accept()
    new = fetched(account, world.mailbox(ROOM).inbox()[1])
    assert new.meeting_request_type == "FullUpdate"
    new.accept()
    with pytest.raises(ErrorItemNotFound):
        new.accept()
    old.delete()
    assert world.mailbox(ROOM).inbox() == []
    assert [item.booking.start for item in world.calendar(ROOM).items()] == [at(11)]


def test_an_update_names_the_meeting_it_is_about_and_what_was_answered(world: w.World, account: Any) -> None:
    invitation = invite(world)
    fetched(account, only_request(world)).tentatively_accept()
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, subject="Plan B"))
    request = fetched(account, only_request(world))
    (item,) = world.calendar(ROOM).items()
    assert request.associated_calendar_item_id.id == item.item_id
    assert (request.response_type, request.my_response_type) == ("Tentative", "Tentative")


def test_one_occurrence_is_asked_for_with_its_place_in_the_series(world: w.World, account: Any) -> None:
    invitation = invite(world, "Daily", recurrence=DAILY)
    fetched(account, only_request(world)).accept()
    later = at(14, day=25), at(15, day=25)
    world.mail.update(ROOM, invitation.uid, lambda b: replace(b, start=later[0], end=later[1]), at(9, day=25))
    request = fetched(account, only_request(world))
    assert (request.original_start, request.start, request.recurrence) == (at(9, day=25), later[0], None)
    request.accept()
    starts = [item.booking.start for item in world.calendar(ROOM).view(at(0), at(0, day=29))]
    assert starts == [at(9), later[0], at(9, day=26), at(9, day=27), at(9, day=28)]


def test_a_cancellation_is_carried_out_by_removing_it(
    demo_exchange: DemoExchange, world: w.World, account: Any
) -> None:
    invitation = invite(world)
    fetched(account, only_request(world)).accept()
    world.mail.withdraw(ROOM, invitation.uid, comment="Sorry")
    (item,) = world.calendar(ROOM).items()
    message = only_request(world)
    cancellation = fetched(account, message)
    assert isinstance(cancellation, MeetingCancellation)
    assert cancellation.associated_calendar_item_id.id == item.item_id
    assert (cancellation.item_class, cancellation.body) == (CANCELLATION, "Sorry")
    reference = f'<t:ReferenceItemId Id="{message.item_id}" ChangeKey="{message.change_key}"/>'
    content = f"<m:Items><t:RemoveItem>{reference}</t:RemoveItem></m:Items>"
    url = demo_exchange.server.http_url
    assert soap.post(url, "CreateItem", content).code == "NoError"
    assert soap.post(url, "CreateItem", content).code == "ErrorItemNotFound"
    assert (world.calendar(ROOM).items(), world.mailbox(ROOM).inbox()) == ([], [])


def test_an_answer_to_the_meeting_itself_reaches_the_organizer_too(world: w.World, account: Any) -> None:
    invitation = invite(world)
    fetched(account, only_request(world)).accept()
    (item,) = account.fetch(ids=[(world.calendar(ROOM).items()[0].item_id, None)])
    item.decline(body="Burst pipe")
    assert world.calendar(ROOM).items() == []
    answered = world.mail.invitation(ROOM, invitation.uid)
    assert (answered.response, answered.comment) == (Response.DECLINED, "Burst pipe")


def test_mail_is_sent_once_and_can_be_found_by_its_key(world: w.World, account: Any, keyed: Any) -> None:
    message = Message(
        account=account, subject="Released", body="Nobody came.", to_recipients=[Mailbox(email_address=USER)]
    )
    message.sent_key = "3b1f"
    message.send()
    (arrived,) = world.mailbox(USER).inbox()
    assert (arrived.subject, arrived.body, arrived.sender.address) == ("Released", "Nobody came.", ROOM)
    assert [found.subject for found in account.sent.filter(sent_key="3b1f").only("subject")] == ["Released"]
    assert list(account.sent.filter(sent_key="other").only("subject")) == []
    (sent,) = world.mailbox(ROOM).sent()
    found = fetched(account, sent)
    assert (found.sent_key, found.to_recipients[0].email_address) == ("3b1f", USER)


def test_drafts_are_not_kept_and_recipients_have_addresses(world: w.World, account: Any) -> None:
    with pytest.raises(ErrorInvalidOperation):
        Message(account=account, folder=account.inbox, subject="x").save()
    with pytest.raises(ErrorInvalidRecipients):
        Message(account=account, subject="x", to_recipients=[Mailbox(email_address="nobody")]).send()


def test_what_messages_cannot_be_searched_by_is_refused(world: w.World, account: Any) -> None:
    invite(world)
    with pytest.raises(ErrorUnsupportedPathForQuery):
        list(account.inbox.filter(size__gt=5).only("subject"))


def test_a_message_of_another_mailbox_is_not_found(world: w.World, account: Any) -> None:
    invite(world)
    sent = world.mailbox(USER).sent()[0]
    (answer,) = GetItem(account=account).call([ItemId(id=sent.item_id)], [], "IdOnly")
    assert isinstance(answer, ErrorItemNotFound)


def test_new_mail_is_told_at_once(demo_exchange: DemoExchange, world: w.World, account: Any) -> None:
    folders = FolderCollection(account=account, folders=[account.inbox])
    subscription = folders.subscribe_to_streaming(event_types=("NewMailEvent", "CreatedEvent", "DeletedEvent"))

    def work() -> None:
        assert demo_exchange.server.streams.wait_until_open(1, timeout_s=10)
        demo_exchange.calendar.book(booking("Elsewhere", at(9), at(10)))
        invite(world)

    thread = threading.Thread(target=work)
    thread.start()
    stream = GetStreamingEvents(account=account).call([subscription], connection_timeout=1)
    events = next(notification.events for notification in stream)
    stream.close()
    thread.join(10)
    assert [(type(event).__name__, event.item_id.id) for event in events] == [
        ("CreatedEvent", only_request(world).item_id),
        ("NewMailEvent", only_request(world).item_id),
    ]
