"""What the room's browser opens."""

from __future__ import annotations

import pytest

from agent.meetings.conferences import CONFERENCES
from agent.meetings.extract import extract
from agent.meetings.opening import Opening, opening
from agent.model.event import Invitation
from agent.model.join import JoinInfo

_ROOM = "Zürich & Co #1"
_NAMED = "userInfo.displayName=%22Z%C3%BCrich%20%26%20Co%20%231%22"


def _opened(link: str, words: str = "") -> Opening:
    join = extract(Invitation(body=f"{words} {link}", body_type="text")).join
    assert join is not None
    assert join.url == link, "what is stored stays as it was"
    opened = opening(join, _ROOM, CONFERENCES)
    assert opened is not None
    return opened


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://acme.zoom.us/j/81234567890?pwd=Ab1&tk=x", "https://app.zoom.us/wc/join/81234567890?pwd=Ab1"),
        ("https://zoom.us/j/81234567890", "https://app.zoom.us/wc/join/81234567890"),
        ("https://agency.zoomgov.com/j/1612345678?pwd=x", "https://agency.zoomgov.com/wc/join/1612345678?pwd=x"),
        ("https://zoom.us/my/pat.lee?pwd=x", "https://zoom.us/my/pat.lee?pwd=x"),
        (
            "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef&launchApp=true",
            "https://contoso.webex.com/contoso/j.php?MTID=m0123456789abcdef0123456789abcdef",
        ),
        ("https://whereby.com/stand-up", "https://whereby.com/stand-up?displayName=Z%C3%BCrich%20%26%20Co%20%231"),
        (
            "https://meet.jit.si/StandUp",
            f"https://meet.jit.si/StandUp#{_NAMED}&config.prejoinConfig.enabled=false",
        ),
        ("https://meet.google.com/abc-defg-hij", "https://meet.google.com/abc-defg-hij"),
    ],
)
def test_the_page_is_the_web_client_and_knows_the_room(link: str, page: str) -> None:
    assert _opened(link).url == page


def test_a_pexip_page_is_told_to_join_at_once() -> None:
    opened = _opened("https://vc.contoso.example/webapp/conference/daily")

    assert opened.host == "vc.contoso.example"
    assert opened.url.endswith("/webapp/conference/daily?name=Z%C3%BCrich%20%26%20Co%20%231&role=guest&join=1")


def test_where_leaving_is_known_its_pattern_comes_along() -> None:
    assert _opened("https://zoom.us/j/81234567890").left
    assert _opened("https://vc.contoso.example/webapp/conference/daily").left == ()


def test_without_a_link_there_is_nothing_to_open() -> None:
    assert opening(JoinInfo(provider="sip", provider_name="SIP", sip="a@b.example"), _ROOM, CONFERENCES) is None


def test_no_room_name_can_leave_its_place_in_the_address() -> None:
    join = extract(Invitation(body="https://whereby.com/stand-up", body_type="text")).join
    assert join is not None

    opened = opening(join, '"><script>&role=host#\n' + "x" * 500, CONFERENCES)

    assert opened is not None
    assert opened.url.startswith("https://whereby.com/stand-up?displayName=%22%3E%3Cscript%3E%26role%3Dhost%23")
    assert len(opened.url) < 400
