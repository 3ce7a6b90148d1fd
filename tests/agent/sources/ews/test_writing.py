"""Writing through EWS against the demo Exchange, every request and answer held against Microsoft's schema."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.demo.exchange.faults import ErrorCode, Fault
from agent.demo.http.faults import Effect, HttpStatus, Wire
from agent.demo.server import DemoServer
from agent.demo.world import Frequency, Item, Kind, Recurrence, World
from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
    WriteConflict,
)
from agent.model.control import Mail, NewBooking, Present
from agent.model.event import ItemId, Response, ShowAs
from agent.model.sync import Window
from agent.ports import WritableCalendar
from agent.sources.ews.settings import Auth
from agent.sources.property_names import KEY_NAME, OWN_SET
from tests.agent.sources.ews.test_contract import DemoOffice
from tests.contracts.calendar_source import ROOM, UNKNOWN, at, booking
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

KEY = "0b9c6c1e-3f3b-4c1d-9f0e-5a7d2c1b0a99"
NEW = NewBooking(
    start=at(10), end=at(11), subject="Booked at the door", body="Booked <here> & now", location="San Jose"
)
BIG = "x" * 300
LOST = {"after its head": Wire(drop_after=0), "before a word": Wire(lost=True)}


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(params=[Auth.BASIC, Auth.NTLM, Auth.OAUTH])
def office(request: pytest.FixtureRequest, certificates: Path) -> Iterator[DemoOffice]:
    clock, schema = FakeClock(), SchemaCheck()
    with DemoServer(World(clock), directory=certificates, observe=schema) as server:
        office = DemoOffice(server, clock, request.param)
        yield office
        office.close()
    assert not schema.violations


@pytest.fixture
def writer(office: DemoOffice) -> WritableCalendar:
    return office.writer()


def only(office: DemoOffice) -> Item:
    (item,) = office.calendar.items()
    return item


def asked(office: DemoOffice) -> list[str]:
    return [each.operation or "" for each in office.server.requests.records() if each.admitted]


def weekly(office: DemoOffice) -> Item:
    """The second of four occurrences."""
    rule = Recurrence(frequency=Frequency.WEEKLY, count=4)
    office.calendar.book(booking("weekly", at(10), 60, recurrence=rule, organizer_address="ann@contoso.example"))
    return office.calendar.view(at(0, day=7), at(0, day=8))[0]


class TestCreate:
    def test_a_booking_is_the_rooms_own_and_invites_nobody(self, office: DemoOffice, writer: WritableCalendar) -> None:
        present = writer.create(KEY, NEW)
        item = only(office)
        made = item.booking
        assert (present.item_id, present.change_key, present.uid) == (item.item_id, item.change_key, item.uid)
        assert (present.start, present.end, present.created) == (NEW.start, NEW.end, item.created)
        assert (made.start, made.end, made.subject, made.location) == (NEW.start, NEW.end, NEW.subject, NEW.location)
        assert (made.body_text, made.attendees, made.show_as) == (NEW.body, (), ShowAs.BUSY)
        assert made.response is Response.ORGANIZER
        assert made.marks == {f"{OWN_SET}/{KEY_NAME}": KEY}
        assert (present.cancelled, present.all_day) == (False, False)
        assert asked(office) == ["CreateItem", "GetItem"]

    def test_the_answer_names_the_request_that_wrote(self, writer: WritableCalendar) -> None:
        present = writer.create(KEY, NEW)
        read = writer.read(present.item_id)
        assert read is not None
        assert replace(read, request_id="") == replace(present, request_id="")
        assert len({present.request_id, read.request_id, ""}) == 3

    def test_texts_that_no_xml_can_carry_are_cleaned(self, office: DemoOffice, writer: WritableCalendar) -> None:
        writer.create(KEY, replace(NEW, subject="a\x00b\ud800\nc", body="d\x0be", location=""))
        made = only(office).booking
        assert (made.subject, made.body_text, made.location) == ("ab c", "de", "")

    def test_sync_sees_the_same_meeting(self, office: DemoOffice, writer: WritableCalendar) -> None:
        present = writer.create(KEY, NEW)
        window = Window(at(0), at(0, day=1))
        (fetched,) = office.source().changes_since(None, window, {}).fetched
        seen = fetched.occurrence
        assert (seen.item_id, seen.change_key) == (present.item_id, present.change_key)
        assert (seen.key.uid, seen.key.original_start, seen.created) == (present.uid, None, present.created)


class TestCreated:
    def test_what_was_never_created_is_not_there(self, office: DemoOffice, writer: WritableCalendar) -> None:
        office.calendar.book(booking("another"))
        assert writer.created(KEY, NEW) is None

    def test_it_is_found_by_its_key_wherever_it_was_moved(self, office: DemoOffice, writer: WritableCalendar) -> None:
        writer.create("another-key", NEW)
        made = writer.create(KEY, NEW)
        office.calendar.move(made.item_id, at(15, day=3), at(16, day=3))
        found = writer.created(KEY, NEW)
        assert found is not None
        assert (found.item_id, found.uid, found.start) == (made.item_id, made.uid, at(15, day=3))

    @pytest.mark.parametrize(
        "refusal",
        [ErrorCode("ErrorUnsupportedPathForQuery"), ErrorCode("ErrorInvalidRequest"), Fault("ErrorInvalidRequest"),
         Fault("ErrorSchemaValidation"), ErrorCode("ErrorInvalidOperation")],
    )  # fmt: skip
    def test_a_server_without_such_a_search_is_asked_what_is_there(
        self, office: DemoOffice, writer: WritableCalendar, refusal: Effect
    ) -> None:
        made = writer.create(KEY, NEW)
        writer.create("another-key", NEW)
        office.server.faults.add(refusal, operation="FindItem", times=1)
        found = writer.created(KEY, NEW)
        assert found is not None
        assert found.item_id == made.item_id
        office.server.faults.add(refusal, operation="FindItem", times=1)
        assert writer.created("no-such-key", NEW) is None

    @pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
    def test_after_a_lost_answer_there_is_exactly_one(
        self, office: DemoOffice, writer: WritableCalendar, lost: Wire
    ) -> None:
        assert writer.taken(Window(NEW.start, NEW.end)) == []  # the connection is a used one by now
        office.server.faults.add(lost, operation="CreateItem", times=1)
        with pytest.raises(SourceUnavailable):
            writer.create(KEY, NEW)
        found = writer.created(KEY, NEW)
        assert found is not None
        assert found.item_id == only(office).item_id
        assert asked(office).count("CreateItem") == 1


class TestTaken:
    def test_what_occupies_the_room_by_start(self, office: DemoOffice, writer: WritableCalendar) -> None:
        later = office.calendar.book(booking("later", at(10, 45), 30, response=Response.TENTATIVE))
        first = office.calendar.book(booking("first", at(9, 30), 60))
        for name, more in (
            ("free", {"show_as": ShowAs.FREE}),
            ("declined", {"response": Response.DECLINED, "organizer_address": "ann@contoso.example"}),
            ("ended as it begins", {"start": at(9), "minutes": 60}),
            ("begins as it ends", {"start": at(11)}),
            ("of no length", {"start": at(10, 30), "minutes": 0}),
        ):
            office.calendar.book(booking(name, **more))
        office.calendar.cancel(office.calendar.book(booking("cancelled")))
        office.calendar.revise(office.calendar.book(booking("flagged")), lambda it: replace(it, cancelled=True))
        found = writer.taken(Window(at(10), at(11)))
        items = [office.calendar.item(item_id) for item_id in (first, later)]
        assert [(each.item_id, each.uid, each.created) for each in found] == [
            (item.item_id, item.uid, item.created) for item in items
        ]
        assert [(each.start, each.end) for each in found] == [(it.booking.start, it.booking.end) for it in items]
        assert asked(office) == ["FindItem"]

    def test_an_occurrence_counts_with_its_own_times(self, office: DemoOffice, writer: WritableCalendar) -> None:
        second = weekly(office)
        (found,) = writer.taken(Window(at(10, 30, day=7), at(12, day=7)))
        assert (found.item_id, found.start, found.uid) == (second.item_id, at(10, day=7), second.uid)


class TestRead:
    def test_what_is_gone_is_none(self, office: DemoOffice, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("gone"))
        office.calendar.delete(item_id)
        assert writer.read(item_id) is None
        assert writer.read(ItemId("no id at all")) is None

    def test_an_occurrence_of_an_edited_series_is_gone(self, office: DemoOffice, writer: WritableCalendar) -> None:
        second = weekly(office)
        assert second.master_id is not None
        office.calendar.rename(second.master_id, "renamed")
        assert writer.read(second.item_id) is None

    def test_flags_are_told(self, office: DemoOffice, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("day", at(0), 24 * 60, all_day=True))
        office.calendar.cancel(item_id)
        present = writer.read(item_id)
        assert present is not None
        assert (present.all_day, present.cancelled) == (True, True)


class TestSetEnd:
    def seen(self, writer: WritableCalendar, item_id: ItemId) -> Present:
        present = writer.read(item_id)
        assert present is not None
        return present

    def test_only_the_end_changes(self, office: DemoOffice, writer: WritableCalendar) -> None:
        people = {"organizer_address": "ann@contoso.example", "location": "San Jose", "body_html": f"<p>{BIG}</p>"}
        item_id = office.calendar.book(booking("Plan", at(10), 60, **people))
        before = office.calendar.item(item_id).booking
        after = writer.set_end(self.seen(writer, item_id), at(10, 20))
        item = office.calendar.item(item_id)
        assert item.booking == replace(before, end=at(10, 20))
        assert (after.end, after.change_key, after.item_id) == (at(10, 20), item.change_key, item.item_id)
        assert after.request_id

    def test_what_was_changed_meanwhile_is_left_alone(self, office: DemoOffice, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("Plan", at(10), 60))
        seen = self.seen(writer, item_id)
        office.calendar.move(item_id, at(12), at(13))
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 20))
        assert office.calendar.item(item_id).booking.end == at(13)

    def test_what_is_gone_is_a_conflict(self, office: DemoOffice, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("Plan", at(10), 60))
        seen = self.seen(writer, item_id)
        office.calendar.delete(item_id)
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 20))

    def test_an_occurrence_becomes_an_exception(self, office: DemoOffice, writer: WritableCalendar) -> None:
        second = weekly(office)
        after = writer.set_end(self.seen(writer, second.item_id), at(10, 15, day=7))
        item = office.calendar.item(after.item_id)
        assert (item.kind, item.booking.end, after.end) == (Kind.EXCEPTION, at(10, 15, day=7), at(10, 15, day=7))
        assert after.uid == second.uid
        week = office.calendar.view(at(0, day=14), at(0, day=15))
        assert [each.booking.end for each in week] == [at(11, day=14)]

    @pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
    def test_a_lost_answer_is_no_conflict(self, office: DemoOffice, writer: WritableCalendar, lost: Wire) -> None:
        item_id = office.calendar.book(booking("Plan", at(10), 60))
        seen = self.seen(writer, item_id)
        office.server.faults.add(lost, operation="UpdateItem", times=1)
        with pytest.raises(SourceUnavailable):
            writer.set_end(seen, at(10, 20))
        assert self.seen(writer, item_id).end == at(10, 20)
        assert asked(office).count("UpdateItem") == 1


class TestDelete:
    def test_it_can_be_found_again_among_the_deleted_items(self, office: DemoOffice, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("Plan"))
        writer.delete(item_id)
        assert list(office.calendar.items()) == []
        assert [each.booking.subject for each in office.calendar.deleted_items()] == ["Plan"]
        writer.delete(item_id)

    def test_of_a_series_only_the_occurrence_goes(self, office: DemoOffice, writer: WritableCalendar) -> None:
        second = weekly(office)
        writer.delete(second.item_id)
        left = office.calendar.view(at(0), at(0, day=40))
        assert [each.booking.start for each in left] == [at(10), at(10, day=14), at(10, day=21)]

    def test_an_answer_lost_on_a_used_connection_is_nobodys_trouble(
        self, office: DemoOffice, writer: WritableCalendar
    ) -> None:
        item_id = office.calendar.book(booking("Plan"))
        assert writer.read(item_id) is not None
        office.server.faults.add(Wire(lost=True), operation="DeleteItem", times=1)
        writer.delete(item_id)
        assert writer.read(item_id) is None


class TestTrouble:
    @pytest.mark.parametrize("code", ["ErrorAccessDenied", "ErrorCreateItemAccessDenied"])
    def test_a_missing_right_to_write_has_a_name_of_its_own(
        self, office: DemoOffice, writer: WritableCalendar, code: str
    ) -> None:
        item_id = office.calendar.book(booking("Plan"))
        seen = writer.read(item_id)
        assert seen is not None
        for operation in ("CreateItem", "UpdateItem", "DeleteItem"):
            office.server.faults.add(ErrorCode(code), operation=operation)
        for write in (
            lambda: writer.create(KEY, NEW),
            lambda: writer.set_end(seen, at(12)),
            lambda: writer.delete(item_id),
        ):
            with pytest.raises(AccessDenied) as caught:
                write()
            assert (caught.value.code, caught.value.hints["response"]) == ("calendar.write_denied", code)

    @pytest.mark.parametrize("code", ["ErrorItemSave", "ErrorQuotaExceeded", "ErrorOccurrenceCrossingBoundary"])
    def test_what_the_server_will_never_accept_is_refused(
        self, office: DemoOffice, writer: WritableCalendar, code: str
    ) -> None:
        office.server.faults.add(ErrorCode(code), operation="CreateItem")
        with pytest.raises(SourceError) as caught:
            writer.create(KEY, NEW)
        assert (type(caught.value), caught.value.code) == (SourceError, "calendar.write_refused")
        assert len(caught.value.hints["request_id"]) == 36

    def test_where_nobody_answered_no_request_is_named(self, office: DemoOffice, writer: WritableCalendar) -> None:
        assert writer.taken(Window(NEW.start, NEW.end)) == []
        office.server.faults.add(Wire(lost=True), operation="CreateItem", times=1)
        with pytest.raises(SourceUnavailable) as caught:
            writer.create(KEY, NEW)
        assert "request_id" not in caught.value.hints

    def test_other_trouble_is_what_it_is_for_reading(self, office: DemoOffice, writer: WritableCalendar) -> None:
        office.server.faults.add(HttpStatus(503, retry_after_s=7), operation="CreateItem", times=1)
        with pytest.raises(SourceThrottled) as throttled:
            writer.create(KEY, NEW)
        assert throttled.value.retry_after_s == 7
        with pytest.raises(MailboxNotFound):
            office.writer(mailbox=UNKNOWN).create(KEY, NEW)
        with pytest.raises(SignInFailed):
            office.writer(mailbox=ROOM, secret="wrong").create(KEY, NEW)
        office.go_down()
        with pytest.raises(SourceUnavailable):
            writer.taken(Window(NEW.start, NEW.end))
        office.come_back()
        assert writer.taken(Window(NEW.start, NEW.end)) == []
        assert list(office.calendar.items()) == []

    def test_nothing_goes_over_the_network_before_it_is_asked(self, office: DemoOffice) -> None:
        writer = office.writer()
        assert writer.name == "ews"
        writer.close()
        writer.close()
        assert asked(office) == []


def test_a_message_whose_answer_was_lost_is_not_sent_again_before_it_can_be_found(
    office: DemoOffice, writer: WritableCalendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_search", lambda *_: [])
    office.server.faults.add(Wire(drop_after=0), operation="CreateItem", times=1)
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            writer.send(KEY, Mail(to="ann@contoso.example", subject="Ended", body="It was ended."))
    assert len(office.server.world.mailbox(ROOM).sent()) == 1
