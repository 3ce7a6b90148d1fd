"""Two independently written mappings over one calendar agree; and each planted difference is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.demo.server import DemoServer
from agent.demo.world import Booking, Calendar, Frequency, InvalidBooking, Item, OccurrenceCrossing, Recurrence
from agent.meetings.extract import Extractor
from agent.model.event import Fetched, OccurrenceKey, Response, Sensitivity, ShowAs
from agent.model.sync import Delta
from agent.ports import CalendarSource
from agent.sources import open_source
from agent.sources.ews.settings import Auth, EwsSettings
from agent.state.parity import Difference, Side, compare, report
from agent.sync.window import room_window
from tests.builders import policy
from tests.fakes.clock import FakeClock
from tests.fakes.exchange import (
    ACCOUNT,
    PASSWORD,
    ROOM,
    booking,
    demo_certificates,
    graph_settings,
    make_world,
)

__all__ = ["demo_certificates"]
NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)


@dataclass
class Rig:
    """One calendar, read through both protocols."""

    server: DemoServer
    clock: FakeClock
    ews: CalendarSource
    graph: CalendarSource
    zone: str = "America/Los_Angeles"

    @property
    def calendar(self) -> Calendar:
        return self.server.world.calendar(ROOM)

    def sides(self, days_ahead: int = 14) -> tuple[Side, Side]:
        window = room_window(self.clock.now(), ZoneInfo(self.zone), days_behind=0, days_ahead=days_ahead)
        ews, graph = (Side(each.changes_since(None, window, {}), window) for each in (self.ews, self.graph))
        return ews, graph

    def differences(self, sides: tuple[Side, Side] | None = None) -> list[Difference]:
        return compare(*(sides or self.sides()), Extractor(), policy(timezone=self.zone), self.clock.now())


@contextmanager
def office(certificates: Path) -> Iterator[Rig]:
    clock = FakeClock(NOW)
    with DemoServer(make_world(clock), directory=certificates) as server:
        ews = EwsSettings(
            mailbox=ROOM, endpoint=server.http_url, auth=Auth.BASIC, username=ACCOUNT, password=lambda: PASSWORD
        )
        graph = graph_settings(server)
        rig = Rig(server, clock, open_source(ews, clock), open_source(graph, clock))
        yield rig
        rig.ews.close()
        rig.graph.close()


@pytest.fixture(scope="module")
def rig(demo_certificates: Path) -> Iterator[Rig]:
    with office(demo_certificates) as rig:
        yield rig


@pytest.fixture
def empty(rig: Rig) -> Rig:
    clear(rig.calendar)
    rig.zone = "America/Los_Angeles"
    return rig


def clear(calendar: Calendar) -> None:
    for item in calendar.items():
        calendar.delete(item.item_id)


ZONES = ("UTC", "America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney",
         "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu", "America/St_Johns")  # fmt: skip
ODD_TEXTS = ["", "Ümläut 🚀", "مراجعة التصميم", "x" * 300, "Canceled: not at all", "<b>&amp;"]
TEXTS = st.text(max_size=30) | st.sampled_from(ODD_TEXTS)
RULES = st.builds(
    Recurrence,
    frequency=st.sampled_from(Frequency),
    interval=st.integers(1, 4),
    weekdays=st.frozensets(st.integers(0, 6), max_size=3),
    count=st.none() | st.integers(1, 30),
    until=st.none() | st.dates(date(2026, 11, 23), date(2027, 11, 23)),
)
TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Q%40thread.v2/0?context=%7b%7d"
LINKS = ["", "https://zoom.us/j/91234567890?pwd=abc", "https://meet.google.com/abc-defg-hij"]


def body_with(link: str, line: str) -> str:
    return f'<p>{line} <a href="{link}">{link}</a></p>' if link else ""


def whole_days(start: datetime, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From midnight to midnight, UTC."""
    first = start.astimezone(zone).date()
    begin, end = (datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=days)))
    return begin.astimezone(UTC), end.astimezone(UTC)


@st.composite
def bookings(draw: st.DrawFn) -> Booking:
    """Any meeting of the year around now."""
    zone = draw(st.sampled_from(ZONES))
    start = NOW + timedelta(minutes=15 * draw(st.integers(-4 * 24 * 20, 4 * 24 * 345)))
    all_day = draw(st.booleans())
    end = start + timedelta(minutes=draw(st.sampled_from([0, 15, 30, 60, 24 * 60 + 30])))
    if all_day:
        start, end = whole_days(start, draw(st.integers(1, 3)), ZoneInfo(zone))
    teams = draw(st.booleans())
    return booking(
        draw(TEXTS),
        start,
        end,
        organizer_name=draw(TEXTS),
        location=draw(TEXTS),
        body_html=body_with(draw(st.sampled_from(LINKS)), draw(st.sampled_from(["", "Passcode: 445566"]))),
        properties={"SkypeTeamsMeetingUrl": TEAMS} if teams else {},
        join_online_meeting_url=TEAMS if teams and draw(st.booleans()) else "",
        is_online_meeting=teams or draw(st.booleans()),
        sensitivity=draw(st.sampled_from(Sensitivity)),
        show_as=draw(st.sampled_from(ShowAs)),
        response=draw(st.sampled_from(Response)),
        cancelled=draw(st.booleans()) and draw(st.booleans()),
        all_day=all_day,
        timezone=zone,
        recurrence=draw(st.none() | RULES),
    )


def edit(calendar: Calendar, item: Item, how: str) -> None:
    """As an organizer does; what the calendar refuses stays as it is."""
    later = timedelta(minutes=5)
    with suppress(InvalidBooking, OccurrenceCrossing):
        if how == "move":
            calendar.move(item.item_id, item.booking.start + later, item.booking.end + later)
        elif how == "rename":
            calendar.rename(item.item_id, "renamed")
        elif how == "cancel":
            calendar.cancel(item.item_id)
        else:
            calendar.delete(item.item_id)


class TestAgreement:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(bookings(), min_size=1, max_size=5), st.sampled_from(ZONES), st.integers(0, 300), st.data())
    def test_a_year_of_random_series(
        self, rig: Rig, made: list[Booking], zone: str, days: int, data: st.DataObject
    ) -> None:
        clear(rig.calendar)
        rig.zone = zone
        rig.clock.set(NOW + timedelta(days=days, hours=data.draw(st.integers(0, 23))))
        for each in made:
            with suppress(InvalidBooking):
                rig.calendar.book(each)
        start = rig.clock.now()
        there = rig.calendar.view(start, start + timedelta(days=30))
        for item in there[: data.draw(st.integers(0, 4))]:
            edit(rig.calendar, item, data.draw(st.sampled_from(["move", "rename", "cancel", "delete"])))
        ews, graph = rig.sides(days_ahead=30)
        assert rig.differences((ews, graph)) == []
        assert len(ews.delta.fetched) == len(ews.delta.heads or ())


def meeting(subject: str = "Review", **more: Any) -> Booking:
    return booking(subject, NOW + timedelta(hours=1), NOW + timedelta(hours=2), **more)


def altered(side: Side, **changes: Any) -> Side:
    """The side's first meeting with something else in it."""
    first, *others = side.delta.fetched
    invitation = replace(first.invitation, **changes.pop("invitation", {}))
    return with_fetched(side, [Fetched(replace(first.occurrence, **changes), invitation), *others])


def with_fetched(side: Side, fetched: list[Fetched]) -> Side:
    heads = tuple(
        head for head in side.delta.heads or () if head.item_id in {each.occurrence.item_id for each in fetched}
    )
    delta: Delta = replace(side.delta, fetched=tuple(fetched), heads=heads)
    return replace(side, delta=delta)


PLANTED: list[tuple[str, dict[str, Any]]] = [
    ("subject", {"subject": "Another"}),
    ("organizer", {"organizer": "Somebody else"}),
    ("start", {"start": NOW + timedelta(minutes=59)}),
    ("end", {"end": NOW + timedelta(minutes=121)}),
    ("tentative", {"response": Response.TENTATIVE}),
    ("free", {"show_as": ShowAs.FREE}),
    ("private", {"sensitivity": Sensitivity.PRIVATE}),
    ("all_day", {"start_date": date(2026, 11, 23), "end_date": date(2026, 11, 24)}),
    ("join.url", {"invitation": {"body": "https://zoom.us/j/99999999999?pwd=abc"}}),
    ("join.passcode", {"invitation": {"body": "https://zoom.us/j/91234567890?pwd=abc Passcode: 778899"}}),
    ("no_join_reason", {"invitation": {"body": "nothing"}}),
]


class TestPlanted:
    @pytest.mark.parametrize(("field", "change"), PLANTED)
    def test_planted_difference_is_found(self, empty: Rig, field: str, change: dict[str, Any]) -> None:
        empty.clock.set(NOW)
        empty.calendar.book(meeting(body_html="<p>https://zoom.us/j/91234567890?pwd=abc</p>"))
        ews, graph = empty.sides()
        assert empty.differences((ews, graph)) == []
        for sides in ((altered(ews, **dict(change)), graph), (ews, altered(graph, **dict(change)))):
            assert field in {each.field for each in empty.differences(sides)}

    @pytest.mark.parametrize("change", [{"cancelled": True}, {"response": Response.DECLINED}])
    def test_meeting_that_is_hidden_on_one_side_is_missing_there(self, empty: Rig, change: dict[str, Any]) -> None:
        empty.clock.set(NOW)
        empty.calendar.book(meeting())
        ews, graph = empty.sides()
        (found,) = empty.differences((ews, altered(graph, **change)))
        assert (found.field, found.graph) == ("meeting", None)
        assert "Review" in found.ews

    def test_meeting_that_only_one_side_has(self, empty: Rig) -> None:
        empty.clock.set(NOW)
        empty.calendar.book(meeting("A"))
        empty.calendar.book(meeting("B"))
        ews, graph = empty.sides()
        only = [each for each in ews.delta.fetched if each.occurrence.subject == "A"]
        found = empty.differences((with_fetched(ews, only), graph))
        assert {(each.field, each.ews) for each in found} == {("meeting", None), ("conflict", False)}

    def test_meeting_that_is_known_by_another_uid_looks_the_same(self, empty: Rig) -> None:
        empty.clock.set(NOW)
        for subject in ("A", "B", "B"):
            empty.calendar.book(meeting(subject))
        ews, graph = empty.sides()
        keyed = [
            Fetched(replace(each.occurrence, key=OccurrenceKey(f"other-{number}")), each.invitation)
            for number, each in enumerate(graph.delta.fetched)
        ]
        assert empty.differences((ews, with_fetched(graph, keyed))) == []
        fewer = empty.differences((ews, with_fetched(graph, keyed[:2])))
        assert "meeting" in {each.field for each in fewer}

    def test_list_that_is_not_complete(self, empty: Rig) -> None:
        empty.clock.set(NOW)
        ews, graph = empty.sides()
        (found,) = empty.differences((ews, replace(graph, delta=replace(graph.delta, complete=False))))
        assert (found.field, found.ews, found.graph) == ("complete", True, False)

    def test_report(self) -> None:
        assert report([]) == {"equal": True, "differences": []}
        assert report([Difference("u", "subject", "a", "b")]) == {
            "equal": False,
            "differences": [{"id": "u", "field": "subject", "ews": "a", "graph": "b"}],
        }
