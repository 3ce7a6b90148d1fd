"""The seeded day as the product receives it: over EWS, by impersonation, with a reason where there is no link."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from agent.demo.day import ROOM
from agent.demo.invitations import Service
from agent.demo.server import DemoServer
from agent.meetings.extract import Extractor
from agent.model.event import Fetched
from agent.model.join import NoJoinReason
from agent.model.sync import Window
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from tests.agent.demo_control.conftest import PASSWORD, SERVICE_ACCOUNT, ZONE, make_world
from tests.builders import at
from tests.fakes.clock import FakeClock
from tests.fakes.ews_schema import SchemaCheck

EXPECTED = {
    "Stand-up": Service.TEAMS,
    "Webinar dry run with Fabrikam": Service.WEBEX,
    "Infrastructure review with Northwind": Service.SKYPE,
    "Design review: lobby displays": Service.TEAMS,
    "Customer call: Adventure Works": Service.ZOOM,
    "Weekly product sync (15 min later today)": Service.MEET,
    "Salary review": Service.TEAMS,
    "Workshop: new floor plan": NoJoinReason.NOT_ONLINE,
    "四半期レビュー：東京チーム": Service.TEAMS,
    "Partner call: Tailspin Toys": Service.ZOOM,
    "Vendor onboarding": NoJoinReason.BODY_DELETED,
    "اجتماع فريق المبيعات": Service.SKYPE,
}


@pytest.fixture(scope="module")
def fetched(certificates: Path) -> dict[str, Fetched]:
    """Today's occurrences by subject, as the EWS source reads them; every message was valid EWS."""
    clock, schema = FakeClock(at(10, 10)), SchemaCheck()
    with DemoServer(make_world(clock, clock.now()), directory=certificates, observe=schema) as exchange:
        settings = EwsSettings(
            mailbox=ROOM.address,
            endpoint=exchange.http_url,
            auth=Auth.BASIC,
            timezone=ZONE,
            username=SERVICE_ACCOUNT,
            password=lambda: PASSWORD,
        )
        source = EwsSource(settings, clock)
        delta = source.changes_since(None, Window(at(0), at(0) + timedelta(days=1)), {})
        source.close()
    assert schema.violations == []
    assert delta.skipped == ()
    return {one.occurrence.subject or "": one for one in delta.fetched}


@pytest.mark.parametrize(("subject", "expected"), EXPECTED.items())
def test_a_meeting_of_the_day_can_be_joined_or_says_why_not(
    fetched: dict[str, Fetched], subject: str, expected: Service | NoJoinReason
) -> None:
    outcome = Extractor()(fetched[subject].invitation)
    found = outcome.reason if outcome.join is None else outcome.join.provider
    assert found == expected
    assert outcome.join is None or (outcome.join.url or "").startswith("https://")


def test_the_day_arrives_with_what_makes_its_meetings_special(fetched: dict[str, Fetched]) -> None:
    occurrences = {subject: one.occurrence for subject, one in fetched.items()}
    assert occurrences["Salary review"].private
    assert occurrences["Canceled: Launch rehearsal"].cancelled
    assert occurrences["Visitors from Adventure Works, badges at reception"].all_day
    exception = occurrences["Weekly product sync (15 min later today)"]
    assert exception.key.original_start == exception.start - timedelta(minutes=15)
