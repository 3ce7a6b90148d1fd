"""What holds for every invitation, whatever is in it."""

from __future__ import annotations

from urllib.parse import urlsplit

from agent.meetings import limits
from agent.meetings.case_format import result
from agent.meetings.conferences import CONFERENCES
from agent.meetings.extract import extract
from agent.meetings.opening import opening
from agent.model.event import Invitation
from agent.model.join import JoinInfo, JoinOutcome


def check(invitation: Invitation) -> JoinOutcome:
    """Read the invitation twice and hold the outcome to every promise. Raises AssertionError where it breaks one."""
    outcome = extract(invitation)
    assert extract(invitation) == outcome, "the same invitation, another outcome"
    assert (outcome.join is None) == (outcome.reason is not None)
    assert result("x", outcome)["joinable"] is (outcome.join is not None)
    if outcome.join is not None:
        assert len(outcome.join.alternatives) <= limits.ALTERNATIVES
        for join in (outcome.join, *outcome.join.alternatives):
            check_join(join)
    return outcome


def check_join(join: JoinInfo) -> None:
    assert join.url or join.sip or join.h323 or join.meeting_id or any(one.conference_id for one in join.dial_in)
    assert all(one.number[0] == "+" and one.number[1:].isdigit() for one in join.dial_in)
    assert all(one.conference_id is None or one.conference_id.isdigit() for one in join.dial_in)
    assert len({one.number for one in join.dial_in}) == len(join.dial_in) <= limits.DIAL_IN
    if join.url is not None:
        _check_url(join.url)
        opened = opening(join, "Room \u00fc \"'<>#&?", CONFERENCES)
        assert opened is not None
        _check_url(opened.url)
        assert opened.host == urlsplit(opened.url).hostname


def _check_url(url: str) -> None:
    assert url.isascii()
    assert url.startswith("https://")
    assert not set(url) & set(' "<>\\\n\t')
    authority = url.split("/")[2]
    assert "@" not in authority
    assert "%" not in authority
    assert "xn--" not in authority
