"""Days left, at which of them somebody is told, and who."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agent.model.expiry import Ending, Expiry
from agent.model.sync import SourceHealth
from agent.state import health
from agent.state.expiry import code_of, days_left, notices
from agent.state.project import setup_state

ENDS = datetime(2027, 4, 1, tzinfo=UTC)
EWS = Expiry(Ending.EWS, ENDS)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (31, "expiry.ok"),
        (30, "expiry.within_30"),
        (14.1, "expiry.within_30"),
        (14, "expiry.within_14"),
        (7, "expiry.within_7"),
        (1.01, "expiry.within_7"),
        (1, "expiry.within_1"),
        (0.01, "expiry.within_1"),
        (0, "expiry.over"),
        (-400, "expiry.over"),
    ],
)
def test_code_changes_at_each_step(days: float, code: str) -> None:
    assert code_of(EWS, ENDS - timedelta(days=days)) == code


def test_days_left_are_told_to_a_tenth() -> None:
    assert days_left(EWS, ENDS - timedelta(days=3, hours=12)) == 3.5
    assert days_left(EWS, ENDS + timedelta(days=2)) == -2


@pytest.mark.parametrize(("days", "severity"), [(7, "info"), (1.5, "info"), (1, "warning"), (-3, "warning")])
def test_screen_asks_for_help_in_the_last_week(days: float, severity: str) -> None:
    (notice,) = notices([EWS], ENDS - timedelta(days=days), "en")
    assert notice.severity == severity
    assert "2027-04-01" in notice.detail
    assert "support team" in notice.detail
    assert ("switched" in notice.detail) == (days <= 0)


def test_of_a_secret_the_last_day_is_told_as_it_was_written_down() -> None:
    secret = Expiry(Ending.CLIENT_SECRET, ENDS)  # the first moment after its last day
    (before,), (after,) = (notices([secret], ENDS + timedelta(days=days), "en") for days in (-3, 3))
    assert "2027-03-31" in before.detail
    assert "2027-03-31" in after.detail


def test_screen_says_nothing_while_there_is_time() -> None:
    assert notices([EWS], ENDS - timedelta(days=7.1), "en") == []


@pytest.mark.parametrize("what", sorted(set(Ending) - {Ending.SERVER_CERTIFICATE}))
@pytest.mark.parametrize("days", [3, -3])
@pytest.mark.parametrize("language", ["en", "de"])
def test_everything_that_ends_has_its_sentences(what: Ending, days: int, language: str) -> None:
    (notice,) = notices([Expiry(what, ENDS)], ENDS - timedelta(days=days), language)
    assert notice.title != notice.code
    assert len(notice.detail) > 60


def test_the_servers_certificate_is_for_the_status_alone() -> None:
    assert notices([Expiry(Ending.SERVER_CERTIFICATE, ENDS)], ENDS, "en") == []


def test_what_ends_first_comes_first() -> None:
    others = [Expiry(Ending.APP_CERTIFICATE, ENDS + timedelta(days=2)), EWS]
    assert [each.code for each in notices(others, ENDS, "en")] == ["expiry.ews_over", "expiry.app_certificate"]


def test_status_warns_with_the_days_left_and_never_fails_for_it() -> None:
    now = ENDS - timedelta(days=10)
    facts = health.Facts(
        release="1",
        configured=True,
        health=SourceHealth(as_of=now, contact_since_start=True),
        state=setup_state("en", now),
        expiries=[EWS, Expiry(Ending.SERVER_CERTIFICATE, ENDS + timedelta(days=100))],
    )
    checks = health.document(facts, now)["checks"]
    ews, server = checks["expiry:ews"][0], checks["expiry:server_certificate"][0]
    assert (ews["status"], ews["code"], ews["observedValue"], ews["observedUnit"]) == (
        "warn",
        "expiry.within_14",
        10.0,
        "days",
    )
    assert "2027-04-01" in ews["output"]
    assert (server["status"], server["code"], server["output"]) == ("pass", "expiry.ok", None)
