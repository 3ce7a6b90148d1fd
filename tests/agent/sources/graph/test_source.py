"""What `GraphSource` asks, how often, and what it makes of odd answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.demo.graph.errors import EmptyView, GraphSays
from agent.demo.server import DemoServer
from agent.demo.world import Booking, Calendar, Frequency, Recurrence
from agent.errors import AccessDenied, SourceUnavailable, SyncTokenInvalid
from agent.model.sync import SyncToken, Window
from agent.sources.graph.client import GraphClient
from agent.sources.graph.detector import DeltaDetector
from agent.sources.graph.places import Places
from agent.sources.graph.settings import GraphSettings
from agent.sources.graph.source import LIST_EVERY_S, GraphSource
from agent.sources.transport.session import Transport
from agent.sources.transport.settings import HttpSettings
from tests.agent.sources.graph.test_faults import FakeTokens
from tests.agent.sources.loopback import Answer, Asked, Loopback
from tests.contracts.calendar_source import WINDOW, Reader, at, booking
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import ROOM, graph_settings, make_world
from tests.fakes.recordings import GRAPH, recorded


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def server(demo_certificates: Path, clock: FakeClock) -> Iterator[DemoServer]:
    with DemoServer(make_world(clock), directory=demo_certificates) as server:
        yield server


@pytest.fixture
def make(server: DemoServer, clock: FakeClock) -> Iterator[Callable[[], GraphSource]]:
    made: list[GraphSource] = []

    def make() -> GraphSource:
        settings = graph_settings(server)
        made.append(GraphSource(settings, clock))
        return made[-1]

    yield make
    for source in made:
        source.close()


@pytest.fixture
def reader(make: Callable[[], GraphSource]) -> Reader:
    return Reader(make())


@pytest.fixture
def calendar(server: DemoServer) -> Calendar:
    return server.world.calendar(ROOM)


def asked(server: DemoServer) -> list[str]:
    return [record.operation or "" for record in server.requests.records()]


def series() -> Booking:
    return booking("daily", recurrence=Recurrence(frequency=Frequency.DAILY, count=3))


class TestRequests:
    def test_first_read_signs_in_begins_a_delta_and_reads_the_view(self, reader: Reader, server: DemoServer) -> None:
        reader.read()
        assert asked(server) == ["openid-configuration", "token", "delta", "calendarView"]

    def test_quiet_poll_is_one_request(self, reader: Reader, server: DemoServer, calendar: Calendar) -> None:
        calendar.book(series())
        reader.read()
        server.requests.clear()
        deltas = [reader.read() for _ in range(3)]
        assert [delta.requests for delta in deltas] == [1, 1, 1]
        assert asked(server) == ["delta"] * 3

    def test_one_change_is_two_requests_in_a_small_calendar(
        self, reader: Reader, server: DemoServer, calendar: Calendar
    ) -> None:
        item = calendar.book(booking("a"))
        reader.read()
        server.requests.clear()
        calendar.rename(item, "b")
        delta = reader.read()
        assert [each.occurrence.subject for each in delta.fetched] == ["b"]
        assert asked(server) == ["delta", "calendarView"]

    def test_one_change_in_a_large_calendar_reads_no_other_body(
        self, reader: Reader, server: DemoServer, calendar: Calendar
    ) -> None:
        items = [calendar.book(booking(f"meeting {hour}", at(hour), 15)) for hour in range(200)]
        reader.read()
        server.requests.clear()
        calendar.rename(items[50], "changed")
        delta = reader.read()
        assert [each.occurrence.subject for each in delta.fetched] == ["changed"]
        assert delta.heads is not None
        assert len(delta.heads) == 200
        records = server.requests.records()
        assert [record.operation for record in records] == ["delta", "calendarView", "calendarView"]
        assert [record.items for record in records][1:] == [0, 1]

    def test_change_outside_the_window_ends_as_unchanged(self, reader: Reader, calendar: Calendar) -> None:
        far = calendar.book(booking("far", at(10, day=40)))
        calendar.book(booking("near"))
        reader.read()
        calendar.rename(far, "still far")
        assert reader.read().heads is None
        assert reader.read().requests == 1

    def test_view_is_read_all_the_same_after_a_while(
        self, reader: Reader, server: DemoServer, clock: FakeClock
    ) -> None:
        reader.read()
        clock.advance(LIST_EVERY_S + 1)
        server.requests.clear()
        assert reader.read().heads is None
        assert "calendarView" in asked(server)

    def test_restart_goes_on_from_the_token(
        self, reader: Reader, make: Callable[[], GraphSource], calendar: Calendar
    ) -> None:
        calendar.book(booking("a"))
        reader.read()
        again = Reader(make(), reader.token, dict(reader.known))
        assert again.read().heads is None

    def test_long_delta_is_read_over_its_pages(self, reader: Reader, server: DemoServer, calendar: Calendar) -> None:
        for hour in range(250):
            calendar.book(booking(f"meeting {hour}", at(hour)))
        reader.read()
        assert asked(server).count("delta") == 3
        assert len(reader.known) == 250

    def test_series_whose_occurrences_tell_its_uid_are_not_asked_for(self, reader: Reader, calendar: Calendar) -> None:
        calendar.book(series())
        delta = reader.read()
        assert delta.requests == 4  # metadata, token, delta, view: no master was asked for


class TestWindow:
    def test_rolled_window_begins_a_new_delta(self, reader: Reader, server: DemoServer, calendar: Calendar) -> None:
        calendar.book(booking("a"))
        reader.read()
        day = timedelta(days=1)
        server.requests.clear()
        delta = reader.source.changes_since(reader.token, Window(WINDOW.start + day, WINDOW.end + day), reader.known)
        assert delta.heads is not None
        assert not delta.fetched
        assert asked(server) == ["delta", "calendarView"]

    def test_meeting_that_comes_into_the_rolled_window_arrives(self, reader: Reader, calendar: Calendar) -> None:
        calendar.book(booking("later", WINDOW.end + timedelta(hours=1)))
        reader.read()
        day = timedelta(days=1)
        delta = reader.source.changes_since(reader.token, Window(WINDOW.start + day, WINDOW.end + day), reader.known)
        assert [each.occurrence.subject for each in delta.fetched] == ["later"]


class TestLostTokens:
    def test_token_the_server_forgot_is_said_so(self, reader: Reader, server: DemoServer, calendar: Calendar) -> None:
        calendar.book(booking("a"))
        reader.read()
        calendar.book(booking("b", at(12)))
        server.graph.oldest_delta = server.world.change_number + 1
        with pytest.raises(SyncTokenInvalid) as caught:
            reader.read()
        assert caught.value.requests == 1
        reader.token = None
        assert {each.occurrence.subject for each in reader.read().fetched} == {"b"}

    @pytest.mark.parametrize(
        "refusal",
        [
            GraphSays(410, "syncStateNotFound"),
            GraphSays(410, "resyncRequired"),
            GraphSays(400, "SyncStateInvalid"),
            GraphSays(400, "ErrorInvalidUrlQuery"),
        ],
    )
    def test_refused_link_is_a_lost_token(self, reader: Reader, server: DemoServer, refusal: GraphSays) -> None:
        reader.read()
        server.faults.add(refusal, operation="delta", times=1)
        with pytest.raises(SyncTokenInvalid):
            reader.read()

    @pytest.mark.parametrize("token", ["graph-delta-1:x", "ews-sync-1:a:b:w:c", "graph-delta-1:a:b:https://x.example/"])
    def test_token_of_another_kind_reads_everything(self, reader: Reader, calendar: Calendar, token: str) -> None:
        calendar.book(booking("a"))
        delta = reader.source.changes_since(SyncToken(token), WINDOW, {})
        assert len(delta.fetched) == 1


class TestWithoutDelta:
    @pytest.mark.parametrize(
        "refusal", [GraphSays(501, "NotImplemented"), GraphSays(500, "UnknownError"), GraphSays(400, "BadRequest")]
    )
    def test_service_without_delta_is_polled_by_its_view(
        self, reader: Reader, server: DemoServer, calendar: Calendar, refusal: GraphSays
    ) -> None:
        server.faults.add(refusal, operation="delta")
        item = calendar.book(booking("a"))
        assert len(reader.read().fetched) == 1
        server.requests.clear()
        assert reader.read().heads is None
        assert asked(server) == ["calendarView"]
        calendar.rename(item, "b")
        assert [each.occurrence.subject for each in reader.read().fetched] == ["b"]

    def test_delta_is_tried_again_after_a_while(self, reader: Reader, server: DemoServer, clock: FakeClock) -> None:
        server.faults.add(GraphSays(501, "NotImplemented"), operation="delta", times=1)
        reader.read()
        clock.advance(601)
        server.requests.clear()
        reader.read()
        assert asked(server) == ["delta", "calendarView"]
        assert reader.read().requests == 1


class TestSuddenlyEmpty:
    def test_empty_view_is_not_believed_while_its_events_are_there(
        self, reader: Reader, server: DemoServer, calendar: Calendar
    ) -> None:
        calendar.book(booking("a"))
        reader.read()
        server.faults.add(EmptyView(), operation="calendarView")
        with pytest.raises(SourceUnavailable) as caught:
            reader.source.changes_since(None, WINDOW, reader.known)
        assert caught.value.code == "calendar.suddenly_empty"

    def test_empty_view_is_believed_when_they_are_gone(self, reader: Reader, calendar: Calendar) -> None:
        item = calendar.book(booking("a"))
        reader.read()
        calendar.delete(item)
        assert reader.source.changes_since(None, WINDOW, reader.known).heads == ()

    def test_ids_of_another_time_prove_nothing(self, reader: Reader) -> None:
        known = {"AAMk-not-an-id": "x"}
        assert reader.source.changes_since(None, WINDOW, known).heads == ()  # type: ignore[arg-type]  # plain texts


class TestIdentity:
    def test_series_uid_is_the_masters_and_that_of_ews(self, reader: Reader, calendar: Calendar) -> None:
        calendar.book(series())
        master = calendar.items()[0]
        keys = {each.occurrence.key.uid for each in reader.read().fetched}
        assert keys == {master.uid}

    def test_uid_of_another_program_is_unwrapped(self, reader: Reader, calendar: Calendar) -> None:
        calendar.book(series(), uid="b3a1-0042@calendar.example")
        assert {each.occurrence.key.uid for each in reader.read().fetched} == {"b3a1-0042@calendar.example"}

    def test_freshness_knows_when_an_event_was_edited(
        self, reader: Reader, calendar: Calendar, clock: FakeClock
    ) -> None:
        single, _ = calendar.book(booking("a")), calendar.book(series())
        reader.read()
        clock.advance(60)
        calendar.rename(single, "b")
        edited = reader.read().fetched[0].occurrence
        assert edited.last_modified == clock.now().replace(microsecond=0)

    def test_freshness_knows_when_events_were_made(self, reader: Reader, calendar: Calendar, clock: FakeClock) -> None:
        made = clock.now()
        single, _ = calendar.book(booking("a")), calendar.book(series())
        clock.advance(60)
        calendar.rename(single, "b")
        assert {occurrence.created for occurrence in reader.occurrences()} == {made}


class TestPlaces:
    def test_app_without_the_permission_is_told_which_and_still_reads_the_room(
        self, reader: Reader, server: DemoServer
    ) -> None:
        server.faults.add(GraphSays(403, "Authorization_RequestDenied"), operation="roomLists")
        with pytest.raises(AccessDenied) as caught:
            reader.source.room_lists()
        assert caught.value.code == "calendar.places_denied"
        assert "Place.Read.All" in str(caught.value)
        assert reader.read().complete

    @pytest.mark.parametrize("value", [5, {"a": 1}, [5, None, {"emailAddress": {"a": 1}}, {"emailAddress": 7}]])
    def test_nonsense_in_place_of_places_is_no_room(
        self, tls_server: Loopback, ca_file: Path, clock: FakeClock, value: object
    ) -> None:
        room = {"emailAddress": "b@contoso.example", "displayName": 7}
        body = {"value": [*value, room] if isinstance(value, list) else value}
        tls_server.always = Answer(json.dumps(body))
        client = GraphClient(tls_server.url, FakeTokens(), Transport(HttpSettings(ca_file=str(ca_file))), clock)
        found = [each.address for each in Places(client).room_lists()]
        client.close()
        assert found == (["b@contoso.example"] if isinstance(value, list) else [])

    def test_hundreds_of_rooms_are_read_over_their_pages(self, reader: Reader, server: DemoServer) -> None:
        for number in range(250):
            server.world.add_room(f"room{number:03}@contoso.example", f"Room {number:03}")
        rooms = [f"room{number:03}@contoso.example" for number in range(250)]
        server.world.directory.add_room_list("Building 2", "b2@contoso.example", rooms)
        assert [each.address for each in reader.source.rooms("b2@contoso.example")] == rooms
        assert len(reader.source.resolve("room")) == 100


@pytest.mark.skipif(not GRAPH.is_dir(), reason="the recordings are not on this machine")
def test_documented_delta_pages_are_followed_on_our_own_host(
    tls_server: Loopback, ca_file: Path, clock: FakeClock
) -> None:
    last = {"value": [], "@odata.deltaLink": "https://graph.microsoft.com/v1.0/me/calendarView/delta?$deltatoken=D"}
    pages = [recorded(f"doc-delta-round1-page{number}")[1] for number in (1, 2)]
    tls_server.answers.extend(Answer(page) for page in (*pages, json.dumps(last).encode()))
    client = GraphClient(tls_server.url, FakeTokens(), Transport(HttpSettings(ca_file=str(ca_file))), clock)
    looked = DeltaDetector(client, "/users/room@contoso.example/calendarView/delta", clock).look("", WINDOW)
    client.close()
    assert looked.link == "/v1.0/me/calendarView/delta?$deltatoken=D"
    assert not looked.quiet
    assert [asked.path.partition("?")[2] for asked in tls_server.asked[1:]] == [
        "$skiptoken=R0usmcCM996atia_s",
        "$skiptoken=R0usmci39OQxqJrxK4",
    ]


def test_delta_without_end_is_given_up(tls_server: Loopback, ca_file: Path, clock: FakeClock) -> None:
    tls_server.always = Answer(json.dumps({"value": [], "@odata.nextLink": f"{tls_server.url}/v1.0/x?$skiptoken=1"}))
    client = GraphClient(tls_server.url, FakeTokens(), Transport(HttpSettings(ca_file=str(ca_file))), clock)
    looked = DeltaDetector(client, "/users/room@contoso.example/calendarView/delta", clock).look("", WINDOW)
    client.close()
    assert looked.failed
    assert len(tls_server.asked) == 2


def test_master_is_asked_once_where_occurrences_do_not_tell_their_series(
    tls_server: Loopback, ca_file: Path, clock: FakeClock
) -> None:
    def answer(asked: Asked) -> Answer:
        if "/delta" in asked.path:
            return Answer(json.dumps({"value": [], "@odata.deltaLink": f"{tls_server.url}/v1.0/d?$deltatoken=1"}))
        if "/events/" in asked.path:
            return Answer(json.dumps({"id": "M", "iCalUId": "series@calendar.example"}))
        return Answer(json.dumps({"value": [stub(number) for number in range(3)]}))

    def stub(number: int) -> dict[str, object]:
        day = f"2026-11-2{4 + number}"
        start, end = ({"dateTime": f"{day}T{hour}:00:00", "timeZone": "UTC"} for hour in (10, 11))
        series = {"type": "occurrence", "seriesMasterId": "M", "iCalUId": f"o-{number}"}
        return {"id": f"o{number}", "changeKey": "1", **series, "start": start, "end": end}

    tls_server.always = answer
    settings = GraphSettings(
        mailbox=ROOM,
        endpoint=tls_server.url,
        tenant_id="t",
        client_id="c",
        client_secret=lambda: "s",
        http=HttpSettings(ca_file=str(ca_file)),
    )
    source = GraphSource(settings, clock)
    source.client._tokens = FakeTokens()
    for _ in range(2):
        found = source.changes_since(None, WINDOW, {}).fetched
        assert {each.occurrence.key.uid for each in found} == {"series@calendar.example"}
        assert len(found) == 3
    source.close()
    assert len([asked for asked in tls_server.asked if "/events/M" in asked.path]) == 1


def test_answers_that_are_too_large_are_read_in_smaller_pages_and_at_last_without_bodies(
    server: DemoServer, clock: FakeClock
) -> None:
    calendar = server.world.calendar(ROOM)
    for number in range(60):
        calendar.book(booking(f"meeting {number}", at(number), body_html="<p>x</p>" * 1500))
    for most, bodies in ((2**20, True), (2**19, True), (2**17, False)):
        settings = graph_settings(server, http=HttpSettings(ca_file=str(server.ca_file), max_answer=most))
        source = GraphSource(settings, clock)
        server.faults.add(GraphSays(501, "NotImplemented"), operation="delta", times=1)
        found = source.changes_since(None, WINDOW, {}).fetched
        source.close()
        assert len(found) == 60
        assert all(bool(each.invitation.body) == bodies for each in found)
