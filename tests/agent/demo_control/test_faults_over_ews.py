"""What a fault's switch promises is what the product's EWS source notices."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.demo.control import Fault
from agent.demo.day import ROOM
from agent.errors import (
    AccessDenied,
    MailboxNotFound,
    SignInFailed,
    SourceError,
    SourceThrottled,
    SourceUnavailable,
)
from agent.model.sync import Window
from agent.sources.ews.settings import Auth, EwsSettings
from agent.sources.ews.source import EwsSource
from tests.agent.demo_control.conftest import PASSWORD, SERVICE_ACCOUNT, ZONE, Demo
from tests.builders import at

TODAY = Window(at(0), at(0, day=24))


@pytest.fixture
def source(demo: Demo) -> Iterator[EwsSource]:
    settings = EwsSettings(
        mailbox=ROOM.address,
        endpoint=demo.exchange.http_url,
        auth=Auth.BASIC,
        timezone=ZONE,
        username=SERVICE_ACCOUNT,
        password=lambda: PASSWORD,
    )
    source = EwsSource(settings, demo.clock)
    yield source
    source.close()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.BUSY, SourceThrottled),
        (Fault.WRONG_PASSWORD, SignInFailed),
        (Fault.CAPTIVE_PORTAL, SourceUnavailable),
        (Fault.MAILBOX_NOT_FOUND, MailboxNotFound),
        (Fault.IMPERSONATION_DENIED, AccessDenied),
    ],
)
def test_the_source_names_the_fault_and_reads_on_once_it_is_healed(
    demo: Demo, source: EwsSource, fault: Fault, expected: type[SourceError]
) -> None:
    demo.post(f"faults/{fault}")
    with pytest.raises(expected):
        source.changes_since(None, TODAY, {})
    demo.post("heal")
    heads = source.changes_since(None, TODAY, {}).heads
    assert heads is not None
    assert len(heads) >= 12


def test_exchange_down_is_unavailable_and_reads_on_once_it_is_back(demo: Demo, source: EwsSource) -> None:
    source.changes_since(None, TODAY, {})
    demo.post("exchange/down")
    with pytest.raises(SourceUnavailable):
        source.changes_since(None, TODAY, {})
    demo.post("exchange/up")
    assert source.changes_since(None, TODAY, {}).heads
