"""The forecast: what the sign-in needs and what ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.config import Config
from agent.model.preflight import Finding, Status, Who
from agent.preflight.account import steps
from agent.preflight.account.expiry import SOON, Forecast
from agent.preflight.context import Notes, Scope, Target
from agent.sources.endings import EWS_ENDS
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphAuth, GraphSettings
from tests.agent.app.test_expiries import app_certificate
from tests.fakes.clock import NOON, FakeClock

GRAPH = GraphSettings(mailbox="", tenant_id="t", client_id="app-id", client_secret=lambda: "s")
ON_PREMISES = EwsSettings(
    mailbox="", endpoint="https://mail.contoso.example/EWS/Exchange.asmx", auth=Auth.BASIC, username="svc"
)
ONLINE = EwsSettings(
    mailbox="", endpoint="https://outlook.office365.com/EWS/Exchange.asmx", auth=Auth.OAUTH, client_id="app-id"
)


def forecast(account: EwsSettings | GraphSettings, now: datetime = NOON, **section: Any) -> Finding:
    name = "graph" if isinstance(account, GraphSettings) else "ews"
    config = Config.model_validate({"calendar": {"source": name, name: section}})
    return Forecast()(Target(config=config, clock=FakeClock(now), account=account), Notes())


def test_a_password_has_no_end_that_is_known() -> None:
    finding = forecast(ON_PREMISES)
    assert (finding.status, finding.code) == (Status.PASS, "expiry.none")


@pytest.mark.parametrize(
    ("last_day", "status", "code"),
    [
        ("2027-06-30", Status.PASS, "expiry.later"),
        ("2026-12-23", Status.PASS, "expiry.later"),
        ("2026-12-22", Status.WARN, "expiry.client_secret_soon"),
        ("2026-11-23", Status.WARN, "expiry.client_secret_soon"),
        ("2026-11-22", Status.FAIL, "expiry.client_secret_over"),
    ],
)
def test_a_secret_is_told_of_in_its_last_thirty_days(last_day: str, status: Status, code: str) -> None:
    finding = forecast(GRAPH, client_secret_expires=last_day)
    assert (finding.status, finding.code) == (status, code)
    assert finding.values["date"] == last_day
    if status is not Status.PASS:
        assert finding.who is Who.EXCHANGE_ADMIN
        assert finding.command is not None
        assert "app-id" in finding.command
        assert "Add-MgApplicationPassword" in finding.command


def test_the_end_of_ews_counts_for_exchange_online_alone() -> None:
    assert forecast(ONLINE, EWS_ENDS - SOON - timedelta(days=1)).code == "expiry.later"
    assert forecast(ONLINE, EWS_ENDS - SOON).code == "expiry.ews_soon"
    finding = forecast(ONLINE, EWS_ENDS)
    assert (finding.status, finding.code, finding.command) == (Status.FAIL, "expiry.ews_over", None)
    assert forecast(ON_PREMISES, EWS_ENDS).code == "expiry.none"


def test_the_apps_certificate_is_read(tmp_path: Path) -> None:
    app_certificate(tmp_path / "app.pem", datetime(2026, 12, 1, tzinfo=UTC))
    account = GraphSettings(
        mailbox="",
        tenant_id="t",
        client_id="app-id",
        auth=GraphAuth.CERTIFICATE,
        certificate=(tmp_path / "app.pem").read_bytes,
    )
    finding = forecast(account)
    assert (finding.status, finding.code) == (Status.WARN, "expiry.app_certificate_soon")
    assert finding.values["date"] == "2026-12-01"


def test_what_ends_first_is_what_is_told() -> None:
    finding = forecast(ONLINE, EWS_ENDS - SOON, client_secret_expires="2027-03-10")
    assert finding.code == "expiry.client_secret_soon"


def test_without_an_account_there_is_nothing_to_forecast() -> None:
    assert steps(Target(config=Config.default(), clock=FakeClock())) == ()
    assert steps(Target(config=Config.default(), clock=FakeClock(), account=GRAPH, scope=Scope.NETWORK)) == ()
