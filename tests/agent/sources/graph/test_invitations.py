"""From a message's JSON to a request, whatever stands in it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model.event import Response
from agent.model.requests import Request, RequestKind, Span
from agent.sources.graph.invitations import kind_of, request_of, series_of
from tests.agent.demo.support import at

BERLIN = ZoneInfo("Europe/Berlin")
ROOM = "room@contoso.example"


def times(start: str, end: str, prefix: str = "") -> dict[str, Any]:
    names = ("startDateTime", "endDateTime") if prefix else ("start", "end")
    return {name: {"dateTime": each, "timeZone": "UTC"} for name, each in zip(names, (start, end), strict=True)}


EVENT = {
    "id": "E1", "changeKey": "e", "iCalUId": "uid-1", "type": "singleInstance", "showAs": "tentative",
    "organizer": {"emailAddress": {"name": "Ann Lee", "address": "ann@contoso.example"}},
    "responseStatus": {"response": "notResponded"}, **times("2026-11-24T10:00:00", "2026-11-24T11:00:00"),
}  # fmt: skip
MESSAGE = {
    "@odata.type": "#microsoft.graph.eventMessageRequest", "id": "M1", "changeKey": "m", "subject": "Planning",
    "meetingMessageType": "meetingRequest", "meetingRequestType": "newMeetingRequest", "isOutOfDate": False,
    "receivedDateTime": "2026-11-23T09:00:00Z", "event": EVENT,
    **times("2026-11-24T10:00:00", "2026-11-24T11:00:00", "message"),
}  # fmt: skip


def read(**changes: Any) -> Request:
    message = {**MESSAGE, **changes}
    kind = kind_of(message)
    assert kind is not None
    request = request_of(message, kind, BERLIN, ROOM)
    assert request is not None
    return request


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, RequestKind.NEW),
        ({"meetingRequestType": None}, RequestKind.NEW),
        ({"meetingRequestType": "fullUpdate"}, RequestKind.UPDATE),
        ({"meetingRequestType": "silentUpdate"}, RequestKind.UPDATE),
        ({"meetingMessageType": "meetingCancelled", "@odata.type": "#microsoft.graph.eventMessage"},
         RequestKind.CANCELLATION),
        ({"meetingMessageType": "meetingAccepted", "@odata.type": "#microsoft.graph.eventMessageResponse"}, None),
        ({"meetingMessageType": "meetingAccepted"}, None),
        ({"@odata.type": "#microsoft.graph.message"}, None),
        ({"@odata.type": None}, None),
    ],
)  # fmt: skip
def test_kind(changes: dict[str, Any], kind: RequestKind | None) -> None:
    assert kind_of({**MESSAGE, **changes}) is kind


@pytest.mark.parametrize(
    ("response", "said_at", "kind"),
    [
        ("accepted", "2026-11-23T08:00:00Z", RequestKind.UPDATE),
        ("declined", "2026-11-23T08:00:00Z", RequestKind.UPDATE),
        ("accepted", "2026-11-23T09:05:00Z", RequestKind.NEW),
        ("accepted", "0001-01-01T00:00:00Z", RequestKind.NEW),  # it does not tell
        ("accepted", 7, RequestKind.NEW),
        ("notResponded", "2026-11-23T08:00:00Z", RequestKind.NEW),
    ],
)
def test_what_comes_after_an_answer_is_an_update_whatever_the_server_calls_it(
    response: str, said_at: object, kind: RequestKind
) -> None:
    assert read(event={**EVENT, "responseStatus": {"response": response, "time": said_at}}).kind is kind


def test_message_and_event_together_tell_what_is_asked_for() -> None:
    request = read()
    assert (request.message_id, request.item_id, request.uid) == ("M1", "E1", "uid-1")
    assert (request.organizer, request.organizer_address) == ("Ann Lee", "ann@contoso.example")
    assert request.occurrences == (Span(start=at(10), end=at(11)),)
    assert (request.answered, request.own, request.series) == (Response.NONE, False, False)


def test_message_tells_the_times_it_was_sent_for_whatever_the_event_says_by_now() -> None:
    assert read(**times("2026-11-24T14:00:00", "2026-11-24T13:00:00", "m")).occurrences == (
        Span(start=at(14), end=at(13)),
    )


def test_days_are_those_of_the_zone_the_meeting_was_made_in() -> None:
    days = times("2026-11-24T00:00:00", "2026-11-25T00:00:00")
    event = {**EVENT, **days, "isAllDay": True, "originalStartTimeZone": "W. Europe Standard Time"}
    request = read(event=event, isAllDay=True)
    assert request.all_day
    assert request.occurrences == (Span(start=at(23, day=23), end=at(23)),)


@pytest.mark.parametrize(
    "changes", [{"event": {**EVENT, "isOrganizer": True}}, {"event": None, "from": {"emailAddress": {"address": ROOM}}}]
)
def test_rooms_own_meeting_is_known(changes: dict[str, Any]) -> None:
    assert read(**changes).own


def test_request_without_an_event_says_so() -> None:
    request = read(event=None)
    assert request.item_id is None
    assert request.uid
    assert request.occurrences == (Span(start=at(10), end=at(11)),)


@pytest.mark.parametrize("changes", [{"isOutOfDate": True}, {"meetingRequestType": "outdated"}])
def test_superseded_request_is_out_of_date(changes: dict[str, Any]) -> None:
    assert read(**changes).out_of_date


def test_hostile_texts_are_bounded_lines() -> None:
    person = {"emailAddress": {"name": "A\nB" * 5_000, "address": "x" * 5_000}}
    request = read(subject="a\r\nb\x00" * 5_000, event={**EVENT, "organizer": person, "iCalUId": "u" * 100_000})
    assert len(request.subject) <= 1_000
    assert len(request.organizer) <= 256
    assert len(request.uid) <= 512
    assert "\n" not in request.subject + request.organizer


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = (*MESSAGE, "isAllDay", "from", "singleValueExtendedProperties")
_EVENT_FIELDS = (*EVENT, "recurrence", "isAllDay", "isOrganizer")


@given(st.dictionaries(st.sampled_from(_FIELDS), _JSON), st.dictionaries(st.sampled_from(_EVENT_FIELDS), _JSON))
def test_any_json_is_a_request_or_none(changes: dict[str, Any], within: dict[str, Any]) -> None:
    message = {**MESSAGE, "event": {**EVENT, **within}, **changes}
    kind = kind_of(message) or RequestKind.NEW
    request = request_of(message, kind, BERLIN, ROOM)
    assert request is None or request.message_id == message["id"]
    series_of(message)
