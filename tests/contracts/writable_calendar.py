"""What every `agent.ports.WritableCalendar` does, over the network. Subclass it and give it an `office` fixture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from agent.demo.world import Calendar, Frequency, Item, Kind, Recurrence
from agent.errors import AccessDenied, MailboxNotFound, SignInFailed, SourceThrottled, SourceUnavailable, WriteConflict
from agent.model.control import Mail, NewBooking, Present
from agent.model.event import ItemId, Response, ShowAs
from agent.model.sync import Window
from agent.ports import WritableCalendar
from tests.contracts.calendar_source import ROOM, SECRET, UNKNOWN, at, booking

KEY, OTHER_KEY = "0b9c6a52-63a7-4b0e-9a5e-0a6b0a4f2c11", "5f0f7a4e-8a07-4f5c-bb0e-6d1d6c0f9a22"
NEW = NewBooking(start=at(14), end=at(14, 30), subject="Ad-hoc meeting")
MAIL = Mail(to="ann@contoso.example", subject="Your meeting was ended", body="It ended at 10:10.\nÜbrigens: früh.")
MORNING = Window(at(8), at(12))


class Office(Protocol):
    """A calendar service with a room (`ROOM`), what other people do to its calendar (`calendar`), and troubles."""

    calendar: Calendar

    def writer(self, *, mailbox: str = ROOM, secret: str = SECRET) -> WritableCalendar: ...

    def lose_next_answer(self, what: str) -> None:
        """The next write of this kind takes effect and nobody is told: "create", "set_end", "delete" or "send"."""

    def sent(self) -> Sequence[Mail]:
        """What the room has sent to people, in order."""

    def deny_writing(self) -> None:
        """From now on the service account may read the calendar and nothing else."""

    def go_down(self) -> None: ...

    def come_back(self) -> None: ...

    def throttle(self, seconds: int) -> None:
        """The next request is told to come back later."""


def present(writer: WritableCalendar, item_id: ItemId) -> Present:
    """The item, which is there."""
    found = writer.read(item_id)
    assert found is not None
    return found


def only(office: Office) -> Item:
    """The one item of the calendar."""
    (item,) = office.calendar.items()
    return item


class WritableCalendarContract:
    """Run by every writer."""

    @pytest.fixture
    def writer(self, office: Office) -> WritableCalendar:
        return office.writer()

    # -- booking

    def test_a_booking_is_the_rooms_own_and_occupies_it(self, office: Office, writer: WritableCalendar) -> None:
        new = replace(NEW, subject="Übersicht 🚀 <b>", body="Join: https://meet.example/x?a=1&b=2", location="Room 1")
        made = writer.create(KEY, new)
        item = only(office)
        assert (item.kind, item.booking.subject, item.booking.location) == (Kind.SINGLE, new.subject, "Room 1")
        assert (item.booking.start, item.booking.end, item.booking.all_day) == (new.start, new.end, False)
        assert item.booking.show_as is ShowAs.BUSY
        assert item.booking.attendees == ()
        assert item.booking.organizer_address in ("", ROOM)
        assert "https://meet.example/x?a=1&b=2" in (item.booking.body_text or item.booking.body_html).replace(
            "&amp;", "&"
        )
        assert (made.item_id, made.uid, made.start, made.end) == (item.item_id, item.uid, new.start, new.end)
        assert not made.cancelled
        assert not made.all_day
        assert not office.sent()

    def test_what_create_gives_is_what_is_read(self, writer: WritableCalendar) -> None:
        made = writer.create(KEY, NEW)
        read = present(writer, made.item_id)
        assert replace(read, request_id="") == replace(made, request_id="")
        assert read.created is not None

    def test_a_booking_is_found_by_its_key_alone(self, office: Office, writer: WritableCalendar) -> None:
        assert writer.created(KEY, NEW) is None
        office.calendar.book(booking(NEW.subject, NEW.start))
        assert writer.created(KEY, NEW) is None
        made = writer.create(KEY, NEW)
        found = writer.created(KEY, NEW)
        assert found is not None
        assert (found.item_id, found.uid, found.change_key) == (made.item_id, made.uid, made.change_key)
        assert writer.created(OTHER_KEY, NEW) is None

    def test_a_booking_is_found_after_its_answer_was_lost(self, office: Office, writer: WritableCalendar) -> None:
        office.lose_next_answer("create")
        with pytest.raises(SourceUnavailable):
            writer.create(KEY, NEW)
        found = writer.created(KEY, NEW)
        assert found is not None
        assert found.item_id == only(office).item_id

    def test_a_booking_is_found_by_another_process(self, office: Office, writer: WritableCalendar) -> None:
        made = writer.create(KEY, NEW)
        writer.close()
        found = office.writer().created(KEY, NEW)
        assert found is not None
        assert found.item_id == made.item_id

    def test_a_booking_that_somebody_moved_and_renamed_is_found(self, office: Office, writer: WritableCalendar) -> None:
        made = writer.create(KEY, NEW)
        office.calendar.rename(made.item_id, "Ours")
        office.calendar.move(made.item_id, at(15), at(16))
        found = writer.created(KEY, NEW)
        assert found is not None
        assert (found.uid, found.start, found.end) == (made.uid, at(15), at(16))

    def test_a_booking_that_somebody_deleted_is_not_found(self, office: Office, writer: WritableCalendar) -> None:
        made = writer.create(KEY, NEW)
        office.calendar.delete(made.item_id)
        assert writer.created(KEY, NEW) is None

    def test_nothing_is_checked_before_a_booking(self, office: Office, writer: WritableCalendar) -> None:
        office.calendar.book(booking("there", NEW.start))
        writer.create(KEY, NEW)
        assert len(office.calendar.items()) == 2

    # -- reading

    def test_an_item_is_read_as_it_is_now(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        office.calendar.move(item_id, at(11), at(12))
        item, found = office.calendar.item(item_id), present(writer, item_id)
        assert (found.item_id, found.uid, found.start, found.end) == (item_id, item.uid, at(11), at(12))
        assert found.created == item.created
        assert not found.cancelled

    def test_an_item_that_is_gone_is_none(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        office.calendar.delete(item_id)
        assert writer.read(item_id) is None

    def test_a_cancelled_item_says_so(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a", organizer_address="ann@contoso.example"))
        office.calendar.cancel(item_id)
        assert present(writer, item_id).cancelled

    def test_an_all_day_item_says_so(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("fair", at(0), 24 * 60, all_day=True))
        assert present(writer, item_id).all_day

    def test_an_occurrence_whose_series_was_edited_is_gone(self, office: Office, writer: WritableCalendar) -> None:
        series = office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = office.calendar.view(at(0, day=1), at(0, day=2))[0]
        assert present(writer, second.item_id).start == at(10, day=1)
        office.calendar.rename(series, "every day")
        assert writer.read(second.item_id) is None

    # -- what is taken

    def test_taken_is_what_occupies_the_room_in_order(self, office: Office, writer: WritableCalendar) -> None:
        later = office.calendar.book(booking("later", at(11)))
        first = office.calendar.book(booking("tentative", at(9), show_as=ShowAs.TENTATIVE))
        office.calendar.book(booking("free", at(10), show_as=ShowAs.FREE))
        office.calendar.cancel(office.calendar.book(booking("off", at(10), organizer_address="ann@contoso.example")))
        office.calendar.book(booking("no", at(10), organizer_address="a@contoso.example", response=Response.DECLINED))
        found = writer.taken(MORNING)
        assert [each.item_id for each in found] == [first, later]
        assert [(each.start, each.end) for each in found] == [(at(9), at(9, 30)), (at(11), at(11, 30))]
        assert [each.uid for each in found] == [office.calendar.item(item_id).uid for item_id in (first, later)]
        assert [each.created for each in found] == [office.calendar.item(each.item_id).created for each in found]

    def test_taken_has_occurrences_of_series(self, office: Office, writer: WritableCalendar) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        found = writer.taken(Window(at(8, day=1), at(12, day=1)))
        assert [(each.start, each.end) for each in found] == [(at(10, day=1), at(10, 30, day=1))]
        assert present(writer, found[0].item_id).start == at(10, day=1)

    def test_taken_leaves_out_what_only_touches_the_window(self, office: Office, writer: WritableCalendar) -> None:
        office.calendar.book(booking("before", at(7, 30)))
        office.calendar.book(booking("after", at(12)))
        reaching = office.calendar.book(booking("reaches in", at(7), 61))
        assert [each.item_id for each in writer.taken(MORNING)] == [reaching]

    def test_taken_has_a_booking_at_once(self, writer: WritableCalendar) -> None:
        made = writer.create(KEY, NEW)
        assert [each.item_id for each in writer.taken(Window(NEW.start, NEW.end))] == [made.item_id]

    # -- another end

    def test_an_end_is_set_and_nothing_else(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(
            booking("a", organizer_name="Ann Lee", organizer_address="ann@contoso.example", body_html="<p>Join</p>")
        )
        before = office.calendar.item(item_id)
        after = writer.set_end(present(writer, item_id), at(10, 10))
        item = office.calendar.item(item_id)
        assert item.booking == replace(before.booking, end=at(10, 10))
        assert (after.start, after.end, after.uid) == (at(10), at(10, 10), before.uid)
        assert replace(present(writer, after.item_id), request_id="") == replace(after, request_id="")
        assert not office.sent()

    def test_an_end_can_be_set_again_with_what_came_back(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        after = writer.set_end(present(writer, item_id), at(11))
        writer.set_end(after, at(10, 30))
        assert only(office).booking.end == at(10, 30)

    def test_an_item_that_was_changed_is_not_overwritten(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        seen = present(writer, item_id)
        office.calendar.move(item_id, at(15), at(16))
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 10))
        assert (only(office).booking.start, only(office).booking.end) == (at(15), at(16))

    def test_an_item_that_is_gone_has_no_end_to_set(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        seen = present(writer, item_id)
        office.calendar.delete(item_id)
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 10))

    def test_the_end_of_one_occurrence_leaves_the_others(self, office: Office, writer: WritableCalendar) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = office.calendar.view(at(0, day=1), at(0, day=2))[0]
        after = writer.set_end(present(writer, second.item_id), at(10, 10, day=1))
        assert (after.start, after.end) == (at(10, day=1), at(10, 10, day=1))
        ends = [item.booking.end for item in office.calendar.view(at(0), at(0, day=4))]
        assert ends == [at(10, 30), at(10, 10, day=1), at(10, 30, day=2)]

    def test_an_end_whose_answer_was_lost_is_set(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        seen = present(writer, item_id)
        office.lose_next_answer("set_end")
        with pytest.raises(SourceUnavailable):
            writer.set_end(seen, at(10, 10))
        assert present(writer, item_id).end == at(10, 10)
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 20))

    # -- removing

    def test_a_deleted_item_is_gone_and_deleting_it_again_is_harmless(
        self, office: Office, writer: WritableCalendar
    ) -> None:
        item_id = office.calendar.book(booking("a"))
        office.calendar.book(booking("b", at(12)))
        writer.delete(item_id)
        writer.delete(item_id)
        assert only(office).booking.subject == "b"
        assert not office.sent()

    def test_one_occurrence_can_be_deleted(self, office: Office, writer: WritableCalendar) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = office.calendar.view(at(0, day=1), at(0, day=2))[0]
        writer.delete(second.item_id)
        assert [item.booking.start for item in office.calendar.view(at(0), at(0, day=4))] == [at(10), at(10, day=2)]

    def test_a_deletion_whose_answer_was_lost_is_done(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        office.lose_next_answer("delete")
        with pytest.raises(SourceUnavailable):
            writer.delete(item_id)
        assert not office.calendar.items()
        writer.delete(item_id)

    # -- messages

    def test_a_message_arrives_as_it_was_written(self, office: Office, writer: WritableCalendar) -> None:
        writer.send(KEY, MAIL)
        assert list(office.sent()) == [MAIL]

    def test_a_message_is_sent_once_for_a_key(self, office: Office, writer: WritableCalendar) -> None:
        writer.send(KEY, MAIL)
        office.writer().send(KEY, MAIL)
        writer.send(OTHER_KEY, MAIL)
        assert len(office.sent()) == 2

    def test_a_message_whose_answer_was_lost_is_sent_once(self, office: Office, writer: WritableCalendar) -> None:
        office.lose_next_answer("send")
        with pytest.raises(SourceUnavailable):
            writer.send(KEY, MAIL)
        writer.send(KEY, MAIL)
        assert list(office.sent()) == [MAIL]

    # -- troubles

    def test_no_writing_right_is_denied_and_reading_goes_on(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a"))
        office.deny_writing()
        seen = present(writer, item_id)
        with pytest.raises(AccessDenied):
            writer.create(KEY, NEW)
        with pytest.raises(AccessDenied):
            writer.set_end(seen, at(10, 10))
        with pytest.raises(AccessDenied):
            writer.delete(item_id)
        assert only(office).booking.end == at(10, 30)

    def test_unreachable_says_so_and_recovers_by_itself(self, office: Office, writer: WritableCalendar) -> None:
        office.go_down()
        with pytest.raises(SourceUnavailable):
            writer.create(KEY, NEW)
        office.come_back()
        assert writer.created(KEY, NEW) is None
        writer.create(KEY, NEW)
        assert only(office).booking.subject == NEW.subject

    def test_throttled_says_how_long_to_wait(self, office: Office, writer: WritableCalendar) -> None:
        office.throttle(42)
        with pytest.raises(SourceThrottled) as caught:
            writer.taken(MORNING)
        assert caught.value.retry_after_s == 42
        assert list(writer.taken(MORNING)) == []

    def test_wrong_secret_is_refused(self, office: Office) -> None:
        with pytest.raises(SignInFailed):
            office.writer(secret="wrong").create(KEY, NEW)
        assert not office.calendar.items()

    def test_unknown_mailbox_is_not_found(self, office: Office) -> None:
        with pytest.raises(MailboxNotFound):
            office.writer(mailbox=UNKNOWN).taken(MORNING)

    def test_instants_come_back_in_utc(self, office: Office, writer: WritableCalendar) -> None:
        item_id = office.calendar.book(booking("a", timezone="America/New_York"))
        found = present(writer, item_id)
        (taken,) = writer.taken(MORNING)
        times: list[datetime | None] = [found.start, found.end, found.created, taken.start, taken.end]
        assert all(each is not None and each.tzinfo is UTC for each in times)
        assert found.end - found.start == timedelta(minutes=30)

    def test_closing_twice_is_harmless(self, writer: WritableCalendar) -> None:
        writer.close()
        writer.close()
