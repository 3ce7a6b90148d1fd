"""Writing to an Exchange that somebody else wrote: other habits, the same outcome, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from agent.errors import AccessDenied, SourceError, SourceUnavailable, WriteConflict
from agent.model.control import Mail, NewBooking, Present
from agent.model.event import ItemId
from agent.model.sync import Window
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.writing import EwsWriter
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.ews.other import exchange
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.other_exchange import ACCOUNT, PASSWORD, ROOM, Meeting, OtherExchange
from tests.fakes.other_http import Asked, Reply

__all__ = ["exchange"]

KEY, OTHER_KEY = "0b9c6a52-63a7-4b0e-9a5e-0a6b0a4f2c11", "5f0f7a4e-8a07-4f5c-bb0e-6d1d6c0f9a22"
HOUR = timedelta(hours=1)
NEW = NewBooking(start=NOON, end=NOON + HOUR, subject="Grüße & <more>", body="1 < 2", location="3.14")
WINDOW = Window(NEW.start, NEW.end)
MAIL = Mail(to="ann.lee@contoso.example", subject="Ended", body="It ended at 10:10.\nÜbrigens: früh.")


@pytest.fixture
def writer(exchange: OtherExchange) -> Iterator[EwsWriter]:
    settings = EwsSettings(
        mailbox=ROOM,
        endpoint=exchange.url,
        auth=Auth.BASIC,
        username=ACCOUNT,
        password=lambda: PASSWORD,
        http=HttpSettings(deadline_s=10.0),
    )
    writer = EwsWriter(settings, FakeClock())
    yield writer
    writer.close()


def losing(exchange: OtherExchange, operation: str, reply: Reply) -> Callable[[Asked], Reply | None]:
    """Trouble for the first such request: it is carried out, and answered like this."""
    left = [operation]

    def trouble(asked: Asked) -> Reply | None:
        if asked.operation not in left:
            return None
        left.clear()
        exchange.reply(asked)
        return reply

    return trouble


def seen(writer: EwsWriter, meeting: Meeting) -> Present:
    present = writer.read(ItemId(meeting.item_id))
    assert present is not None
    return present


def test_a_booking_is_made_with_its_key(exchange: OtherExchange, writer: EwsWriter) -> None:
    made = writer.create(KEY, NEW)
    (meeting,) = exchange.meetings.values()
    assert (meeting.subject, meeting.body, meeting.start, meeting.end) == (NEW.subject, NEW.body, NEW.start, NEW.end)
    assert meeting.properties == {"RoomAgentKey": KEY}
    assert (made.item_id, made.start, made.end) == (meeting.item_id, NEW.start, NEW.end)
    assert made.request_id == ""


def test_every_request_has_a_name_of_its_own(exchange: OtherExchange, writer: EwsWriter) -> None:
    exchange.http.headers = {"request-id": "r" * 400}
    made = writer.create(KEY, NEW)
    writer.delete(made.item_id)
    assert made.request_id == "r" * 64
    assert len({each.headers["client-request-id"] for each in exchange.asked}) == len(exchange.asked) == 3


@pytest.mark.parametrize("search", ["real", "ignored", "ErrorUnsupportedPathForQuery", "ErrorInvalidRequest"])
@pytest.mark.parametrize("reply", [Reply(hang_up=True), Reply(cut=0), Reply(503), Reply(200, b"<html/>")], ids=repr)
def test_after_a_lost_answer_there_is_exactly_one(
    exchange: OtherExchange, writer: EwsWriter, search: str, reply: Reply
) -> None:
    exchange.search = search
    exchange.book(Meeting(subject="another", start=NOON, end=NOON + HOUR))
    assert writer.created(KEY, NEW) is None
    exchange.trouble = losing(exchange, "CreateItem", reply)
    with pytest.raises(SourceError):
        writer.create(KEY, NEW)
    found = writer.created(KEY, NEW)
    assert found is not None
    assert exchange.meetings[found.item_id].properties == {"RoomAgentKey": KEY}
    assert writer.created(OTHER_KEY, NEW) is None
    assert exchange.operations().count("CreateItem") == 1
    assert len(exchange.meetings) == 2


def test_a_list_that_tells_too_little_is_read_in_full(exchange: OtherExchange, writer: EwsWriter) -> None:
    first = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="UID-A"))
    exchange.book(Meeting(subject="b", start=NOON, end=NOON + HOUR, uid="UID-B", more={"LegacyFreeBusyStatus": "Free"}))
    exchange.book(Meeting(subject="c", start=NOON, end=NOON + HOUR, uid="UID-C", more={"AppointmentState": "7"}))
    exchange.book(Meeting(subject="d", start=NOON, end=NOON + HOUR, uid="UID-D", more={"MyResponseType": "Decline"}))
    exchange.book(Meeting(subject="e", start=NOON, end=NOON + HOUR, uid="UID-E", missing=True))
    found = writer.taken(WINDOW)
    assert exchange.operations() == ["FindItem", "GetItem"]
    told = [(each.item_id, each.uid, each.created) for each in found if each.uid.startswith("UID")]
    assert told == [(first.item_id, "UID-A", NOON - timedelta(days=1))]


def test_an_end_is_set_once(exchange: OtherExchange, writer: EwsWriter) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="u"))
    before = seen(writer, meeting)
    exchange.trouble = losing(exchange, "UpdateItem", Reply(hang_up=True))
    with pytest.raises(SourceUnavailable):
        writer.set_end(before, NOON + HOUR / 2)
    assert seen(writer, meeting).end == NOON + HOUR / 2
    assert exchange.operations().count("UpdateItem") == 1


@pytest.mark.parametrize(
    "code",
    ["ErrorIrresolvableConflict", "ErrorStaleObject", "ErrorChangeKeyRequired",
     "ErrorChangeKeyRequiredForWriteOperations", "ErrorInvalidChangeKey", "ErrorCalendarCannotUpdateDeletedItem"],
)  # fmt: skip
def test_every_word_for_another_version_is_a_conflict(exchange: OtherExchange, writer: EwsWriter, code: str) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="u"))
    before = seen(writer, meeting)
    exchange.edit(meeting, end=NOON + 2 * HOUR)
    exchange.conflict = code
    with pytest.raises(WriteConflict):
        writer.set_end(before, NOON + HOUR / 2)
    assert meeting.end == NOON + 2 * HOUR


@pytest.mark.parametrize("gone", ["ErrorItemNotFound", "ErrorInvalidIdMalformed", "ErrorInvalidId",
                                  "ErrorCalendarOccurrenceIsDeletedFromRecurrence"])  # fmt: skip
def test_every_word_for_gone_is_gone(exchange: OtherExchange, writer: EwsWriter, gone: str) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="u"))
    before = seen(writer, meeting)
    exchange.delete(meeting)
    exchange.gone = gone
    assert writer.read(before.item_id) is None
    writer.delete(before.item_id)
    with pytest.raises(WriteConflict):
        writer.set_end(before, NOON + HOUR / 2)


def test_an_item_that_gets_another_id_is_followed(exchange: OtherExchange, writer: EwsWriter) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="u"))
    before = seen(writer, meeting)
    exchange.new_ids = True
    after = writer.set_end(before, NOON + HOUR / 2)
    assert (after.item_id, after.end) == (meeting.item_id, NOON + HOUR / 2)
    assert after.item_id != before.item_id


def test_an_update_whose_answer_names_nothing_is_read_under_its_old_id(
    exchange: OtherExchange, writer: EwsWriter
) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, uid="u"))
    before = seen(writer, meeting)
    exchange.tells_ids = False
    assert writer.set_end(before, NOON + HOUR / 2).end == NOON + HOUR / 2
    with pytest.raises(SourceUnavailable):  # what was made is not known; asked again, it is found by its key
        writer.create(KEY, NEW)
    assert writer.created(KEY, NEW) is not None


def test_what_is_deleted_can_be_found_again(exchange: OtherExchange, writer: EwsWriter) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR))
    writer.delete(ItemId(meeting.item_id))
    assert (exchange.meetings, exchange.binned) == ({}, [meeting])


def test_an_occurrence_that_cannot_be_moved_is_deleted_all_the_same(exchange: OtherExchange, writer: EwsWriter) -> None:
    daily = exchange.book(Meeting(subject="a", start=NOON, end=NOON + HOUR, kind="Occurrence", original=NOON))
    writer.delete(ItemId(daily.item_id))
    writer.delete(ItemId(daily.item_id))
    assert (exchange.meetings, exchange.binned) == ({}, [])


@pytest.mark.parametrize("search", ["real", "ignored", "ErrorUnsupportedPathForQuery"])
def test_a_message_is_sent_once(exchange: OtherExchange, writer: EwsWriter, search: str) -> None:
    exchange.search = search
    exchange.trouble = losing(exchange, "CreateItem", Reply(hang_up=True))
    with pytest.raises(SourceUnavailable):
        writer.send(KEY, MAIL)
    writer.send(KEY, MAIL)
    writer.send(OTHER_KEY, MAIL)
    writer.send(KEY, MAIL)
    assert [(each.to, each.subject, each.body) for each in exchange.sent] == [((MAIL.to,), MAIL.subject, MAIL.body)] * 2


def test_a_room_that_may_not_send_says_so(exchange: OtherExchange, writer: EwsWriter) -> None:
    refusal = Reply(200, exchange.error("CreateItem", "ErrorSendAsDenied"))
    exchange.trouble = lambda asked: refusal if asked.operation == "CreateItem" else None
    with pytest.raises(AccessDenied):
        writer.send(KEY, MAIL)
    assert exchange.sent == []


def test_an_item_without_times_is_no_item(exchange: OtherExchange, writer: EwsWriter) -> None:
    meeting = exchange.book(Meeting(subject="a", start=NOON, end=NOON - HOUR))
    with pytest.raises(SourceUnavailable):
        writer.read(ItemId(meeting.item_id))
    assert writer.taken(Window(NOON - HOUR, NOON + HOUR)) == []


def test_of_however_many_meetings_a_list_tells_no_uid_each_is_known_by_its_own(
    exchange: OtherExchange, writer: EwsWriter
) -> None:
    for number in range(120):
        start = NOON + number * HOUR
        exchange.book(Meeting(subject=f"{number}", start=start, end=start + HOUR, uid=f"uid-{number:03}"))
    taken = writer.taken(Window(NOON, NOON + 120 * HOUR))
    assert [each.uid for each in taken] == [f"uid-{number:03}" for number in range(120)]
    assert exchange.operations() == ["FindItem", "GetItem", "GetItem", "GetItem"]


@pytest.mark.parametrize(
    ("response", "shown", "pencilled"),
    [
        ("NoResponseReceived", "Tentative", True),
        ("Tentative", "Tentative", False),
        ("NoResponseReceived", "Busy", False),
    ],
)
def test_what_is_tentative_and_unanswered_is_pencilled_in(
    exchange: OtherExchange, writer: EwsWriter, response: str, shown: str, pencilled: bool
) -> None:
    more = {"MyResponseType": response, "LegacyFreeBusyStatus": shown}
    exchange.book(Meeting(subject="Planning", start=NOON, end=NOON + HOUR, uid="uid", more=more))
    (taken,) = writer.taken(WINDOW)
    assert taken.pencilled is pencilled
