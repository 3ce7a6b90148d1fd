"""What a QR code says: only ways that the room's state has, and only addresses a phone should open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent import wire
from agent.errors import CommandError
from agent.state.phone import told_to_phone
from agent.state.project import Inputs, project
from tests.builders import at, joinable, occurrence, policy, stored

NOON = at(12)


def state(**changes: object) -> wire.RoomState:
    """One meeting `a`, joined by a link, an alternative link and two numbers."""
    entry = stored(occurrence("a", NOON, NOON + timedelta(hours=1)), joinable())
    found = project(Inputs(policy=policy(), entries=[entry]), NOON).state
    (meeting,) = found.meetings
    assert meeting.join is not None
    numbers = [
        wire.DialIn(number="+1 408 555-0100", conference_id="987 654 321#"),
        wire.DialIn(number="0800 1234", conference_id=None),
    ]
    other = replace(meeting.join, url="https://second.example/j/2", label="Second")
    join = replace(meeting.join, dial_in=numbers, alternatives=[other], **changes)  # type: ignore[arg-type]  # of a test
    return replace(found, meetings=[replace(meeting, join=join)])


@pytest.mark.parametrize(
    ("way", "text"),
    [
        ("link", "https://zoom.us/j/912?pwd=x"),
        ("link-0", "https://second.example/j/2"),
        ("dial-in-0", "tel:+14085550100,,987654321#"),
        ("dial-in-1", "tel:08001234"),
    ],
)
def test_each_way_is_an_address_a_phone_understands(way: str, text: str) -> None:
    assert told_to_phone(state(), "a", way) == text


@pytest.mark.parametrize(
    ("meeting", "way", "status"),
    [
        ("b", "link", 404),
        ("a", "link-1", 409),
        ("a", "dial-in-2", 404),
        ("a", "dial-in", 404),
        ("a", "sip", 404),
        ("a", "link-", 404),
        ("a", "../../link", 404),
    ],
)
def test_what_there_is_not_is_refused(meeting: str, way: str, status: int) -> None:
    with pytest.raises(CommandError) as caught:
        told_to_phone(state(), meeting, way)
    assert caught.value.status == status


@pytest.mark.parametrize("url", [None, "http://zoom.us/j/1", "javascript:alert(1)", "sip:1@x.example"])
def test_only_secure_links_are_handed_to_a_phone(url: str | None) -> None:
    with pytest.raises(CommandError):
        told_to_phone(state(url=url), "a", "link")
