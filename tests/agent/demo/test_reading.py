from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from exchangelib import CalendarItem, EWSDate, ExtendedProperty
from exchangelib.errors import ErrorCalendarViewRangeTooBig, ErrorInvalidIdMalformed, ErrorItemNotFound

from agent.demo.world import Frequency, Recurrence
from agent.model.event import Response, Sensitivity, ShowAs
from tests.agent.demo.support import at, view
from tests.fakes.exchange import USER, DemoExchange, booking
from tests.fakes.soap import post

TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" + "A" * 300


class _TeamsUrl(ExtendedProperty):  # type: ignore[misc]  # exchangelib has no types
    distinguished_property_set_id = "PublicStrings"
    property_name = "SkypeTeamsMeetingUrl"
    property_type = "String"


@pytest.fixture
def teams_url() -> Any:
    CalendarItem.register("demo_teams_url", _TeamsUrl)
    yield
    CalendarItem.deregister("demo_teams_url")


def test_a_view_lists_what_intersects_the_window_and_what_ends_at_its_start(
    demo_exchange: DemoExchange, account: Any
) -> None:
    for subject, start, end in (
        ("long before", at(6), at(7)),
        ("ends at the start", at(7), at(8)),
        ("reaches in", at(7, 30), at(8, 30)),
        ("inside", at(9), at(10)),
        ("no length", at(10), at(10)),
        ("begins at the end", at(12), at(13)),
    ):
        demo_exchange.calendar.book(booking(subject, start, end))
    found = [item.subject for item in view(account, at(8), at(12), "subject", "start")]
    assert found == ["ends at the start", "reaches in", "inside", "no length"]


def test_a_view_gives_no_bodies_and_names_the_organizer_without_address(
    demo_exchange: DemoExchange, account: Any
) -> None:
    demo_exchange.calendar.book(booking("Plan", at(9), at(10), body_html="<p>secret</p>"))
    view(account, at(8), at(12), "subject", "start", "my_response_type")
    (find,) = demo_exchange.server.requests.records("FindItem")
    assert find.status == 200
    assert not demo_exchange.server.requests.records("GetItem")


def test_strings_of_a_view_are_cut_and_those_of_an_item_are_not(
    demo_exchange: DemoExchange, account: Any, teams_url: None
) -> None:
    demo_exchange.calendar.book(
        booking("S" * 400, at(9), at(10), properties={"SkypeTeamsMeetingUrl": TEAMS}, body_html="<p>x</p>")
    )
    (row,) = view(account, at(8), at(12), "subject")
    assert row.subject == "S" * 255
    (item,) = view(account, at(8), at(12))
    assert (item.subject, item.demo_teams_url) == ("S" * 400, TEAMS)


def test_a_view_that_is_cut_off_says_so(demo_exchange: DemoExchange, account: Any) -> None:
    for hour in range(8, 12):
        demo_exchange.calendar.book(booking(f"at {hour}", at(hour), at(hour + 1)))
    assert [item.subject for item in view(account, at(7), at(13), "subject", max_items=2)] == ["at 8", "at 9"]


def test_a_view_of_more_than_two_years_is_refused(account: Any) -> None:
    with pytest.raises(ErrorCalendarViewRangeTooBig):
        view(account, at(0), at(0) + timedelta(days=800), "subject")


def test_a_series_is_expanded_over_the_end_of_summer_time(demo_exchange: DemoExchange, account: Any) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 20, 9, 0, tzinfo=berlin)
    weekly = Recurrence(frequency=Frequency.WEEKLY, count=3)
    demo_exchange.calendar.book(
        booking("Weekly", first, first + timedelta(hours=1), timezone="Europe/Berlin", recurrence=weekly)
    )
    found = view(account, datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
    assert [(item.start.day, item.start.hour, item.type) for item in found] == [
        (20, 7, "Occurrence"),
        (27, 8, "Occurrence"),
        (3, 8, "Occurrence"),
    ]
    assert len({item.uid for item in found}) == 1
    assert len({item.id for item in found}) == 3
    assert [item.original_start for item in found] == [item.start for item in found]
    assert found[0]._start_timezone.ms_id == "W. Europe Standard Time"


def test_an_item_has_everything_a_room_needs(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.calendar.book(
        booking(
            "Plan",
            at(9),
            at(10),
            location="San Jose",
            sensitivity=Sensitivity.PRIVATE,
            show_as=ShowAs.TENTATIVE,
            response=Response.TENTATIVE,
            is_online_meeting=True,
        )
    )
    (item,) = view(account, at(8), at(12))
    assert (item.location, item.sensitivity, item.legacy_free_busy_status) == ("San Jose", "Private", "Tentative")
    assert (item.my_response_type, item.is_meeting, item.is_cancelled) == ("Tentative", True, False)
    assert (item.organizer.name, item.organizer.email_address) == ("Ann Lee", USER)
    assert (item.is_online_meeting, item.appointment_state, item.type) == (True, ("Meeting", "Received"), "Single")


def test_html_and_text_bodies_are_given_as_asked(demo_exchange: DemoExchange, account: Any) -> None:
    link = '<a href="https://x.example/j/1">here</a>'
    html = f"<html><head><style>p {{}}</style></head><body><p>Join:</p>{link}</body></html>"
    demo_exchange.calendar.book(booking("Plan", at(9), at(10), body_html=html))
    (item,) = view(account, at(8), at(12))
    assert str(item.body) == html
    assert item.text_body == "Join:\r\nhere<https://x.example/j/1>"


def test_a_cancelled_meeting_stays_flagged(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.calendar.cancel(demo_exchange.calendar.book(booking("Plan", at(9), at(10))))
    (item,) = view(account, at(8), at(12))
    assert (item.subject, item.is_cancelled) == ("Canceled: Plan", True)
    assert item.appointment_state == ("Meeting", "Received", "Canceled")


def test_an_all_day_item_keeps_its_dates_in_its_own_zone(demo_exchange: DemoExchange, account: Any) -> None:
    new_york = ZoneInfo("America/New_York")
    start = datetime(2026, 11, 24, tzinfo=new_york)
    demo_exchange.calendar.book(
        booking("Offsite", start, start + timedelta(days=2), all_day=True, timezone="America/New_York")
    )
    (item,) = view(account, at(0), at(23))
    assert (item.start, item.end) == (EWSDate(2026, 11, 24), EWSDate(2026, 11, 25))


def test_control_characters_never_break_an_answer(demo_exchange: DemoExchange, account: Any) -> None:
    demo_exchange.calendar.book(booking("a\x00b\x0bc <&> é 漢 😀", at(9), at(10)))
    (item,) = view(account, at(8), at(12), "subject")
    assert item.subject == "abc <&> é 漢 😀"


def test_a_batch_answers_for_each_item_by_itself(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    kept, gone = calendar.book(booking("kept", at(9), at(10))), calendar.book(booking("gone", at(10), at(11)))
    calendar.delete(gone)
    got = list(account.fetch(ids=[(gone, None), (kept, None), ("bm9uc2Vuc2U=", None)], only_fields=["subject"]))
    assert isinstance(got[0], ErrorItemNotFound)
    assert got[1].subject == "kept"
    assert isinstance(got[2], ErrorInvalidIdMalformed)
    assert [r.items for r in demo_exchange.server.requests.records("GetItem")] == [3]


def test_an_occurrence_is_found_by_its_place_and_a_master_by_its_occurrence(demo_exchange: DemoExchange) -> None:
    calendar, url = demo_exchange.calendar, demo_exchange.server.http_url
    daily = Recurrence(frequency=Frequency.DAILY, count=3)
    master = calendar.book(booking("Daily", at(9), at(10), recurrence=daily))
    _, second, third = calendar.view(at(0), at(0, day=30))
    calendar.delete(third.item_id)
    shape = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
    for named, expected in (
        (f'<t:OccurrenceItemId RecurringMasterId="{master}" InstanceIndex="2"/>', second.item_id),
        (f'<t:OccurrenceItemId RecurringMasterId="{master}" InstanceIndex="3"/>', "ErrorItemNotFound"),
        (f'<t:OccurrenceItemId RecurringMasterId="{master}" InstanceIndex="4"/>', "ErrorItemNotFound"),
        (f'<t:RecurringMasterItemId OccurrenceId="{second.item_id}"/>', master),
    ):
        answer = post(url, "GetItem", f"{shape}<m:ItemIds>{named}</m:ItemIds>")
        assert expected.encode() in answer.body


def test_a_body_nested_thousands_deep_does_not_break_the_answer(demo_exchange: DemoExchange, account: Any) -> None:
    html = "<div>" * 3000 + "deep" + "</div>" * 3000
    demo_exchange.calendar.book(booking("Plan", at(9), at(10), body_html=html))
    (item,) = view(account, at(8), at(12), "subject", "text_body")
    assert item.subject == "Plan"


def test_a_master_tells_its_pattern_and_its_exceptions(demo_exchange: DemoExchange, account: Any) -> None:
    calendar = demo_exchange.calendar
    daily = Recurrence(frequency=Frequency.DAILY, count=5)
    master = calendar.book(booking("Daily", at(9), at(10), recurrence=daily))
    occurrences = calendar.view(at(0), at(0, day=30))
    calendar.move(occurrences[1].item_id, at(11, day=25), at(12, day=25))
    calendar.delete(occurrences[2].item_id)
    (item,) = account.fetch(ids=[(master, None)])
    assert (item.type, item.recurrence.pattern.interval, item.recurrence.boundary.number) == ("RecurringMaster", 1, 5)
    assert [(o.original_start, o.start) for o in item.modified_occurrences] == [(at(9, day=25), at(11, day=25))]
    assert [o.start for o in item.deleted_occurrences] == [at(9, day=26)]
    assert (item.first_occurrence.start, item.last_occurrence.start) == (at(9), at(9, day=28))


def test_without_a_view_masters_are_listed_in_pages(demo_exchange: DemoExchange, account: Any) -> None:
    weekly = Recurrence(frequency=Frequency.WEEKLY)
    demo_exchange.calendar.book(booking("Series", at(9), at(10), recurrence=weekly))
    for hour in range(5):
        demo_exchange.calendar.book(booking(f"{hour}", at(hour), at(hour + 1)))
    listed = account.calendar.all().only("subject", "type")
    listed.page_size = 2
    assert {(item.subject, item.type) for item in listed} == {
        ("Series", "RecurringMaster"),
        *((f"{hour}", "Single") for hour in range(5)),
    }
    assert len(demo_exchange.server.requests.records("FindItem")) == 3
