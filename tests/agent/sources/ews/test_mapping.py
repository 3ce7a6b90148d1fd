from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from agent.model.event import ChangeKey, Fetched, ItemId, Response, Sensitivity, ShowAs, Skipped
from agent.sources.ews.items import RawItem, read_item
from agent.sources.ews.mapping import to_fetched
from agent.sources.ews.soap import parse_envelope
from agent.sources.texts import MAX_BODY, MAX_LOCATION, MAX_NAME, MAX_SUBJECT
from tests.agent.sources.ews.answers import recording

BERLIN = ZoneInfo("Europe/Berlin")


def raw(**texts: str) -> RawItem:
    plain = {"Start": "2026-11-23T10:00:00Z", "End": "2026-11-23T10:30:00Z", "UID": "u", "CalendarItemType": "Single"}
    return RawItem("id", "key", plain | texts, {})


def without(name: str, **texts: str) -> RawItem:
    item = raw(**texts)
    return RawItem(item.item_id, item.change_key, {key: text for key, text in item.texts.items() if key != name})


def mapped(item: RawItem) -> Fetched:
    fetched = to_fetched(item, BERLIN)
    assert isinstance(fetched, Fetched)
    return fetched


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-11-20T08:00:00Z", datetime(2026, 11, 20, 8, tzinfo=UTC)),
            ("2026-11-20T09:00:00.5+01:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
            ("yesterday", None),
        ],
    )
    def test_when_it_was_created_is_known_where_it_makes_sense(self, text: str, expected: datetime | None) -> None:
        assert mapped(raw(DateTimeCreated=text)).occurrence.created == expected
        assert mapped(raw()).occurrence.created is None

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2026-11-23T10:00:00Z", (10, 0)),
            ("2026-11-23T10:00:00.1234567Z", (10, 0)),
            ("2026-11-23T11:00:00+01:00", (10, 0)),
            ("2026-11-23T11:00:00", (10, 0)),  # without offset: the room's zone
        ],
    )
    def test_every_way_to_write_an_instant_is_utc(self, text: str, expected: tuple[int, int]) -> None:
        start = mapped(raw(Start=text)).occurrence.start
        assert start == datetime(2026, 11, 23, *expected, tzinfo=UTC)
        assert start.tzinfo is UTC

    @pytest.mark.parametrize(
        "item",
        [
            without("Start"),
            without("End"),
            raw(Start="soon"),
            raw(End="2026-02-30T10:00:00Z"),
            raw(End="2026-11-23T09:59:59Z"),
        ],
    )
    def test_item_without_sensible_times_is_skipped(self, item: RawItem) -> None:
        assert to_fetched(item, BERLIN) == Skipped(ItemId("id"), ChangeKey("key"), "time")

    def test_meeting_without_length_is_kept(self) -> None:
        occurrence = mapped(raw(End="2026-11-23T10:00:00Z")).occurrence
        assert occurrence.start == occurrence.end

    def test_years_out_of_reach_are_moved_to_the_bounds(self) -> None:
        occurrence = mapped(raw(Start="1601-01-01T00:00:00Z", End="9999-12-31T23:59:59Z")).occurrence
        assert (occurrence.start.year, occurrence.end.year) == (1970, 2200)

    def test_item_without_id_is_skipped(self) -> None:
        assert isinstance(to_fetched(RawItem("", "", raw().texts), BERLIN), Skipped)


class TestAllDay:
    @pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles"], autouse=True)
    def machine_zone(self, request: pytest.FixtureRequest) -> Iterator[None]:
        before = os.environ.get("TZ")
        os.environ["TZ"] = request.param
        time.tzset()
        yield
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()

    @pytest.mark.parametrize(
        ("start", "end", "zone", "days"),
        [
            ("2026-11-24T05:00:00Z", "2026-11-25T05:00:00Z", "Eastern Standard Time", (24, 25)),
            ("2026-11-22T23:00:00Z", "2026-11-24T23:00:00Z", "W. Europe Standard Time", (23, 25)),
            ("2026-11-22T11:00:00Z", "2026-11-23T11:00:00Z", "New Zealand Standard Time", (23, 24)),
            ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "UTC", (23, 24)),
            ("2026-11-22T11:00:00Z", "2026-11-23T11:00:00Z", "Pacific/Auckland", (23, 24)),
            ("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z", "../../etc/passwd", (23, 24)),
            ("2026-11-23T00:00:00Z", "2026-11-24T00:00:00Z", "tzone://Microsoft/Utc", (23, 24)),
            ("2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z", "tzone://Microsoft/Custom", (23, 24)),
            ("2026-11-24T05:00:00Z", "2026-11-25T05:00:00Z", "Customized Time Zone", (24, 25)),
            ("2026-11-22T22:00:00Z", "2026-11-23T22:00:00Z", "W. Europe Standard Time", (23, 24)),  # old rules
            ("2026-11-22T23:00:00Z", "2026-11-22T23:00:00Z", "W. Europe Standard Time", (23, 24)),  # no length
        ],
    )
    def test_dates_are_those_of_the_zone_it_was_made_in(
        self, start: str, end: str, zone: str, days: tuple[int, int]
    ) -> None:
        item = raw(Start=start, End=end, StartTimeZone=zone, EndTimeZone=zone, IsAllDayEvent="true")
        occurrence = mapped(item).occurrence
        assert (occurrence.start_date, occurrence.end_date) == tuple(date(2026, 11, day) for day in days)

    def test_dates_survive_the_change_to_summer_time(self) -> None:
        times = {"Start": "2026-03-28T23:00:00Z", "End": "2026-03-29T22:00:00Z"}
        occurrence = mapped(raw(StartTimeZone="W. Europe Standard Time", IsAllDayEvent="true", **times)).occurrence
        assert (occurrence.start_date, occurrence.end_date) == (date(2026, 3, 29), date(2026, 3, 30))

    def test_timed_item_has_no_dates(self) -> None:
        assert not mapped(raw(IsAllDayEvent="false")).occurrence.all_day


class TestIdentity:
    def test_single_is_known_by_its_uid_alone(self) -> None:
        key = mapped(raw(OriginalStart="2026-11-23T10:00:00Z")).occurrence.key
        assert (key.uid, key.original_start) == ("u", None)

    def test_exception_is_known_by_where_it_was(self) -> None:
        key = mapped(raw(CalendarItemType="Exception", OriginalStart="2026-11-20T10:00:00Z")).occurrence.key
        assert key.original_start == datetime(2026, 11, 20, 10, tzinfo=UTC)

    @pytest.mark.parametrize("texts", [{}, {"RecurrenceId": "2026-11-23T10:00:00Z"}])
    def test_occurrence_without_original_start_is_where_its_pattern_has_it(self, texts: dict[str, str]) -> None:
        key = mapped(raw(CalendarItemType="Occurrence", **texts)).occurrence.key
        assert key.original_start == datetime(2026, 11, 23, 10, tzinfo=UTC)

    def test_item_without_uid_is_known_by_its_id(self) -> None:
        assert mapped(without("UID")).occurrence.key.uid == "ews-id:id"

    def test_endless_uid_stays_distinct(self) -> None:
        uids = {mapped(raw(UID="x" * 600 + end)).occurrence.key.uid for end in ("a", "b")}
        assert len(uids) == 2
        assert max(map(len, uids)) < 100


class TestWords:
    @pytest.mark.parametrize(
        ("name", "word", "attribute", "value"),
        [
            ("Sensitivity", "Private", "sensitivity", Sensitivity.PRIVATE),
            ("Sensitivity", "Confidential", "sensitivity", Sensitivity.CONFIDENTIAL),
            ("Sensitivity", "Personal", "sensitivity", Sensitivity.PERSONAL),
            ("Sensitivity", "TopSecret", "sensitivity", Sensitivity.PRIVATE),
            ("Sensitivity", "Normal", "sensitivity", Sensitivity.NORMAL),
            ("LegacyFreeBusyStatus", "OOF", "show_as", ShowAs.OOF),
            ("LegacyFreeBusyStatus", "WorkingElsewhere", "show_as", ShowAs.ELSEWHERE),
            ("LegacyFreeBusyStatus", "NoData", "show_as", ShowAs.UNKNOWN),
            ("MyResponseType", "Accept", "response", Response.ACCEPTED),
            ("MyResponseType", "Decline", "response", Response.DECLINED),
            ("MyResponseType", "NoResponseReceived", "response", Response.NONE),
            ("MyResponseType", "Perhaps", "response", Response.NONE),
            ("IsCancelled", "true", "cancelled", True),
            ("AppointmentState", "5", "cancelled", True),
            ("AppointmentState", "7", "cancelled", True),
            ("AppointmentState", "3", "cancelled", False),
            ("AppointmentState", "²", "cancelled", False),
        ],
    )
    def test_each_word_has_its_meaning(self, name: str, word: str, attribute: str, value: Any) -> None:
        assert getattr(mapped(raw(**{name: word})).occurrence, attribute) == value

    @pytest.mark.parametrize(("word", "value"), [("true", True), ("1", True), ("false", False)])
    def test_online_flag_is_a_property(self, word: str, value: bool) -> None:
        assert mapped(raw(IsOnlineMeeting=word)).invitation.properties["IsOnlineMeeting"] is value

    def test_online_flag_nobody_set_is_unknown(self) -> None:
        assert mapped(raw()).invitation.properties["IsOnlineMeeting"] is None


class TestTexts:
    def test_texts_are_bounded(self) -> None:
        texts = dict.fromkeys(("Subject", "OrganizerName", "Location", "Body"), "x" * (MAX_BODY + 10))
        found = mapped(raw(**texts))
        assert len(found.occurrence.subject or "") == MAX_SUBJECT
        assert len(found.occurrence.organizer or "") == MAX_NAME
        assert len(found.invitation.location or "") == MAX_LOCATION
        assert len(found.invitation.body or "") == MAX_BODY

    def test_subject_is_one_line_without_control_characters(self) -> None:
        assert mapped(raw(Subject=" a\r\n\tb\x07\ud800  c ")).occurrence.subject == "a b c"

    def test_body_keeps_its_lines(self) -> None:
        found = mapped(raw(Body="a\r\n\x00b\ud800", BodyType="HTML")).invitation
        assert (found.body, found.body_type) == ("a\r\nb", "html")

    @pytest.mark.parametrize("body_type", ["Text", "", "RTF"])
    def test_any_other_body_is_text(self, body_type: str) -> None:
        assert mapped(raw(Body="a", BodyType=body_type)).invitation.body_type == "text"

    def test_organizer_without_name_is_shown_by_address(self) -> None:
        occurrence = mapped(raw(OrganizerAddress="ann@contoso.example")).occurrence
        assert occurrence.organizer == occurrence.organizer_address == "ann@contoso.example"

    def test_organizer_within_exchange_has_no_mail_address(self) -> None:
        occurrence = mapped(raw(OrganizerName="Ann", OrganizerAddress="/O=CONTOSO/CN=ANN")).occurrence
        assert (occurrence.organizer, occurrence.organizer_address) == ("Ann", None)

    def test_properties_keep_their_names(self) -> None:
        item = raw(JoinOnlineMeetingUrl="https://y")
        item = RawItem(item.item_id, item.change_key, item.texts, {"SkypeTeamsMeetingUrl": "https://x"})
        assert mapped(item).invitation.properties == {
            "IsOnlineMeeting": None,
            "JoinOnlineMeetingUrl": "https://y",
            "SkypeTeamsMeetingUrl": "https://x",
        }

    @given(
        st.dictionaries(
            st.sampled_from(["Subject", "Start", "End", "UID", "Body", "StartTimeZone", "AppointmentState"]), st.text()
        )
    )
    def test_any_texts_are_mapped_or_skipped(self, texts: dict[str, str]) -> None:
        to_fetched(raw(IsAllDayEvent="true", **texts), BERLIN)


class TestRecordings:
    @pytest.mark.parametrize(
        "name",
        [
            "getitem-calendar-allprops.xml",
            "getitem-meeting-full.xml",
            "getitem-occurrences.xml",
            "getitem-master-weekly.xml",
        ],
    )
    def test_recorded_items_are_mapped(self, name: str) -> None:
        items = list(_items(recording(name)))
        assert items
        for item in items:
            assert isinstance(to_fetched(item, BERLIN), Fetched)


def _items(answer: bytes) -> Iterator[RawItem]:
    _, body = parse_envelope(answer)
    for element in body.iter():
        if etree.QName(element).localname == "CalendarItem":
            yield read_item(element)
