"""The demo's Graph against the shapes of recorded answers, and over the same calendar as its EWS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from agent.demo.http.faults import Truncated
from agent.demo.server import DemoServer
from agent.demo.world import Frequency, Recurrence
from agent.model.directory import Mailbox
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import CLIENT_ID, CLIENT_SECRET, ROOM, ROOM_LIST, TENANT, USER, booking, make_world
from tests.fakes.recordings import GRAPH

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WINDOW = {"startDateTime": "2026-11-23T00:00:00Z", "endDateTime": "2026-11-30T00:00:00Z"}


class Client:
    """A plain client with a token."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.verify = str(server.ca_file)
        form = {
            "grant_type": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = self.session.post(f"{server.authority}/{TENANT}/oauth2/v2.0/token", data=form)
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, prefer: str = "", **options: str) -> requests.Response:
        url = path if path.startswith("https") else f"{self.server.authority}/v1.0{path}"
        options = {(f"${name[1:]}" if name.startswith("_") else name): value for name, value in options.items()}
        return self.session.get(url, params=options, headers={"Prefer": prefer} if prefer else None)

    def view(self, prefer: str = "", **options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get(f"/users/{ROOM}/calendarView", prefer, **WINDOW, **options).json()[
            "value"
        ]
        return found


@pytest.fixture
def client(demo_certificates: Path) -> Iterator[Client]:
    with DemoServer(make_world(FakeClock()), directory=demo_certificates) as server:
        client = Client(server)
        yield client
        client.session.close()


def fill(client: Client) -> None:
    calendar = client.server.world.calendar(ROOM)
    properties = {"SkypeTeamsMeetingUrl": "https://teams.microsoft.com/l/meetup-join/x"}
    people = (Mailbox("Grace Kim", "grace.kim@contoso.example"),)
    more: dict[str, Any] = {"is_online_meeting": True, "properties": properties, "attendees": people}
    more["location"] = "San Jose"
    calendar.book(booking("single", NOON, NOON + timedelta(hours=1), body_html="<p>Join</p>", **more))
    calendar.book(booking("plain", NOON, NOON))
    weekly = Recurrence(frequency=Frequency.DAILY, count=5)
    calendar.book(booking("series", NOON, NOON + timedelta(hours=1), recurrence=weekly))


KINDS = {bool: "boolean", int: "number", float: "number", str: "text", list: "list", dict: "object"}


def kind_of(value: object) -> str:
    return KINDS.get(type(value), "null")


def shape(data: dict[str, Any]) -> dict[str, set[str]]:
    """Paths and kinds of values; of lists the elements together."""
    found: dict[str, set[str]] = {}

    def walk(value: object, path: str) -> None:
        found.setdefault(path, set()).add(kind_of(value))
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}")
        elif isinstance(value, list):
            for inner in value:
                walk(inner, f"{path}[]")

    walk(data, "")
    return found


def wanted(*names: str) -> dict[str, set[str]]:
    together: dict[str, set[str]] = {}
    for name in names:
        data = json.loads((GRAPH / f"{name}.json").read_text())
        for path, kinds in shape(data if "value" in data else {"value": [data]}).items():
            together.setdefault(path, set()).update(kinds)
    return together


@pytest.mark.skipif(not GRAPH.is_dir(), reason="the recordings are not on this machine")
class TestShapes:
    def check(self, mine: dict[str, Any], recorded: dict[str, set[str]], added: frozenset[str] = frozenset()) -> None:
        for path, kinds in shape(mine).items():
            assert path in recorded or path in added, f"{path} is in no recording"
            assert kinds <= recorded.get(path, kinds) | {"null"}, f"{path}: {kinds}, recorded {recorded[path]}"

    def test_view_has_the_properties_of_recorded_ones(self, client: Client) -> None:
        fill(client)
        recorded = wanted(
            "calendarview-single", "calendarview-eight-occurrences", "doc-online-meeting-get", "event-series-master"
        )
        added = frozenset({".value[].originalStart"})  # documented, but newer than the recordings
        view = client.get(f"/users/{ROOM}/calendarView", **WINDOW).json()
        self.check(view, recorded, added)
        lasting = {path for path in recorded if path.count(".") == 2 and not path.startswith(".value[].@")}
        missing = {path for path in lasting if path.startswith(".value[].")} - set(shape(view))
        assert missing <= {".value[].transactionId", ".value[].isDraft", ".value[].hideAttendees"}

    def test_masters_and_singles_by_id(self, client: Client) -> None:
        fill(client)
        recorded = wanted("event-series-master", "event-get", "event-single", "doc-online-meeting-get")
        for item in client.server.world.calendar(ROOM).items():
            event = client.get(f"/users/{ROOM}/events/{quote(item.item_id, safe='')}").json()
            self.check({"value": [event]}, recorded)

    def test_delta_has_the_documented_frame(self, client: Client) -> None:
        fill(client)
        first = client.get(f"/users/{ROOM}/calendarView/delta", "odata.maxpagesize=2", **WINDOW).json()
        documented = json.loads((GRAPH / "doc-delta-round1-page1.json").read_text())
        assert set(first) == set(documented)
        assert first["value"][0]["@odata.type"] == documented["value"][0]["@odata.type"]

    @pytest.mark.parametrize(
        ("path", "recording"),
        [
            ("/places/microsoft.graph.room", "doc-places-rooms"),
            ("/places/microsoft.graph.roomlist", "doc-places-roomlists"),
            (f"/places/{ROOM_LIST}/microsoft.graph.roomlist/rooms", "doc-places-rooms"),
        ],
    )
    def test_places(self, client: Client, path: str, recording: str) -> None:
        answer = client.get(path).json()
        documented = json.loads((GRAPH / f"{recording}.json").read_text())
        assert set(answer["value"][0]) == set(documented["value"][0])
        assert answer["@odata.context"].lower() == documented["@odata.context"].lower()

    def test_place_alone(self, client: Client) -> None:
        documented = json.loads((GRAPH / "doc-place-room.json").read_text())
        assert set(client.get(f"/places/{ROOM}").json()) == set(documented)

    def test_user(self, client: Client) -> None:
        documented = json.loads((GRAPH / "user-one.json").read_text())
        assert set(client.get(f"/users/{ROOM}").json()) == set(documented)

    def test_refused_token(self, client: Client) -> None:
        client.session.headers["Authorization"] = "Bearer nonsense"
        answer = client.get(f"/users/{ROOM}/calendarView", **WINDOW)
        documented = json.loads((GRAPH / "error-401-token.json").read_text())
        assert answer.status_code == 401
        assert set(answer.json()["error"]) == set(documented["error"])
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


class TestViews:
    def test_pages_follow_their_links_to_the_end(self, client: Client) -> None:
        fill(client)
        page = client.get(f"/users/{ROOM}/calendarView", **WINDOW, _top="3").json()
        seen = [each["id"] for each in page["value"]]
        while "@odata.nextLink" in page:
            page = client.get(page["@odata.nextLink"]).json()
            seen += [each["id"] for each in page["value"]]
        assert len(seen) == len(set(seen)) == 7

    def test_ten_items_are_a_page_unless_more_are_asked_for(self, client: Client) -> None:
        for hour in range(12):
            at = NOON + timedelta(hours=hour)
            client.server.world.calendar(ROOM).book(booking("x", at, at))
        assert len(client.view()) == 10
        assert len(client.view(_top="1000")) == 12

    def test_selection_and_extended_properties(self, client: Client) -> None:
        fill(client)
        name = "String {00020329-0000-0000-C000-000000000046} Name SkypeTeamsMeetingUrl"
        expand = f"singleValueExtendedProperties($filter=id eq '{name}')"
        single = next(each for each in client.view(_select="id,subject", _expand=expand) if each["subject"] == "single")
        assert set(single) == {"@odata.etag", "id", "subject", "singleValueExtendedProperties"}
        assert single["singleValueExtendedProperties"][0]["value"].startswith("https://teams.")
        assert not any("singleValueExtendedProperties" in each for each in client.view())

    def test_times_in_the_zone_that_was_preferred(self, client: Client) -> None:
        fill(client)
        start = client.view('outlook.timezone="W. Europe Standard Time"')[0]["start"]
        assert start == {"dateTime": "2026-11-23T13:00:00.0000000", "timeZone": "W. Europe Standard Time"}

    def test_all_day_events_are_at_midnight_whatever_the_zone(self, client: Client) -> None:
        start = datetime(2026, 11, 24, 5, tzinfo=UTC)  # midnight in New York
        more: dict[str, Any] = {"all_day": True, "timezone": "America/New_York"}
        client.server.world.calendar(ROOM).book(booking("fair", start, start + timedelta(days=1), **more))
        for zone in ("UTC", "Tokyo Standard Time"):
            assert client.view(f'outlook.timezone="{zone}"')[0]["start"]["dateTime"] == "2026-11-24T00:00:00.0000000"

    def test_bodies_as_text_keep_their_links(self, client: Client) -> None:
        html = '<p><a href="https://zoom.us/j/1">Join</a></p>'
        client.server.world.calendar(ROOM).book(booking("x", NOON, NOON + timedelta(hours=1), body_html=html))
        assert client.view()[0]["body"] == {"contentType": "html", "content": html}
        text = client.view('outlook.body-content-type="text"')[0]["body"]
        assert text == {"contentType": "text", "content": "Join<https://zoom.us/j/1>"}

    def test_what_is_booked_over_one_face_is_seen_by_the_other(self, client: Client) -> None:
        fill(client)
        assert {each["iCalUId"] for each in client.view() if each["type"] == "singleInstance"} == {
            item.uid for item in client.server.world.calendar(ROOM).items() if item.booking.recurrence is None
        }


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            (f"/users/{USER}/calendarView", 403, "ErrorAccessDenied"),
            ("/users/nobody@contoso.example/calendarView", 404, "ErrorInvalidUser"),
            (f"/users/{ROOM}/events/AAMkx", 400, "ErrorInvalidIdMalformed"),
            ("/places/nobody@contoso.example", 404, "ErrorItemNotFound"),
            ("/groups", 400, "BadRequest"),
        ],
    )
    def test_code(self, client: Client, path: str, status: int, code: str) -> None:
        answer = client.get(path, **WINDOW)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)

    def test_delta_refuses_what_it_cannot_do(self, client: Client) -> None:
        answer = client.get(f"/users/{ROOM}/calendarView/delta", **WINDOW, _select="id")
        assert answer.status_code == 400

    def test_forgotten_delta_is_gone(self, client: Client) -> None:
        link = client.get(f"/users/{ROOM}/calendarView/delta", **WINDOW).json()["@odata.deltaLink"]
        fill(client)
        client.server.graph.oldest_delta = client.server.world.change_number
        answer = client.get(link)
        assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")

    def test_nothing_is_served_without_tls(self, client: Client) -> None:
        plain = client.server.http_url.removesuffix("/EWS/Exchange.asmx")
        assert requests.get(f"{plain}/v1.0/users/{ROOM}").status_code == 404

    def test_events_are_created_and_deleted(self, client: Client) -> None:
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events"
        times = {"dateTime": "2001-01-01T00:00:00", "timeZone": "UTC"}
        made = client.session.post(url, json={"subject": "Test", "start": times, "end": times, "showAs": "free"})
        assert (made.status_code, made.json()["subject"]) == (201, "Test")
        item = made.json()["id"]
        assert client.session.delete(f"{url}/{item}").status_code == 204
        assert client.session.delete(f"{url}/{item}").status_code == 404

    def test_events_are_changed_by_whoever_saw_them_last(self, client: Client) -> None:
        fill(client)
        item = client.server.world.calendar(ROOM).items()[0]
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events/{quote(item.item_id, safe='')}"
        end = {"end": {"dateTime": "2026-11-23T12:30:00", "timeZone": "UTC"}}
        seen = client.session.get(url).json()["@odata.etag"]
        changed = client.session.patch(url, json=end, headers={"If-Match": seen})
        assert (changed.status_code, changed.json()["end"]["dateTime"]) == (200, "2026-11-23T12:30:00.0000000")
        stale = client.session.patch(url, json=end, headers={"If-Match": seen})
        assert (stale.status_code, stale.json()["error"]["code"]) == (412, "ErrorIrresolvableConflict")
        assert client.session.patch(url, json={"subject": "new"}).json()["subject"] == "new"
        assert client.session.patch(url, data=b"[]").status_code == 400

    def test_occurrence_stays_behind_its_neighbour(self, client: Client) -> None:
        fill(client)
        first = next(each for each in client.view() if each["type"] == "occurrence")
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events/{quote(first['id'], safe='')}"
        times = {"dateTime": "2026-11-25T12:00:00", "timeZone": "UTC"}
        answer = client.session.patch(url, json={"start": times, "end": times})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ErrorOccurrenceCrossingBoundary")

    def test_transaction_makes_one_event_that_its_property_finds(self, client: Client) -> None:
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events"
        times = {"dateTime": "2026-11-23T12:00:00", "timeZone": "UTC"}
        name = "String {00000000-1111-2222-3333-444444444444} Name Key"
        kept = [{"id": name, "value": "it's"}]
        event = {"start": times, "end": times, "transactionId": "x", "singleValueExtendedProperties": kept}
        assert client.session.post(url, json=event).json()["transactionId"] == "x"
        again = client.session.post(url, json=event)
        assert (again.status_code, again.json()["error"]["code"]) == (409, "ErrorDuplicateTransactionId")
        asked = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq 'it''s')"
        expand = f"singleValueExtendedProperties($filter=id eq '{name}')"
        (found,) = client.get(f"/users/{ROOM}/events", _filter=asked, _expand=expand).json()["value"]
        assert found["singleValueExtendedProperties"][0]["value"] == "it's"
        assert client.get(f"/users/{ROOM}/events", _filter=asked.replace("it", "at")).json()["value"] == []
        assert client.get(f"/users/{ROOM}/events", _filter="subject eq 'x'").status_code == 400

    def test_app_without_the_role_writes_nothing(self, client: Client) -> None:
        applications = client.server.world.directory.applications
        applications[:] = [replace(each, writes_calendars=False) for each in applications]
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events"
        times = {"dateTime": "2026-11-23T12:00:00", "timeZone": "UTC"}
        reader = Client(client.server)  # roles are in the token
        assert reader.session.post(url, json={"start": times, "end": times}).status_code == 403
        assert reader.get(f"/users/{ROOM}/events").status_code == 200
        reader.session.close()

    def test_nothing_else_is_written(self, client: Client) -> None:
        url = f"{client.server.authority}/v1.0/users/{ROOM}/events"
        assert client.session.post(url, json={}).status_code == 400
        assert client.session.patch(url, json={}).status_code == 405
        assert client.session.post(f"{client.server.authority}/v1.0/users/{ROOM}", json={}).status_code == 405

    def test_answers_can_break_off(self, client: Client) -> None:
        fill(client)
        client.server.faults.add(Truncated(after=50), operation="calendarView", times=1)
        with pytest.raises(requests.RequestException):
            client.view()
        assert client.view()


class TestDelta:
    def walk(self, client: Client, link: str = "") -> tuple[list[dict[str, Any]], str]:
        page = client.get(link or f"/users/{ROOM}/calendarView/delta", **({} if link else WINDOW)).json()
        found = list(page["value"])
        while "@odata.nextLink" in page:
            page = client.get(page["@odata.nextLink"]).json()
            found += page["value"]
        return found, page["@odata.deltaLink"]

    def test_occurrences_are_stubs_and_their_master_is_whole(self, client: Client) -> None:
        fill(client)
        found, _ = self.walk(client)
        kinds = {each["type"]: each for each in found}
        assert set(kinds) == {"singleInstance", "seriesMaster", "occurrence"}
        assert set(kinds["occurrence"]) == {
            "@odata.type", "@odata.etag", "id", "type", "seriesMasterId", "start", "end",
        }  # fmt: skip
        assert kinds["seriesMaster"]["subject"] == "series"

    def test_quiet_calendar_says_nothing(self, client: Client) -> None:
        fill(client)
        _, link = self.walk(client)
        assert self.walk(client, link)[0] == []

    def test_changed_moved_out_and_deleted(self, client: Client) -> None:
        fill(client)
        calendar = client.server.world.calendar(ROOM)
        single, plain, series = [item.item_id for item in calendar.items()]
        _, link = self.walk(client)
        calendar.rename(single, "new")
        found, link = self.walk(client, link)
        assert [each.get("subject") for each in found] == ["new"]
        calendar.move(plain, NOON + timedelta(days=40), NOON + timedelta(days=40))
        found, link = self.walk(client, link)
        assert found == [{"@odata.type": "#microsoft.graph.event", "id": plain, "@removed": {"reason": "deleted"}}]
        calendar.delete(series)
        assert [each["@removed"]["reason"] for each in self.walk(client, link)[0]] == ["deleted"]
