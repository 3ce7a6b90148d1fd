"""Every switch of the demo's control page shows the check it is for, over both services."""

from __future__ import annotations

import pytest

from agent.demo.control import Fault, ServerSwitches
from agent.model.preflight import Check, Status
from tests.agent.preflight.exchange.looking import GRAPH_CONFIG, by_graph, by_password, looked
from tests.fakes.exchange import DemoExchange

EWS: dict[Fault, tuple[str, str]] = {
    Fault.BUSY: ("ews.sign_in", "service.busy"),
    Fault.WRONG_PASSWORD: ("ews.sign_in", "account.unauthorized"),
    Fault.PASSWORD_EXPIRED: ("ews.sign_in", "account.password_expired"),
    Fault.ACCOUNT_LOCKED: ("ews.sign_in", "account.locked"),
    Fault.CAPTIVE_PORTAL: ("ews.sign_in", "calendar.not_exchange"),
    Fault.EWS_DISABLED: ("ews.enabled", "ews.blocked"),
    Fault.ROOM_LISTS_DENIED: ("directory.room_lists", "directory.room_lists_denied"),
    Fault.MAILBOX_NOT_READY: ("mailbox.exists", "mailbox.not_ready"),
    Fault.LICENCE_MISSING: ("mailbox.exists", "mailbox.none_on_prem"),
    Fault.WRITE_DENIED: ("mailbox.write", "mailbox.write_denied"),
}
GRAPH: dict[Fault, tuple[str, str]] = {
    Fault.BUSY: ("directory.room_lists", "service.busy"),
    Fault.WRONG_PASSWORD: ("graph.sign_in", "account.wrong_secret"),
    Fault.PASSWORD_EXPIRED: ("graph.sign_in", "account.client_secret_expired"),
    Fault.ACCOUNT_LOCKED: ("graph.sign_in", "account.locked"),
    Fault.ROOM_LISTS_DENIED: ("directory.room_lists", "directory.room_lists_denied"),
    Fault.MAILBOX_NOT_FOUND: ("mailbox.exists", "mailbox.unknown"),
    Fault.MAILBOX_NOT_READY: ("mailbox.exists", "mailbox.not_ready"),
    Fault.LICENCE_MISSING: ("mailbox.exists", "mailbox.not_ready"),  # Graph says the same of both
    Fault.IMPERSONATION_DENIED: ("graph.permission", "graph.permission_denied"),
    Fault.WRITE_DENIED: ("mailbox.write", "mailbox.write_denied"),
}


def worst(checks: dict[str, Check]) -> tuple[str, str]:
    """The first check that fails, else the first that warns."""
    found = [check for status in (Status.FAIL, Status.WARN) for check in checks.values() if check.status is status]
    return found[0].id, found[0].code


@pytest.mark.parametrize(("fault", "expected"), EWS.items(), ids=EWS)
def test_ews_shows_the_fault(demo_exchange: DemoExchange, fault: Fault, expected: tuple[str, str]) -> None:
    ServerSwitches(demo_exchange.server).set_fault(fault, active=True)
    demo_exchange.schema = None
    assert worst(looked(demo_exchange, by_password(demo_exchange), write=True)) == expected


@pytest.mark.parametrize(("fault", "expected"), GRAPH.items(), ids=GRAPH)
def test_graph_shows_the_fault(demo_exchange: DemoExchange, fault: Fault, expected: tuple[str, str]) -> None:
    ServerSwitches(demo_exchange.server).set_fault(fault, active=True)
    checks = looked(demo_exchange, by_graph(demo_exchange), config=GRAPH_CONFIG, write=True)
    assert worst(checks) == expected
