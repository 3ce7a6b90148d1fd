"""What `GraphWriter` asks, and what it makes of refusals, lost answers and repeats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.demo.graph.errors import GraphSays
from agent.demo.http.faults import Wire
from agent.demo.server import DemoServer
from agent.demo.world import Calendar, Frequency, Recurrence
from agent.errors import AccessDenied, SourceError, SourceThrottled, SourceUnavailable, WriteConflict
from agent.model.control import NewBooking, Present
from agent.model.event import ItemId, Response, Sensitivity, ShowAs
from agent.model.sync import Window
from agent.sources.graph.writing import GraphWriter
from tests.contracts.calendar_source import at, booking
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ROOM, graph_settings, make_world

KEY = "0a1b2c3d-0000-4000-8000-000000000001"
HOUR = Window(at(10), at(11))
NEW = NewBooking(start=at(10), end=at(11), subject="Booked here", body="By the screen.", location="San Jose")
LOST = Wire(lost=True)
"""The write is done, nobody is told."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(demo_certificates: Path, clock: FakeClock) -> Iterator[DemoServer]:
    with DemoServer(make_world(clock), directory=demo_certificates) as server:
        yield server


@pytest.fixture
def calendar(server: DemoServer) -> Calendar:
    return server.world.calendar(ROOM)


@pytest.fixture
def make(server: DemoServer, clock: FakeClock) -> Iterator[Callable[[], GraphWriter]]:
    made: list[GraphWriter] = []

    def make() -> GraphWriter:
        made.append(GraphWriter(graph_settings(server), clock))
        return made[-1]

    yield make
    for writer in made:
        writer.close()


@pytest.fixture
def writer(make: Callable[[], GraphWriter]) -> GraphWriter:
    return make()


def without(server: DemoServer, **roles: bool) -> None:
    applications = server.world.directory.applications
    applications[:] = [replace(each, **roles) for each in applications]  # type: ignore[arg-type]  # flags alone


def present(writer: GraphWriter, item_id: ItemId) -> Present:
    found = writer.read(item_id)
    assert found is not None
    return found


class TestCreate:
    def test_booking_is_in_the_rooms_calendar_as_its_own(self, writer: GraphWriter, calendar: Calendar) -> None:
        made = writer.create(KEY, NEW)
        (item,) = calendar.items()
        assert (made.item_id, made.change_key, made.uid) == (item.item_id, item.change_key, item.uid)
        assert (made.start, made.end, made.created) == (NEW.start, NEW.end, item.created)
        kept = item.booking
        assert (kept.subject, kept.body_text, kept.location) == ("Booked here", "By the screen.", "San Jose")
        assert (kept.show_as, kept.response, kept.attendees) == (ShowAs.BUSY, Response.ORGANIZER, ())
        assert made.request_id

    def test_first_write_signs_in_and_is_one_request(self, writer: GraphWriter, server: DemoServer) -> None:
        writer.create(KEY, NEW)
        asked = [each.operation for each in server.requests.records()]
        assert asked == ["openid-configuration", "token", "createEvent"]

    def test_repeat_makes_nothing_and_tells_what_is_there(self, writer: GraphWriter, calendar: Calendar) -> None:
        made = writer.create(KEY, NEW)
        again = writer.create(KEY, NEW)
        assert (again.item_id, again.created) == (made.item_id, made.created)
        assert len(calendar.items()) == 1

    def test_lost_answer_leaves_one_booking_that_is_found(
        self, make: Callable[[], GraphWriter], server: DemoServer, calendar: Calendar
    ) -> None:
        server.faults.add(LOST, operation="createEvent", times=2)
        with pytest.raises(SourceUnavailable):
            make().create(KEY, NEW)
        found = make().created(KEY, NEW)
        assert found is not None
        assert [found.item_id] == [item.item_id for item in calendar.items()]

    def test_what_was_never_made_is_not_found(self, writer: GraphWriter, calendar: Calendar) -> None:
        calendar.book(booking("other", at(10)))
        writer.create("another key", NEW)
        assert writer.created(KEY, NEW) is None

    def test_booking_that_somebody_moved_is_found(self, writer: GraphWriter, calendar: Calendar) -> None:
        made = writer.create(KEY, NEW)
        calendar.move(made.item_id, at(15), at(16))
        found = writer.created(KEY, NEW)
        assert found is not None
        assert (found.item_id, found.start) == (made.item_id, at(15))

    def test_where_keys_cannot_be_searched_for_the_window_decides(
        self, writer: GraphWriter, server: DemoServer
    ) -> None:
        server.faults.add(GraphSays(400, "ErrorInvalidUrlQueryFilter"), operation="events")
        assert writer.created(KEY, NEW) is None
        made = writer.create(KEY, NEW)
        found = writer.created(KEY, NEW)
        assert found is not None
        assert found.item_id == made.item_id

    def test_key_of_a_booking_that_was_deleted_is_a_conflict(self, writer: GraphWriter, server: DemoServer) -> None:
        server.faults.add(GraphSays(409, "ErrorDuplicateTransactionId"), operation="createEvent")
        with pytest.raises(WriteConflict):
            writer.create(KEY, NEW)

    def test_refused_booking_is_not_worth_another_attempt(self, writer: GraphWriter, server: DemoServer) -> None:
        server.faults.add(GraphSays(400, "ErrorInvalidRequest"), operation="createEvent")
        with pytest.raises(SourceError) as refused:
            writer.create(KEY, NEW)
        assert type(refused.value) is SourceError
        assert refused.value.code == "calendar.write_refused"


class TestSetEnd:
    def test_end_moves_and_nothing_else(self, writer: GraphWriter, calendar: Calendar) -> None:
        item_id = calendar.book(booking("theirs", at(10), body_html="<a href='https://zoom.us/j/1'>Join</a>"))
        before = calendar.item(item_id).booking
        after = writer.set_end(present(writer, item_id), at(10, 15))
        assert calendar.item(item_id).booking == replace(before, end=at(10, 15))
        assert (after.end, after.change_key) == (at(10, 15), calendar.item(item_id).change_key)
        assert after.request_id

    def test_occurrence_alone_is_cut(self, writer: GraphWriter, calendar: Calendar) -> None:
        calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = calendar.view(at(0, day=1), at(0, day=2))[0]
        writer.set_end(present(writer, second.item_id), at(10, 10, day=1))
        ends = [item.booking.end for item in calendar.view(at(0), at(0, day=3))]
        assert ends == [at(10, 30), at(10, 10, day=1), at(10, 30, day=2)]

    def test_item_that_was_changed_meanwhile_is_left_alone(self, writer: GraphWriter, calendar: Calendar) -> None:
        seen = present(writer, calendar.book(booking("theirs", at(10))))
        calendar.rename(seen.item_id, "moved on")
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 15))
        assert calendar.item(seen.item_id).booking.end == at(10, 30)

    def test_item_that_is_gone_is_a_conflict(self, writer: GraphWriter, calendar: Calendar) -> None:
        seen = present(writer, calendar.book(booking("theirs", at(10))))
        calendar.delete(seen.item_id)
        with pytest.raises(WriteConflict):
            writer.set_end(seen, at(10, 15))

    def test_lost_answer_is_seen_on_reading_again(
        self, make: Callable[[], GraphWriter], server: DemoServer, calendar: Calendar
    ) -> None:
        seen = present(make(), calendar.book(booking("theirs", at(10))))
        server.faults.add(LOST, operation="updateEvent", times=1)
        with pytest.raises(SourceUnavailable):
            make().set_end(seen, at(10, 15))
        assert present(make(), seen.item_id).end == at(10, 15)

    def test_occurrence_that_would_cross_its_neighbour_is_refused(
        self, writer: GraphWriter, server: DemoServer
    ) -> None:
        made = writer.create(KEY, NEW)
        server.faults.add(GraphSays(400, "ErrorOccurrenceCrossingBoundary"), operation="updateEvent")
        with pytest.raises(SourceError) as refused:
            writer.set_end(made, at(12))
        assert type(refused.value) is SourceError
        assert refused.value.code == "calendar.write_refused"


class TestRead:
    @pytest.mark.parametrize("item_id", ["nonsense", "../../me"])
    def test_id_that_is_none_names_nothing(self, writer: GraphWriter, item_id: str) -> None:
        assert writer.read(ItemId(item_id)) is None
        writer.delete(ItemId(item_id))

    def test_item_that_is_gone_is_none_and_may_be_deleted_again(self, writer: GraphWriter, calendar: Calendar) -> None:
        made = writer.create(KEY, NEW)
        writer.delete(made.item_id)
        assert list(calendar.items()) == []
        assert writer.read(made.item_id) is None
        writer.delete(made.item_id)

    def test_id_of_an_occurrence_whose_series_was_edited_is_gone(self, writer: GraphWriter, calendar: Calendar) -> None:
        series = calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        second = calendar.view(at(0, day=1), at(0, day=2))[0].item_id
        assert present(writer, second).start == at(10, day=1)
        calendar.rename(series, "new")
        assert writer.read(second) is None

    def test_unknown_room_is_not_taken_for_a_missing_item(self, server: DemoServer, clock: FakeClock) -> None:
        writer = GraphWriter(graph_settings(server, mailbox="nobody@contoso.example"), clock)
        with pytest.raises(SourceError) as missing:
            writer.read(ItemId("x"))
        assert missing.value.code == "calendar.mailbox_not_found"
        writer.close()

    def test_cancelled_and_all_day_are_told(self, writer: GraphWriter, calendar: Calendar) -> None:
        item_id = calendar.book(booking("fair", at(0), 24 * 60, all_day=True))
        assert present(writer, item_id).all_day
        calendar.cancel(item_id)
        assert present(writer, item_id).cancelled


class TestTaken:
    def test_what_occupies_the_window_by_start_with_when_it_was_made(
        self, writer: GraphWriter, calendar: Calendar
    ) -> None:
        later = calendar.book(booking("later", at(10, 30)))
        first = calendar.book(booking("first", at(9), 90, sensitivity=Sensitivity.PRIVATE))
        assert [each.item_id for each in writer.taken(HOUR)] == [first, later]
        item = calendar.item(first)
        told = writer.taken(HOUR)[0]
        assert (told.uid, told.start, told.end, told.created) == (item.uid, at(9), at(10, 30), item.created)

    def test_what_only_touches_the_window_is_free_or_off_takes_nothing(
        self, writer: GraphWriter, calendar: Calendar
    ) -> None:
        calendar.book(booking("before", at(9, 30)))
        calendar.book(booking("after", at(11)))
        calendar.book(booking("no length", at(10, 15), 0))
        calendar.book(booking("free", at(10), show_as=ShowAs.FREE))
        calendar.book(booking("declined", at(10), response=Response.DECLINED, organizer_address="ann@contoso.example"))
        calendar.cancel(calendar.book(booking("cancelled", at(10))))
        assert list(writer.taken(HOUR)) == []

    def test_occurrences_take_it_each_for_itself(self, writer: GraphWriter, calendar: Calendar) -> None:
        calendar.book(booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3)))
        week = Window(at(0), at(0, day=7))
        assert [each.start for each in writer.taken(week)] == [at(10, day=day) for day in range(3)]


class TestRefusals:
    def test_app_that_may_not_write_still_reads(self, writer: GraphWriter, server: DemoServer) -> None:
        without(server, writes_calendars=False)
        with pytest.raises(AccessDenied) as denied:
            writer.create(KEY, NEW)
        assert denied.value.code == "calendar.write_denied"
        assert list(writer.taken(HOUR)) == []

    def test_server_that_asks_to_wait_is_heard(self, writer: GraphWriter, server: DemoServer) -> None:
        server.faults.add(GraphSays(429, "ApplicationThrottled", retry_after="7"), times=1)
        with pytest.raises(SourceThrottled) as throttled:
            writer.create(KEY, NEW)
        assert throttled.value.retry_after_s == 7

    def test_refusal_tells_the_request_it_is_about(self, writer: GraphWriter) -> None:
        with pytest.raises(SourceError) as refused:
            writer.create(KEY, replace(NEW, end=NEW.start - timedelta(hours=1)))
        assert refused.value.hints["request_id"]

    def test_closing_twice_is_harmless_and_the_writer_still_works(self, writer: GraphWriter) -> None:
        writer.create(KEY, NEW)
        writer.close()
        writer.close()
        assert writer.created(KEY, NEW) is not None
