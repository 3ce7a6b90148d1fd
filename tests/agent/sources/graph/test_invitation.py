"""A Graph event gives the join extractor what EWS gives it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agent.meetings.extract import extract
from agent.sources.graph.invitation import invitation_of

_SHARED = Path(os.environ.get("ROOM_AGENT_SHARED") or Path(__file__).parents[5] / "shared")
_RECORDINGS = _SHARED / "data" / "recordings" / "graph"
_TEAMS = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_Q%40thread.v2/0?context=%7b%7d"
_SKYPE = "https://meet.contoso.example/pat/A1B2C3D4"


def _extended(name: str, value: str, guid: str = "00020329-0000-0000-c000-000000000046") -> dict[str, str]:
    return {"id": f"String {{{guid}}} Name {name}", "value": value}


def test_the_online_meeting_is_the_join_property() -> None:
    event = {
        "subject": "Board",
        "isOnlineMeeting": True,
        "onlineMeeting": {"joinUrl": _TEAMS, "conferenceId": "881234567", "tollNumber": "+1 650 555 0100"},
    }

    join = extract(invitation_of(event)).join

    assert join is not None
    assert join.url == _TEAMS
    assert [(one.number, one.conference_id) for one in join.dial_in] == [("+16505550100", "881234567")]


def test_extended_properties_count_under_the_same_names_whatever_the_case_of_their_set() -> None:
    for guid in ("00020329-0000-0000-c000-000000000046", "00020329-0000-0000-C000-000000000046"):
        invitation = invitation_of({"singleValueExtendedProperties": [_extended("SkypeTeamsMeetingUrl", _TEAMS, guid)]})
        assert invitation.properties == {"SkypeTeamsMeetingUrl": _TEAMS}

    other_set = _extended("SkypeTeamsMeetingUrl", _TEAMS, "00062002-0000-0000-c000-000000000046")
    assert invitation_of({"singleValueExtendedProperties": [other_set]}).properties == {}


def test_properties_rank_as_those_of_ews() -> None:
    event = {
        "singleValueExtendedProperties": [
            _extended("OnlineMeetingExternalLink", _SKYPE),
            _extended("SkypeTeamsMeetingUrl", _TEAMS),
        ]
    }

    join = extract(invitation_of(event)).join

    assert join is not None
    assert (join.provider, [one.provider for one in join.alternatives]) == (
        "microsoft-teams",
        ["skype-for-business"],
    )


def test_body_and_location_are_read_as_they_are() -> None:
    event = {
        "body": {"contentType": "html", "content": "<p>Hi</p>"},
        "location": {"displayName": "Room 5", "locationUri": "https://zoom.us/j/81234567890"},
    }

    invitation = invitation_of(event)

    assert (invitation.body, invitation.body_type) == ("<p>Hi</p>", "html")
    assert invitation.location == "Room 5 https://zoom.us/j/81234567890"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"body": None, "location": 5, "onlineMeeting": "x", "isOnlineMeeting": "yes"},
        {"singleValueExtendedProperties": [None, {}, {"id": "x", "value": "y"}, {"id": 3, "value": []}]},
        {"singleValueExtendedProperties": {"id": "x"}},
        {"subject": ["x"], "onlineMeeting": {"joinUrl": None, "tollNumber": 7}},
    ],
)
def test_what_is_not_as_documented_is_missing(event: dict[str, object]) -> None:
    invitation = invitation_of(event)

    assert (invitation.subject, invitation.body, invitation.location) == (None, None, None)
    assert invitation.properties == {}


@pytest.mark.skipif(not _RECORDINGS.is_dir(), reason="the recordings are not on this machine")
def test_recorded_events_are_read() -> None:
    events = [
        event
        for path in _RECORDINGS.glob("*.json")
        if isinstance(answer := json.loads(path.read_text("utf-8")), dict)
        for event in (answer["value"] if isinstance(answer.get("value"), list) else [answer])
        if isinstance(event, dict) and "subject" in event and "body" in event
    ]

    assert len(events) > 5
    for event in events:
        invitation = invitation_of(event)
        assert (invitation.subject or "") == (event["subject"] or "").strip()
        assert isinstance(invitation.properties.get("IsOnlineMeeting", False), bool)
