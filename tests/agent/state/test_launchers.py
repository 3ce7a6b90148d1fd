"""The order that opens a meeting, by the administrator's choice for the service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent import wire
from agent.errors import CommandError, OrderFailed
from agent.meetings.conferences import CONFERENCES
from agent.model.join import DialIn, JoinInfo
from agent.state.launchers import Launcher, closes_at, expanded, open_order
from agent.state.project import Inputs, project
from tests.builders import ZOOM, all_day, at, occurrence, policy, stored

SIP = JoinInfo(provider="sip", provider_name="SIP", sip="board@contoso.example")
PHONE = JoinInfo(provider="sip", provider_name="SIP", dial_in=(DialIn("+16505550100", "912"),))
DIAL = Launcher("command", ("linphonec", "-s", "sip:{sip}", "--name={room_name}", "{passcode}"))


def order(info: JoinInfo, launcher: Launcher | None = None) -> wire.Open:
    launchers = {info.provider: launcher} if launcher else {}
    return open_order(info, launchers, CONFERENCES, "San José", "2026-11-23T18:30:00Z")


def test_a_link_is_opened_at_the_page_of_the_web_client() -> None:
    found = order(replace(ZOOM, url="https://zoom.us/j/91234567890?pwd=x"))
    assert (found.launcher, found.host, found.command) == ("browser", "app.zoom.us", [])
    assert found.url.startswith("https://app.zoom.us/wc/join/91234567890?")
    assert (found.provider_name, found.room_name, found.until) == ("Zoom", "San José", "2026-11-23T18:30:00Z")
    assert found.left_patterns


def test_a_command_has_each_value_within_its_argument() -> None:
    found = order(SIP, DIAL)
    assert found.command == ["linphonec", "-s", "sip:board@contoso.example", "--name=San José", ""]
    assert (found.launcher, found.url, found.host) == ("command", "", "")


def test_a_value_with_everything_a_shell_reads_is_one_argument() -> None:
    evil = "a b;$(reboot)`|&>'\"@contoso.example"
    assert order(replace(SIP, sip=evil), DIAL).command[2] == f"sip:{evil}"


def test_a_placeholder_in_a_value_stays_what_it_is() -> None:
    assert expanded(["{meeting_id}"], {"meeting_id": "{passcode}", "passcode": "secret"}) == ["{passcode}"]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("{sip}", "-x"),
        ("{sip}", "--config=/evil"),
        ("{sip};transport=tls", "-x"),
        ("sip:{sip}", "a\nb"),
        ("{sip}", "\0"),
    ],
)
def test_a_value_never_becomes_an_option(argument: str, value: str) -> None:
    with pytest.raises(OrderFailed) as caught:
        order(replace(SIP, sip=value), Launcher("command", ("dial", argument)))
    assert caught.value.code == "display.launcher_value"


def test_an_option_that_the_administrator_wrote_is_one() -> None:
    assert order(replace(SIP, sip="-x"), Launcher("command", ("dial", "-s{sip}"))).command == ["dial", "-s-x"]


@pytest.mark.parametrize(
    ("info", "launcher"),
    [
        (SIP, None),
        (PHONE, None),
        (PHONE, DIAL),
        (SIP, Launcher("command", ("zoom", "{url}"))),
        (ZOOM, Launcher("details")),
        (replace(ZOOM, url="http://zoom.us/j/912"), None),
    ],
)
def test_what_no_launcher_can_open_people_dial_by_themselves(info: JoinInfo, launcher: Launcher | None) -> None:
    with pytest.raises(CommandError) as caught:
        order(info, launcher)
    assert (caught.value.code, caught.value.status) == ("join.by_hand", 409)


def test_a_command_that_lacks_its_address_leaves_a_link_to_the_browser() -> None:
    assert order(ZOOM, Launcher("command", ("dial", "{sip}"))).launcher == "browser"


def test_a_meeting_is_closed_some_time_after_its_end_or_after_it_was_joined() -> None:
    entries = [stored(occurrence("m", at(9), at(10))), stored(all_day("fair", date(2026, 11, 23)))]
    state = project(Inputs(policy=policy(), entries=entries), at(9)).state
    fair, meeting = state.meetings
    zone, grace = policy().zone, timedelta(minutes=30)
    assert closes_at(meeting, at(9, 5), grace, zone) == wire.instant(at(10, 30))
    assert closes_at(meeting, at(10, 20), grace, zone) == wire.instant(at(10, 50))
    assert closes_at(fair, at(10), grace, zone) == wire.instant(at(24, 30))
    assert closes_at(meeting, at(9), timedelta(), zone) is None
