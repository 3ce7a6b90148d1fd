"""Why a meeting has no Join button."""

from __future__ import annotations

import pytest

from agent.meetings.extract import EXTRACTOR_VERSION, extract
from agent.model.event import Invitation
from agent.model.join import NoJoinReason
from agent.ports import JoinExtractor

_MIMECAST = "https://protect-eu.mimecast.com/s/RGPnDbOBJCwRJFI2ZdU8ew?domain="


@pytest.mark.parametrize(
    ("invitation", "reason"),
    [
        (Invitation(body="Lunch at noon"), NoJoinReason.NOT_ONLINE),
        (Invitation(), NoJoinReason.NOT_ONLINE),
        (Invitation(body="Lunch", properties={"IsOnlineMeeting": True}), NoJoinReason.NO_LINK),
        (Invitation(body="Lunch", properties={"IsOnlineMeeting": False}), NoJoinReason.NOT_ONLINE),
        (Invitation(body="  \n", properties={"IsOnlineMeeting": True}), NoJoinReason.BODY_DELETED),
        (
            Invitation(body="<html><body><p>&nbsp;</p></body></html>", properties={"SkypeTeamsProperties": "{}"}),
            NoJoinReason.BODY_DELETED,
        ),
        (Invitation(properties={"OnlineMeetingExternalLink": "not a link"}), NoJoinReason.BODY_DELETED),
        (Invitation(body=f"Join {_MIMECAST}zoom.us"), NoJoinReason.LINK_UNDECODABLE),
        (Invitation(body=f"Menu {_MIMECAST}contoso.example"), NoJoinReason.NOT_ONLINE),
        (
            Invitation(location=f"{_MIMECAST}zoom.us", properties={"IsOnlineMeeting": True}),
            NoJoinReason.LINK_UNDECODABLE,
        ),
    ],
)
def test_the_first_reason_that_holds_is_given(invitation: Invitation, reason: NoJoinReason) -> None:
    outcome = extract(invitation)

    assert (outcome.join, outcome.reason) == (None, reason)


def test_the_extractor_is_what_the_port_asks_for() -> None:
    port: JoinExtractor = extract

    assert port.version == EXTRACTOR_VERSION


def test_other_meetings_become_alternatives_best_first() -> None:
    outcome = extract(
        Invitation(
            location="https://contoso.webex.com/meet/pat.lee",
            body="https://zoom.us/j/81234567890?pwd=x\n\nFrom: Ann\nSent: today\n\nhttps://meet.google.com/abc-defg-hij",
        )
    )

    assert outcome.join is not None
    assert [outcome.join.provider, *(one.provider for one in outcome.join.alternatives)] == [
        "webex",
        "zoom",
        "google-meet",
    ]
    assert all(one.alternatives == () for one in outcome.join.alternatives)


def test_a_self_hosted_shape_on_an_unknown_host_is_marked() -> None:
    outcome = extract(Invitation(body="https://vc.contoso.example/webapp/conference/dev"))

    assert outcome.join is not None
    assert not outcome.join.known_host


def test_the_straight_address_of_an_interop_block_is_offered() -> None:
    body = (
        "https://teams.microsoft.com/meet/2719561468951?p=x\nTenant key: contoso@m.webex.com\nVideo ID: 118 443 551 2\n"
    )

    outcome = extract(Invitation(body=body))

    assert outcome.join is not None
    assert (outcome.join.sip, outcome.join.sip_direct) == ("contoso@m.webex.com", "1184435512.contoso@m.webex.com")
