"""Graph's JSON → occurrence. What is odd in it must not cost more than the event it is in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.event import Fetched, Occurrence, Response, Sensitivity, ShowAs, Skipped
from agent.sources.graph.identity import series_uid, single_uid
from agent.sources.graph.mapping import nameless_series, to_fetched, zone_of
from tests.fakes.recordings import GRAPH

ZONE = ZoneInfo("Europe/Berlin")
UID = "040000008200E00074C5B7101A82E00800000000CD93094B5A9BD501000000000000000010000000A16AF77C6F6C254EA13F69C3B2808B4A"
THIRD = UID[:32] + "07EA0B19" + UID[40:]  # 2026-11-25


def event(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": "AAMk1",
        "changeKey": "k1",
        "iCalUId": UID,
        "type": "singleInstance",
        "subject": "Planning",
        "start": {"dateTime": "2026-11-23T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-11-23T10:00:00.0000000", "timeZone": "UTC"},
    }
    return {name: value for name, value in {**base, **more}.items() if value is not ...}


def read(**more: Any) -> Occurrence:
    found = to_fetched(event(**more), ZONE, masters={})
    assert isinstance(found, Fetched)
    return found.occurrence


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


class TestTimes:
    def test_seven_digits_and_a_zone_beside_them(self) -> None:
        assert (read().start, read().end) == (at(9), at(10))

    @pytest.mark.parametrize("name", ["W. Europe Standard Time", "Europe/Berlin"])
    def test_another_zone_than_the_one_asked_for_is_taken_at_its_word(self, name: str) -> None:
        assert read(start={"dateTime": "2026-11-23T09:00:00", "timeZone": name}).start == at(8)

    def test_zone_nobody_knows_is_the_rooms(self) -> None:
        assert read(start={"dateTime": "2026-11-23T09:00:00", "timeZone": "tzone://Microsoft/Custom"}).start == at(8)

    def test_offset_in_the_value_counts(self) -> None:
        assert read(start={"dateTime": "2026-11-23T09:00:00+01:00", "timeZone": "UTC"}).start == at(8)

    @pytest.mark.parametrize(
        "broken",
        [
            {"start": ...},
            {"start": None},
            {"end": {}},
            {"start": "2026-11-23"},
            {"end": {"dateTime": "soon", "timeZone": "UTC"}},
            {"end": {"dateTime": "2026-11-23T08:00:00", "timeZone": "UTC"}},
        ],
    )
    def test_event_without_times_that_make_sense_is_skipped(self, broken: dict[str, Any]) -> None:
        found = to_fetched(event(**broken), ZONE, masters={})
        assert isinstance(found, Skipped)
        assert (found.item_id, found.reason) == ("AAMk1", "time")

    def test_event_without_an_id_is_skipped(self) -> None:
        found = to_fetched(event(id=...), ZONE, masters={})
        assert isinstance(found, Skipped)
        assert found.reason == "parse"


class TestAllDay:
    def day(self, start: str, end: str, **more: Any) -> tuple[date | None, date | None]:
        found = read(
            isAllDay=True,
            start={"dateTime": start, "timeZone": "UTC"},
            end={"dateTime": end, "timeZone": "UTC"},
            **more,
        )
        return found.start_date, found.end_date

    def test_midnight_is_the_date_wherever_it_was_made(self) -> None:
        made_in = {"originalStartTimeZone": "Tokyo Standard Time"}
        assert self.day("2026-11-24T00:00:00", "2026-11-26T00:00:00", **made_in) == (
            date(2026, 11, 24),
            date(2026, 11, 26),
        )

    def test_another_time_is_read_in_the_zone_it_was_made_in(self) -> None:
        made_in = {"originalStartTimeZone": "Tokyo Standard Time"}
        assert self.day("2026-11-23T15:00:00", "2026-11-24T15:00:00", **made_in) == (
            date(2026, 11, 24),
            date(2026, 11, 25),
        )

    def test_without_that_zone_in_the_rooms(self) -> None:
        assert self.day("2026-11-23T23:00:00", "2026-11-24T23:00:00") == (date(2026, 11, 24), date(2026, 11, 25))

    def test_it_lasts_a_day_at_least(self) -> None:
        assert self.day("2026-11-24T00:00:00", "2026-11-24T00:00:00") == (date(2026, 11, 24), date(2026, 11, 25))


class TestWords:
    @pytest.mark.parametrize(
        ("said", "meant"),
        [("normal", Sensitivity.NORMAL), ("Private", Sensitivity.PRIVATE), ("secret", Sensitivity.PRIVATE),
         (None, Sensitivity.NORMAL), ("confidential", Sensitivity.CONFIDENTIAL)],
    )  # fmt: skip
    def test_sensitivity(self, said: str | None, meant: Sensitivity) -> None:
        assert read(sensitivity=said).sensitivity is meant

    @pytest.mark.parametrize(
        ("said", "meant"),
        [("free", ShowAs.FREE), ("workingElsewhere", ShowAs.ELSEWHERE), (None, ShowAs.BUSY), ("x", ShowAs.UNKNOWN)],
    )
    def test_show_as(self, said: str | None, meant: ShowAs) -> None:
        assert read(showAs=said).show_as is meant

    def test_response(self) -> None:
        assert read(responseStatus={"response": "tentativelyAccepted"}).response is Response.TENTATIVE
        assert read(responseStatus={"response": "notResponded"}).response is Response.NONE
        assert read(responseStatus=None, isOrganizer=True).response is Response.ORGANIZER

    def test_nothing_is_nothing(self) -> None:
        found = read(subject=None, organizer=None, location=None, body=None, onlineMeeting=None, isCancelled=None)
        assert (found.subject, found.organizer, found.cancelled) == (None, None, False)

    def test_version_falls_back_to_the_etag_and_then_to_what_was_said(self) -> None:
        assert read(changeKey=None, **{"@odata.etag": 'W/"e"'}).change_key == 'W/"e"'
        plain = read(changeKey=None).change_key
        assert plain == read(changeKey=None).change_key
        assert plain != read(changeKey=None, subject="Other").change_key


class TestIdentity:
    def test_single_has_its_uid_alone(self) -> None:
        assert read(iCalUId=UID).key.uid == UID
        assert read(iCalUId="abc@x").key == read(iCalUId=" abc@x ").key
        assert read(iCalUId=None).key.uid == "graph-id:AAMk1"

    def test_one_occurrence_forwarded_alone_keeps_its_day(self) -> None:
        assert read(iCalUId=THIRD).key.uid == THIRD
        assert single_uid(THIRD) != UID

    def test_occurrences_share_the_masters_uid_and_keep_their_place_when_moved(self) -> None:
        moved = read(type="exception", iCalUId=THIRD, seriesMasterId="M", originalStart="2026-11-25T09:00:00Z")
        assert (moved.key.uid, moved.key.original_start) == (UID, at(9, day=25))
        assert read(type="occurrence", iCalUId=THIRD, seriesMasterId="M").key.original_start == at(9)

    def test_uid_that_says_nothing_of_its_series_is_asked_for(self) -> None:
        odd = event(type="occurrence", iCalUId="occurrence-3", seriesMasterId="M")
        assert nameless_series(odd) == "M"
        found = to_fetched(odd, ZONE, masters={"M": "series@x"})
        assert isinstance(found, Fetched)
        assert found.occurrence.key.uid == "series@x"
        assert nameless_series(event(type="occurrence", iCalUId=THIRD, seriesMasterId="M")) is None
        assert nameless_series(event()) is None

    def test_long_uids_are_kept_as_digests(self) -> None:
        assert read(iCalUId="x" * 600).key.uid.startswith("sha256:")

    @pytest.mark.skipif(not GRAPH.is_dir(), reason="the recordings are not on this machine")
    def test_recorded_occurrences_share_the_uid_of_their_recorded_master(self) -> None:
        occurrences = json.loads((GRAPH / "calendarview-eight-occurrences.json").read_text())["value"]
        master = json.loads((GRAPH / "event-series-master.json").read_text())
        assert {series_uid(each["iCalUId"]) for each in occurrences} == {master["iCalUId"]}


@pytest.mark.skipif(not GRAPH.is_dir(), reason="the recordings are not on this machine")
@pytest.mark.parametrize("name", sorted(path.stem for path in GRAPH.glob("calendarview-*.json")))
def test_recorded_views_are_read_whole(name: str) -> None:
    data = json.loads((GRAPH / f"{name}.json").read_text())
    for each in data["value"]:
        found = to_fetched(each, ZONE, masters={})
        assert isinstance(found, Fetched), each["id"]
        assert found.occurrence.subject == each["subject"].strip()
        assert found.invitation.body
        assert found.occurrence.all_day == each["isAllDay"]


def test_zones_by_either_name() -> None:
    assert zone_of("Tokyo Standard Time") == ZoneInfo("Asia/Tokyo")
    assert zone_of("Asia/Tokyo") == ZoneInfo("Asia/Tokyo")
    assert [zone_of(name) for name in ("Customized Time Zone", "../../etc/passwd", "", None)] == [None] * 4


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = (
    "id", "changeKey", "iCalUId", "type", "seriesMasterId", "originalStart", "start", "end", "isAllDay", "subject",
    "organizer", "location", "body", "sensitivity", "showAs", "responseStatus", "onlineMeeting", "isCancelled",
    "singleValueExtendedProperties", "originalStartTimeZone", "@odata.etag",
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON))
def test_any_json_is_an_occurrence_or_skipped(changes: dict[str, Any]) -> None:
    found = to_fetched({**event(), **changes}, ZONE, masters={})
    assert isinstance(found, Fetched | Skipped)
    nameless_series({**event(), **changes})
