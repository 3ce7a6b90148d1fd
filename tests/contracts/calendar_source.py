"""What every `agent.ports.CalendarSource` does, over the network. Subclass it and give it an `office` fixture."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import pytest

from agent.demo.world import Booking, Calendar, Frequency, Recurrence
from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceThrottled,
    SourceUnavailable,
    SyncTokenInvalid,
)
from agent.model.event import ChangeKey, Fetched, ItemId, Occurrence, Response, Sensitivity, ShowAs
from agent.model.sync import Delta, SyncToken, Window
from agent.ports import CalendarSource

ROOM = "sjroom@contoso.example"
FOREIGN = "ceo@contoso.example"
UNKNOWN = "nobody@contoso.example"
ROOM_LIST = "building1@contoso.example"
SECRET = "a secret of the service account"
DAY = datetime(2026, 11, 23, tzinfo=UTC)
WINDOW = Window(DAY - timedelta(days=1), DAY + timedelta(days=14))


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    return DAY + timedelta(days=day, hours=hour, minutes=minute)


class Office(Protocol):
    """A calendar service with a room (`ROOM`, in `ROOM_LIST`), a mailbox nobody may open (`FOREIGN`), and troubles."""

    calendar: Calendar

    def source(self, *, mailbox: str = ROOM, secret: str = SECRET) -> CalendarSource: ...

    def contents_read(self) -> int:
        """How many requests for the content of items have come in so far."""

    def go_down(self) -> None: ...

    def come_back(self) -> None: ...

    def change_secret(self, secret: str) -> None: ...

    def throttle(self, seconds: int) -> None:
        """The next request is told to come back later."""

    def lose_a_start(self) -> None:
        """The first item of the next answer with content has no start."""

    def lose_contents(self) -> None:
        """The next answer with content is not what the protocol says."""

    def truncate_lists(self) -> None:
        """From now on a list holds one item at most and says that it is not all."""


@dataclass
class Reader:
    """What the sync does: keeps token and change keys from one delta to the next, asks for all after a skip."""

    source: CalendarSource
    token: SyncToken | None = None
    known: dict[ItemId, ChangeKey] = field(default_factory=dict)

    def read(self) -> Delta:
        delta = self.source.changes_since(self.token, WINDOW, self.known)
        self.token = None if delta.skipped else delta.token
        if delta.heads is not None:
            unread = {each.item_id for each in delta.skipped}
            self.known = {head.item_id: head.change_key for head in delta.heads if head.item_id not in unread}
        return delta

    def all(self) -> dict[str | None, Fetched]:
        """Everything in the window by subject."""
        return {each.occurrence.subject: each for each in self.source.changes_since(None, WINDOW, {}).fetched}

    def occurrences(self) -> list[Occurrence]:
        return sorted((each.occurrence for each in self.all().values()), key=lambda occurrence: occurrence.start)


TEN = at(10)


def booking(subject: str, start: datetime = TEN, minutes: int = 30, **more: object) -> Booking:
    values = {"subject": subject, "start": start, "end": start + timedelta(minutes=minutes), **more}
    return Booking(**values)  # type: ignore[arg-type]  # keyword arguments of a test


class CalendarSourceContract:
    """Run by every source."""

    @pytest.fixture
    def reader(self, office: Office) -> Reader:
        return Reader(office.source())

    def test_first_read_brings_everything_in_the_window(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("inside"))
        office.calendar.book(booking("long over", at(10, day=-5)))
        office.calendar.book(booking("far away", at(10, day=20)))
        delta = reader.read()
        assert delta.heads is not None
        assert [each.occurrence.subject for each in delta.fetched] == ["inside"]
        assert [head.item_id for head in delta.heads] == [delta.fetched[0].occurrence.item_id]
        assert delta.complete
        assert delta.token
        assert not delta.skipped
        assert delta.requests >= 1
        assert delta.server_time is not None

    def test_empty_calendar_is_an_empty_complete_delta(self, reader: Reader) -> None:
        delta = reader.read()
        assert delta.heads == ()
        assert delta.complete

    def test_window_is_half_open(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("ends as it begins", WINDOW.start - timedelta(minutes=30)))
        office.calendar.book(booking("begins as it ends", WINDOW.end))
        office.calendar.book(booking("reaches in", WINDOW.start - timedelta(minutes=30), 31))
        office.calendar.book(booking("no length, at its start", WINDOW.start, 0))
        assert set(reader.all()) == {"reaches in", "no length, at its start"}

    def test_nothing_changed_reads_no_content(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        reader.read()
        before = office.contents_read()
        delta = reader.read()
        assert delta.heads is None
        assert not delta.fetched
        assert delta.token == reader.token
        assert office.contents_read() == before

    def test_one_change_reads_only_that_item(self, office: Office, reader: Reader) -> None:
        changed = office.calendar.book(booking("before"))
        office.calendar.book(booking("other", at(12)))
        reader.read()
        office.calendar.rename(changed, "after")
        delta = reader.read()
        assert [each.occurrence.subject for each in delta.fetched] == ["after"]
        assert delta.heads is not None
        assert len(delta.heads) == 2

    def test_known_items_are_not_read_again_without_a_token(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        reader.read()
        delta = reader.source.changes_since(None, WINDOW, reader.known)
        assert delta.heads is not None
        assert not delta.fetched

    def test_deleted_item_is_no_longer_listed(self, office: Office, reader: Reader) -> None:
        item = office.calendar.book(booking("a"))
        office.calendar.book(booking("b", at(12)))
        reader.read()
        office.calendar.delete(item)
        delta = reader.read()
        assert delta.heads is not None
        assert len(delta.heads) == 1
        assert not delta.fetched

    def test_moved_item_keeps_its_key(self, office: Office, reader: Reader) -> None:
        item = office.calendar.book(booking("a"))
        (before,) = reader.occurrences()
        office.calendar.move(item, at(15), at(16))
        (after,) = reader.occurrences()
        assert (after.start, after.end) == (at(15), at(16))
        assert after.key == before.key
        assert after.key.original_start is None

    def test_occurrences_of_a_series_share_a_uid_and_differ_in_original_start(
        self, office: Office, reader: Reader
    ) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        delta = reader.read()
        keys = [each.occurrence.key for each in delta.fetched]
        assert len({key.uid for key in keys}) == 1
        assert sorted(str(key.original_start) for key in keys) == [str(at(10, day=day)) for day in range(3)]

    def test_moved_occurrence_keeps_its_original_start(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = office.calendar.view(at(0, day=1), at(0, day=2))[0]
        office.calendar.move(second.item_id, at(13, day=1), at(14, day=1))
        moved = [
            each.occurrence for each in reader.read().fetched if each.occurrence.key.original_start == at(10, day=1)
        ]
        assert [occurrence.start for occurrence in moved] == [at(13, day=1)]

    def test_deleted_occurrence_is_not_listed(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        reader.read()
        second = office.calendar.view(at(0, day=1), at(0, day=2))[0]
        office.calendar.delete(second.item_id)
        reader.read()
        assert len(reader.known) == 2

    def test_all_day_item_has_the_dates_of_the_zone_it_was_made_in(self, office: Office, reader: Reader) -> None:
        start = datetime(2026, 11, 24, 5, tzinfo=UTC)  # midnight in New York
        office.calendar.book(booking("fair", start, 48 * 60, all_day=True, timezone="America/New_York"))
        (occurrence,) = reader.occurrences()
        assert occurrence.all_day
        assert (occurrence.start_date, occurrence.end_date) == (date(2026, 11, 24), date(2026, 11, 26))

    def test_what_an_item_says_arrives(self, office: Office, reader: Reader) -> None:
        office.calendar.book(
            booking(
                "Übersicht 🚀",
                organizer_name="Ann Lee",
                organizer_address="ann@contoso.example",
                location="Room 1",
                body_html="<p>Join</p>",
                properties={"SkypeTeamsMeetingUrl": "https://teams.microsoft.com/l/meetup-join/x"},
                show_as=ShowAs.TENTATIVE,
                response=Response.TENTATIVE,
                is_online_meeting=True,
            )
        )
        found = reader.all()["Übersicht 🚀"]
        occurrence, invitation = found.occurrence, found.invitation
        assert (occurrence.start, occurrence.end) == (at(10), at(10, 30))
        assert (occurrence.organizer, occurrence.organizer_address) == ("Ann Lee", "ann@contoso.example")
        assert (occurrence.show_as, occurrence.response) == (ShowAs.TENTATIVE, Response.TENTATIVE)
        assert not occurrence.cancelled
        assert not occurrence.private
        assert (invitation.subject, invitation.location) == ("Übersicht 🚀", "Room 1")
        assert "<p>Join</p>" in (invitation.body or "")
        assert invitation.body_type == "html"
        assert invitation.properties["SkypeTeamsMeetingUrl"] == "https://teams.microsoft.com/l/meetup-join/x"
        assert invitation.properties["IsOnlineMeeting"] is True

    def test_private_item_says_so(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a", sensitivity=Sensitivity.PRIVATE))
        assert reader.occurrences()[0].private

    def test_cancelled_item_says_so(self, office: Office, reader: Reader) -> None:
        office.calendar.cancel(office.calendar.book(booking("a")))
        assert reader.occurrences()[0].cancelled

    def test_token_of_somebody_else_is_refused_or_brings_everything(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        try:
            delta = reader.source.changes_since(SyncToken("no token of ours"), WINDOW, {})
        except SyncTokenInvalid:
            delta = reader.source.changes_since(None, WINDOW, {})
        assert len(delta.fetched) == 1

    def test_item_without_start_is_skipped_and_the_others_arrive(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        office.calendar.book(booking("b", at(12)))
        office.lose_a_start()
        delta = reader.read()
        assert len(delta.fetched) == 1
        assert [each.reason for each in delta.skipped] == ["time"]
        assert delta.heads is not None
        assert len(delta.heads) == 2

    def test_every_meeting_of_a_long_list_arrives_once(self, office: Office, reader: Reader) -> None:
        for hour in range(60):
            office.calendar.book(booking(f"meeting {hour}", at(hour)))
        assert len(reader.all()) == 60

    def test_truncated_lists_are_read_in_pieces_or_called_incomplete(self, office: Office, reader: Reader) -> None:
        for day in range(3):
            office.calendar.book(booking(f"day {day}", at(10, day=day * 4)))
        office.truncate_lists()
        delta = reader.read()
        assert delta.heads is not None
        assert not delta.complete or len(delta.heads) == 3
        assert len(delta.heads) == len(set(delta.heads))
        assert delta.requests <= 40

    def test_probe_reads_nothing_of_the_calendar(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        assert reader.source.probe().steps
        assert office.contents_read() == 0

    def test_throttled_says_how_long_to_wait_and_goes_on_afterwards(self, office: Office, reader: Reader) -> None:
        office.throttle(42)
        with pytest.raises(SourceThrottled) as caught:
            reader.read()
        assert caught.value.retry_after_s == 42
        assert reader.read().heads == ()

    def test_unreachable_says_so_and_recovers_by_itself(self, office: Office, reader: Reader) -> None:
        reader.read()
        office.go_down()
        with pytest.raises(SourceUnavailable) as caught:
            reader.read()
        assert caught.value.code == "calendar.unreachable", str(caught.value)
        office.come_back()
        assert reader.read().heads is None

    def test_lost_content_is_read_the_next_time(self, office: Office, reader: Reader) -> None:
        office.calendar.book(booking("a"))
        office.lose_contents()
        first = None
        with suppress(SourceUnavailable):
            first = reader.read()
        assert first is None or len(first.skipped) == 1
        assert [each.occurrence.subject for each in reader.read().fetched] == ["a"]

    def test_wrong_secret_is_refused(self, office: Office) -> None:
        source = office.source(secret="wrong")
        for call in (source.probe, Reader(source).read):
            with pytest.raises(SignInFailed):
                call()

    def test_changed_secret_is_taken_up_after_a_refusal(self, office: Office) -> None:
        reader = Reader(office.source())
        reader.read()
        office.change_secret("a new secret")
        outcomes = []
        for _ in range(3):
            try:
                outcomes.append(reader.read().heads)
            except SignInFailed:
                outcomes.append(None)
        assert outcomes[-1] is None or outcomes[-1] == ()
        assert reader.source.probe().steps

    def test_unknown_mailbox_is_not_found(self, office: Office) -> None:
        source = office.source(mailbox=UNKNOWN)
        for call in (source.probe, Reader(source).read):
            with pytest.raises(MailboxNotFound):
                call()

    def test_mailbox_that_may_not_be_opened_is_denied(self, office: Office) -> None:
        source = office.source(mailbox=FOREIGN)
        for call in (source.probe, Reader(source).read):
            with pytest.raises(AccessDenied):
                call()

    def test_directory_lists_rooms_by_room_list(self, reader: Reader) -> None:
        assert [each.address for each in reader.source.room_lists()] == [ROOM_LIST]
        assert ROOM in [each.address for each in reader.source.rooms(ROOM_LIST)]
        with pytest.raises(MailboxNotFound):
            reader.source.rooms("nolist@contoso.example")

    def test_directory_resolves_names(self, reader: Reader) -> None:
        assert [each.address for each in reader.source.resolve("sjr")] == [ROOM]
        assert list(reader.source.resolve("zzz nobody")) == []

    def test_errors_tell_no_secret_and_no_person(self, office: Office) -> None:
        with pytest.raises(SignInFailed) as refused:
            office.source(secret="hunter2").probe()
        with pytest.raises(AccessDenied) as denied:
            office.source(mailbox=FOREIGN).probe()
        for text in (str(refused.value), repr(denied.value)):
            assert not [word for word in ("hunter2", SECRET, FOREIGN) if word in text]

    def test_closing_twice_is_harmless_and_the_source_still_works(self, reader: Reader) -> None:
        reader.read()
        reader.source.close()
        reader.source.close()
        assert reader.read().heads is None
