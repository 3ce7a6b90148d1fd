"""Runs the steps of account and mailbox against a demo Exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.config import Config
from agent.model.preflight import Check, Finding, Status, Who
from agent.preflight import account as account_steps
from agent.preflight import ews, graph
from agent.preflight.context import Notes, Target
from agent.preflight.engine import run
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.graph.settings import GraphSettings
from agent.sources.transport.settings import HttpSettings
from tests.fakes.exchange import ACCOUNT, CLIENT_ID, CLIENT_SECRET, PASSWORD, ROOM, TENANT, DemoExchange, graph_settings

GRAPH_CONFIG = {"calendar": {"source": "graph"}}


def by_password(demo: DemoExchange, auth: Auth = Auth.BASIC, **more: Any) -> EwsSettings:
    """The service account with its password, over HTTP on loopback."""
    plain: dict[str, Any] = {
        "mailbox": ROOM,
        "endpoint": demo.server.http_url,
        "auth": auth,
        "username": ACCOUNT,
        "password": lambda: PASSWORD,
    }
    return EwsSettings(**(plain | more))


def by_app(demo: DemoExchange, **more: Any) -> EwsSettings:
    """The app with its secret, as for Exchange Online."""
    plain: dict[str, Any] = {
        "mailbox": ROOM,
        "endpoint": demo.server.https_url,
        "auth": Auth.OAUTH,
        "tenant_id": TENANT,
        "client_id": CLIENT_ID,
        "client_secret": lambda: CLIENT_SECRET,
        "authority": demo.server.authority,
        "http": HttpSettings(ca_file=str(demo.server.ca_file)),
    }
    return EwsSettings(**(plain | more))


def by_graph(demo: DemoExchange, **more: Any) -> GraphSettings:
    return graph_settings(demo.server, **more)


def looked(
    demo: DemoExchange,
    account: EwsSettings | GraphSettings,
    *,
    config: Mapping[str, Any] | None = None,
    notes: Notes | None = None,
    language: str = "en",
    **more: Any,
) -> dict[str, Check]:
    """The checks by their ids. `more`: of the target."""
    target = Target(config=Config.model_validate(config or {}), clock=demo.clock, account=account, **more)
    steps = [*account_steps.steps(target), *ews.steps(target), *graph.steps(target)]
    told: list[Check] = []
    run(steps, target, language, told.append, notes)
    return {check.id: check for check in told}


def summary(check: Check) -> tuple[Status, str, Who | None]:
    return check.status, check.code, check.who


def codes(checks: Mapping[str, Check]) -> dict[str, str]:
    """Of those that are not plainly good."""
    return {id_: check.code for id_, check in checks.items() if check.status is not Status.PASS}


class Heard(Notes):
    """Notes that keep what a waiting step says in between."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, Finding]] = []
        self.interim = lambda id_, finding: self.said.append((id_, finding))
